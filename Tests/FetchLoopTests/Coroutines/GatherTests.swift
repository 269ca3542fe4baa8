import FetchLoop
import Testing
import TestSupport

/// Tornado: gen.multi.
@Suite struct GatherTests {
    struct Failure: Error, Equatable { let number: Int }

    @Test func arrayGivesResultsInInputOrder() async throws {
        let values = try await withLoop(clock: .virtual) { loop in
            try await loop.gather(
                [3, 1, 2].map { number in
                    {
                        try await loop.sleep(for: .seconds(number))
                        return number
                    }
                })
        }
        #expect(values == [3, 1, 2])
    }

    @Test func bodiesRunAtTheSameTimeAndStartInOrder() async throws {
        try await withLoop(clock: .virtual) { loop in
            var started: [Int] = []
            let start = loop.now
            _ = try await loop.gather(
                (0..<10).map { number in
                    {
                        started.append(number)
                        try await loop.sleep(for: .seconds(1))
                    }
                })
            #expect(started == Array(0..<10))
            #expect(loop.now - start == .seconds(1))
        }
    }

    @Test func dictionaryGivesADictionary() async throws {
        let values = try await withLoop { loop in
            try await loop.gather(["one": { 1 }, "two": { 2 }])
        }
        #expect(values == ["one": 1, "two": 2])
    }

    @Test func dictionaryOfFuturesGivesADictionary() async throws {
        let values = try await withLoop { loop in
            try await loop.gather(["one": loop.asFuture(1), "two": loop.spawn { 2 }])
        }
        #expect(values == ["one": 1, "two": 2])
    }

    @Test func differentTypesGiveATuple() async throws {
        try await withLoop { loop in
            let (number, text, flag) = try await loop.gather(
                { 1 },
                {
                    await loop.yield()
                    return "two"
                }, { true })
            #expect(number == 1 && text == "two" && flag)
            await #expect(throws: GatherError.self) {
                _ = try await loop.gather({ throw Failure(number: 1) }, { 2 }) as (Int, Int)
            }
        }
    }

    @Test func emptyGivesEmptyWithoutATurn() async throws {
        try await withLoop { loop in
            let turns = loop.metrics.turns
            let fromFutures = try await loop.gather([Future<Int>]())
            let fromDictionary = try await loop.gather([String: Future<Int>]())
            let fromBodies = try await loop.gather([() async throws -> Int]())
            #expect(fromFutures.isEmpty && fromDictionary.isEmpty && fromBodies.isEmpty)
            #expect(loop.metrics.turns == turns)
        }
    }

    @Test func waitsForAllEvenAfterAFailure() async throws {
        try await withLoop(clock: .virtual) { loop in
            let start = loop.now
            var ended = false
            await #expect(throws: GatherError.self) {
                try await loop.gather([
                    { throw Failure(number: 0) },
                    {
                        try await loop.sleep(for: .seconds(5))
                        ended = true
                    },
                ])
            }
            #expect(ended)
            #expect(loop.now - start == .seconds(5))
        }
    }

    @Test func throwsTheFirstFailureInInputOrderAndExposesAll() async throws {
        try await withLoop(clock: .virtual) { loop in
            func failing(_ number: Int, after seconds: Int) -> () async throws -> Int {
                {
                    try await loop.sleep(for: .seconds(seconds))
                    throw Failure(number: number)
                }
            }
            do {
                _ = try await loop.gather([{ 1 }, failing(1, after: 9), { 1 }, failing(3, after: 1)])
                Issue.record("nothing was thrown")
            } catch let error as GatherError {
                #expect(error.first as? Failure == Failure(number: 1))
                #expect(error.failures.map { $0.key as? Int } == [1, 3])
                #expect(error.error(of: 3) as? Failure == Failure(number: 3))
                #expect(error.error(of: 0) == nil)
                #expect("\(error)" == "Failure(number: 1) (the first of 2 failures)")
            }
        }
    }

    @Test func failuresOfADictionaryHaveItsKeys() async throws {
        try await withLoop { loop in
            do {
                _ = try await loop.gather(["good": loop.asFuture(1), "bad": .failed(Failure(number: 7), on: loop)])
                Issue.record("nothing was thrown")
            } catch let error as GatherError {
                #expect(error.error(of: "bad") as? Failure == Failure(number: 7))
                #expect(error.failures.count == 1)
            }
        }
    }

    @Test func theSameFutureMayOccurTwice() async throws {
        let values = try await withLoop { loop in
            let future = loop.spawn {
                await loop.yield()
                return 4
            }
            return try await loop.gather([future, future, future])
        }
        #expect(values == [4, 4, 4])
    }

    /// Tornado's `multi` hung here before 6.6.
    @Test func aCancelledChildDoesNotHangIt() async throws {
        try await withLoop(clock: .virtual) { loop in
            let cancelled = loop.spawn { try await loop.sleep(for: .seconds(100)) }
            let other = loop.spawn { try await loop.sleep(for: .seconds(1)) }
            loop.onNextTurn { cancelled.cancel() }
            do {
                _ = try await loop.gather([other, cancelled])
                Issue.record("nothing was thrown")
            } catch let error as GatherError {
                #expect(error.failures.map { $0.key as? Int } == [1])
                #expect(error.first is CancellationError)
            }
        }
    }

    @Test func cancellingItCancelsTheChildrenAndWaitsForTheirEnds() async throws {
        try await withLoop(clock: .virtual) { loop in
            var ended = 0
            let gathering = loop.spawn {
                defer { #expect(ended == 3) }
                try await loop.gather(
                    (0..<3).map { _ in
                        {
                            do { try await loop.sleep(for: .seconds(100)) } catch {
                                // A tidy end takes some turns, too.
                                for _ in 0..<5 { await loop.yield() }
                                ended += 1
                                throw error
                            }
                        }
                    })
            }
            await loop.yield()
            gathering.cancel()
            for _ in 0..<10 { await loop.yield() }
            #expect(ended == 3)
        }
    }

    @Test func cancellingItCancelsTheFuturesGiven() async throws {
        try await withLoop { loop in
            let promises = (0..<3).map { _ in Promise<Int>(on: loop) }
            let gathering = loop.spawn { try await loop.gather(promises.map(\.future)) }
            gathering.cancel()
            for _ in 0..<3 { await loop.yield() }
            #expect(promises.map { $0.future.isCancelled } == [true, true, true])
        }
    }

    @Test func twoThousandMomentsTakeATurnEach() async throws {
        try await withLoop { loop in
            let turns = loop.metrics.turns
            _ = try await loop.gather((0..<2000).map { _ in { await loop.yield() } })
            #expect(loop.metrics.turns - turns <= 3)
        }
    }

    @Test func closingTheLoopEndsIt() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            loop.onDiagnostic = { _ in }
            var error: (any Error)?
            let pending = Promise<Int>(on: loop)
            loop.spawn {
                do { _ = try await loop.gather([pending.future]) } catch let failure { error = failure }
            }
            try loop.close()
            #expect(error is CancellationError)
        }
    }
}
