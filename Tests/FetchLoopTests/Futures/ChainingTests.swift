import FetchLoop
import Testing
import TestSupport

/// Tornado: chain_future, set_result_unless_cancelled; futures of whom nobody keeps the ones in the middle.
@Suite struct ChainingTests {
    struct Failure: Error {}

    /// A promise, and a future at the end of a chain of which nothing else is referenced.
    private static func chain(_ loop: EventLoop) -> (Promise<Int>, Future<String>) {
        let source = Promise<Int>(on: loop)
        let end = source.future.map { $0 + 1 }.flatMap { number in
            loop.spawn {
                await loop.yield()
                return "\(number)"
            }
        }.recover { "recovered from \($0)" }.shielded()
        return (source, end)
    }

    @Test func aValueFindsItsWayThroughUnreferencedFutures() async throws {
        try await withLoop { loop in
            let (source, end) = Self.chain(loop)
            await loop.yield()
            try source.succeed(1)
            let value = try await end.value
            #expect(value == "2")
        }
    }

    @Test func anErrorFindsItsWayThroughUnreferencedFutures() async throws {
        try await withLoop { loop in
            let (source, end) = Self.chain(loop)
            await loop.yield()
            try source.fail(Failure())
            let value = try await end.value
            #expect(value == "recovered from Failure()")
        }
    }

    @Test func aCancellationFindsItsWayThroughUnreferencedFutures() async throws {
        try await withLoop { loop in
            let (source, end) = Self.chain(loop)
            source.future.cancel()
            await #expect(throws: CancellationError.self) { try await end.value }
            // And the other way: from the end to the producer, which only itself refers to its future.
            var isCancelled = false
            func last() -> Future<Void> {
                loop.spawn {
                    do { try await loop.sleep(for: .seconds(1000)) } catch { isCancelled = true }
                }.map { $0 }.map { $0 }
            }
            last().cancel()
            for _ in 0..<4 { await loop.yield() }
            #expect(isCancelled)
        }
    }

    @Test func aSourceThatIsAbandonedFailsTheEnd() async throws {
        try await withLoop { loop in
            func end() -> Future<Int> { Promise<Int>(on: loop).future.map { $0 }.map { $0 } }
            let future = end()
            await #expect(throws: FutureError.abandoned) { try await future.value }
        }
    }

    @Test func aPromiseThatOnlyItsChainKnowsIsKept() async throws {
        try await withLoop { loop in
            func target() -> Future<Int> {
                let promise = Promise<Int>(on: loop)
                loop.spawn {
                    await loop.yield()
                    return 7
                }.chain(to: promise)
                return promise.future
            }
            let value = try await target().value
            #expect(value == 7)
        }
    }

    @Test func chainLeavesATargetThatIsDoneAlone() async throws {
        try await withLoop { loop in
            let (source, target) = (Promise<Int>(on: loop), Promise<Int>(on: loop))
            source.future.chain(to: target)
            try target.succeed(1)
            try source.succeed(2)
            await loop.yield()
            #expect(try target.future.result() == 1)
        }
    }

    @Test func nothingStaysOfAChainThatIsOver() async throws {
        final class Witness {}
        try await withLoop { loop in
            weak var weakWitness: Witness?
            do {
                let witness = Witness()
                weakWitness = witness
                let source = Promise<Int>(on: loop)
                let end = source.future.map { [witness] number in
                    _ = witness
                    return number
                }
                try source.succeed(1)
                _ = try await end.value
            }
            await loop.yield()
            #expect(weakWitness == nil)
        }
    }

    @Test func unlessCancelledDeliversOnceAndReportsADroppedError() async throws {
        let reports = try await withLoop { loop in
            var reports: [String] = []
            loop.onDiagnostic = { reports.append($0.message) }
            let kept = Promise<Int>(on: loop)
            #expect(kept.trySucceed(1))
            #expect(!kept.trySucceed(2))
            #expect(!kept.tryFail(Failure()), "done, not cancelled: nobody has to hear of it")
            let value = try kept.future.result()
            #expect(value == 1)
            let cancelled = Promise<Int>(on: loop, name: "job")
            cancelled.future.cancel()
            #expect(!cancelled.trySucceed(1))
            #expect(!cancelled.tryFail(Failure()))
            #expect(!cancelled.tryFail(CancellationError()), "the answer to the cancellation is no news")
            return reports
        }
        #expect(reports == ["error of job, dropped because the future was cancelled: Failure()"])
    }

    /// Nobody wants to see the next step begin.
    @Test func afterACancellationNoTransformIsCalled() async throws {
        let (calls, reports) = try await withLoop { loop in
            var reports: [String] = []
            loop.onDiagnostic = { reports.append($0.message) }
            var calls: [String] = []
            let (good, bad) = (Promise<Int>(on: loop), Promise<Int>(on: loop, name: "bad"))
            let ends: [AnyFuture] = [
                good.future.shielded().map { _ in calls.append("map") },
                good.future.shielded().flatMap { _ in
                    calls.append("flatMap")
                    return loop.asFuture(1)
                },
                bad.future.recover { _ in
                    calls.append("recover")
                    return 1
                },
            ]
            try good.succeed(1)
            try bad.fail(Failure())
            // The callbacks of the sources are under way already.
            for end in ends { end.cancel() }
            for _ in 0..<5 { await loop.yield() }
            return (calls, reports)
        }
        #expect(calls == [])
        #expect(reports == ["error of a future, dropped because the future was cancelled: Failure()"])
    }
}
