import FetchLoop
import Testing
import TestSupport

/// Tornado: gen.coroutine, gen.sleep, gen.moment, IOLoop.spawn_callback, convert_yielded.
@Suite struct SpawnTests {
    struct Failure: Error {}

    @Test func startsEagerlyAndRunsToItsFirstSuspension() async throws {
        try await withLoop { loop in
            var steps: [String] = []
            let future = loop.spawn {
                steps.append("started")
                await loop.yield()
                steps.append("resumed")
            }
            steps.append("returned")
            try await future.value
            #expect(steps == ["started", "returned", "resumed"])
        }
    }

    @Test func aDoneFutureCostsNoTurn() async throws {
        try await withLoop { loop in
            let turns = loop.metrics.turns
            var sum = 0
            for number in 0..<100 { sum += try await loop.spawn { number }.value }
            #expect(sum == 4950)
            #expect(loop.metrics.turns == turns)
        }
    }

    @Test func anErrorSurfacesOnTheAwaitNotOnTheCall() async throws {
        try await withLoop { loop in
            let future = loop.spawn { throw Failure() }
            #expect(future.isDone)
            await #expect(throws: Failure.self) { try await future.value }
        }
    }

    @Test func anErrorAfterASuspensionReachesTheWaiter() async throws {
        try await withLoop { loop in
            let future = loop.spawn {
                await loop.yield()
                throw Failure()
            }
            await #expect(throws: Failure.self) { try await future.value }
        }
    }

    @Test func anErrorCanBeReplacedOrSwallowed() async throws {
        try await withLoop { loop in
            let inner = loop.spawn { throw Failure() }
            let swallowed = loop.spawn { (try? await inner.value) == nil ? "swallowed" : "" }
            let replaced = loop.spawn { do { try await inner.value } catch { throw TimeoutError() } }
            let value = try await swallowed.value
            #expect(value == "swallowed")
            await #expect(throws: TimeoutError.self) { try await replaced.value }
        }
    }

    @Test func momentsInterleaveCoroutinesFairly() async throws {
        let order = try await withLoop { loop in
            var order = ""
            _ = try await loop.gather(
                ["a", "b"].map { letter in
                    {
                        for _ in 0..<4 {
                            order += letter
                            await loop.yield()
                        }
                    }
                })
            return order
        }
        #expect(order == "abababab")
    }

    @Test func sleepTakesItsTime() async throws {
        try await withLoop(clock: .virtual) { loop in
            let start = loop.now
            try await loop.sleep(for: .milliseconds(1500))
            #expect(loop.now - start == .milliseconds(1500))
        }
    }

    @Test func cancellingASleepDisarmsItsTimer() async throws {
        try await withLoop(clock: .virtual) { loop in
            let sleeping = loop.spawn { try await loop.sleep(for: .seconds(1000)) }
            #expect(loop.timerCount == 1)
            sleeping.cancel()
            await loop.yield()
            #expect(loop.timerCount == 0)
        }
    }

    @Test func aCancelledTaskThatSleepsEndsAtOnce() async throws {
        try await withLoop(clock: .virtual) { loop in
            let start = loop.now
            let future = loop.spawn {
                withUnsafeCurrentTask { $0?.cancel() }
                try await loop.sleep(for: .seconds(1000))
            }
            await #expect(throws: CancellationError.self) { try await future.value }
            #expect(loop.now == start)
        }
    }

    @Test func coroutinesAreFreedWhenTheyEnd() async throws {
        final class Witness {}
        try await withLoop { loop in
            weak var weakWitness: Witness?
            do {
                let witness = Witness()
                weakWitness = witness
                let future = loop.spawn {
                    await loop.yield()
                    return ObjectIdentifier(witness)
                }
                _ = try await future.value
            }
            await loop.yield()
            #expect(weakWitness == nil)
        }
    }

    @Test func taskLocalValuesReachTheCoroutine() async throws {
        let value = try await withLoop { loop in
            try await Context.$value.withValue(7) {
                try await loop.spawn {
                    await loop.yield()
                    return Context.value
                }.value
            }
        }
        #expect(value == 7)
    }

    private enum Context { @TaskLocal static var value = 0 }

    @Test func aValueAFutureAndAClosureAreAllUsableAsAFuture() async throws {
        try await withLoop { loop in
            let promise = Promise<Int>(on: loop)
            loop.onNextTurn { promise.trySucceed(2) }
            let futures = [
                loop.asFuture(1), loop.asFuture(promise.future),
                loop.asFuture {
                    await loop.yield()
                    return 3
                },
            ]
            let values = try await loop.gather(futures)
            #expect(values == [1, 2, 3])
        }
    }

    @Test func everyStepRunsOnTheLoopsThread() async throws {
        let steps = try await withLoop(clock: .virtual) { loop in
            let executor = loop.executor
            var steps: [Bool] = []
            try await loop.spawn {
                steps.append(executor.isCurrent)
                await loop.yield()
                steps.append(executor.isCurrent)
                try await loop.sleep(for: .seconds(1))
                steps.append(executor.isCurrent)
                try await loop.runBlocking {}.value
                steps.append(executor.isCurrent)
                await Task.yield()
                steps.append(executor.isCurrent)
            }.value
            return steps
        }
        #expect(steps == Array(repeating: true, count: 5))
    }
}
