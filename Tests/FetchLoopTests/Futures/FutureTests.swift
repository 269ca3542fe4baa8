import FetchLoop
import Testing
import TestSupport

@Suite struct FutureTests {
    @Test func settingTwiceIsAnError() async throws {
        try await withLoop { loop in
            let promise = Promise<Int>(on: loop)
            try promise.succeed(1)
            #expect(throws: FutureError.alreadyDone) { try promise.succeed(2) }
            #expect(try promise.future.result() == 1)
        }
    }

    @Test func resultWhilePendingIsAnError() async throws {
        try await withLoop { loop in
            let promise = Promise<Int>(on: loop)
            #expect(throws: FutureError.pending) { try promise.future.result() }
            #expect(promise.future.cancel())
            #expect(!promise.future.cancel())
            #expect(throws: CancellationError.self) { try promise.future.result() }
        }
    }

    @Test func callbacksAlwaysRunOnALaterTurnInOrderAndCanBeTakenBack() async throws {
        let order = try await withLoop { loop in
            var order: [Int] = []
            let promise = Promise<Int>(on: loop)
            promise.future.whenDone { _ in order.append(1) }
            let removed = promise.future.whenDone { _ in order.append(2) }
            try promise.succeed(0)
            promise.future.whenDone { _ in order.append(3) }
            removed.cancel()
            #expect(order.isEmpty)
            await loop.yield()
            await loop.yield()
            return order
        }
        #expect(order == [1, 3])
    }

    @Test func cancellingAFutureCancelsItsCoroutine() async throws {
        let cancelled = try await withLoop { loop in
            var cancelled = false
            let future = loop.spawn {
                do { try await loop.sleep(for: .seconds(1000)) } catch { cancelled = true }
            }
            future.cancel()
            await loop.yield()
            await loop.yield()
            return cancelled
        }
        #expect(cancelled)
    }

    @Test func cancellingTheWaiterCancelsTheFutureUnlessShielded() async throws {
        try await withLoop { loop in
            let direct = Promise<Int>(on: loop)
            let shielded = Promise<Int>(on: loop)
            let one = loop.spawn { try await direct.future.value }
            let two = loop.spawn { try await shielded.future.shielded().value }
            one.cancel()
            two.cancel()
            for _ in 0..<4 { await loop.yield() }
            #expect(direct.future.isCancelled)
            #expect(!shielded.future.isDone)
        }
    }

    @Test func anAbandonedPromiseFailsItsFuture() async throws {
        try await withLoop { loop in
            var promise: Promise<Int>? = Promise(on: loop)
            let future = promise!.future
            promise = nil
            await #expect(throws: FutureError.abandoned) { try await future.value }
        }
    }

    @Test func aCancelledSourceCancelsTheTargetOfAChain() async throws {
        try await withLoop { loop in
            let source = Promise<Int>(on: loop)
            let target = Promise<Int>(on: loop)
            source.future.chain(to: target)
            source.future.cancel()
            await #expect(throws: CancellationError.self) { try await target.future.value }
        }
    }

    @Test func aResultCancelledBetweenTheTwoFuturesOfAFlatMapEndsTheSecond() async throws {
        try await withLoop { loop in
            let first = Promise<Int>(on: loop)
            var second: Future<Int>?
            let result = first.future.flatMap { value in
                second = loop.spawn {
                    try await loop.sleep(for: .seconds(1000))
                    return value
                }
                return second!
            }
            // Done, but its callback comes in the next turn.
            try first.succeed(1)
            result.cancel()
            await loop.yield()
            await loop.yield()
            #expect(second?.isCancelled ?? true)
        }
    }

    @Test func chainingToACancelledTargetCancelsTheSource() async throws {
        try await withLoop { loop in
            let target = Promise<Int>(on: loop)
            target.future.cancel()
            let source = loop.spawn {
                try await loop.sleep(for: .seconds(1000))
                return 1
            }
            source.chain(to: target)
            #expect(source.isCancelled)
        }
    }

    @Test func anErrorNobodyRetrievesIsReported() async throws {
        let reports = try await withLoop { loop in
            var reports: [String] = []
            loop.onDiagnostic = { reports.append($0.message) }
            do {
                let promise = Promise<Int>(on: loop, name: "job")
                try promise.fail(FutureError.pending)
            }
            return reports
        }
        #expect(reports == ["error of job, never retrieved: the future has no result yet"])
    }

    @Test func blockingCallsRunInParallelAndDeliverOnTheLoop() async throws {
        let sum = try await withLoop { loop in
            let futures = (1...20).map { number in loop.runBlocking { number } }
            var sum = 0
            for future in futures { sum += try await future.value }
            return sum
        }
        #expect(sum == 210)
    }

    @Test func aYieldAndAResumptionCostOneTurnEach() async throws {
        let (yields, waits) = try await withLoop { loop in
            let start = loop.metrics.turns
            for _ in 0..<100 { await loop.yield() }
            let middle = loop.metrics.turns
            for _ in 0..<100 {
                let promise = Promise<Void>(on: loop)
                loop.onNextTurn { promise.trySucceed(()) }
                try await promise.future.value
            }
            return (middle - start, loop.metrics.turns - middle)
        }
        #expect(yields == 100)
        #expect(waits == 100)
    }
}
