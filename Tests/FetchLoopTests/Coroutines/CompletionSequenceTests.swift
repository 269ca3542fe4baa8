import FetchLoop
import Testing
import TestSupport

/// Tornado: gen.WaitIterator.
@Suite struct CompletionSequenceTests {
    struct Failure: Error {}

    @Test func emptyEndsAtOnce() async throws {
        try await withLoop { loop in
            for await _ in loop.completions(of: [Future<Int>]()) { Issue.record("nothing can complete") }
        }
    }

    @Test func alreadyDoneInputsComeInInputOrder() async throws {
        let keys = try await withLoop(clock: .virtual) { loop in
            let slow = loop.spawn {
                try await loop.sleep(for: .seconds(1))
                return 0
            }
            let promises = (0..<3).map { _ in Promise<Int>(on: loop) }
            for (value, promise) in promises.enumerated().reversed() { try promise.succeed(value) }
            var keys: [Int] = []
            for await completion in loop.completions(of: [slow] + promises.map(\.future)) {
                keys.append(completion.key)
            }
            return keys
        }
        #expect(keys == [1, 2, 3, 0])
    }

    @Test func othersComeInCompletionOrderPastErrors() async throws {
        let seen = try await withLoop(clock: .virtual) { loop in
            let futures = [3, 1, 2].map { seconds in
                loop.spawn {
                    try await loop.sleep(for: .seconds(seconds))
                    if seconds == 1 { throw Failure() }
                    return seconds
                }
            }
            var seen: [String] = []
            for await completion in loop.completions(of: futures) {
                switch completion.result {
                case .success(let value): seen.append("\(completion.key): \(value)")
                case .failure(let error): seen.append("\(completion.key): \(error)")
                }
            }
            return seen
        }
        #expect(seen == ["1: Failure()", "2: 2", "0: 3"])
    }

    @Test func aDictionaryGivesItsKeys() async throws {
        let keys = try await withLoop(clock: .virtual) { loop in
            func after(_ seconds: Int) -> Future<Void> { loop.spawn { try await loop.sleep(for: .seconds(seconds)) } }
            var keys: [String] = []
            for await completion in loop.completions(of: ["b": after(2), "c": after(3), "a": after(1)]) {
                keys.append(completion.key)
            }
            return keys
        }
        #expect(keys == ["a", "b", "c"])
    }

    @Test func aFutureGivenTwiceComesTwice() async throws {
        let keys = try await withLoop { loop in
            let future = loop.spawn { await loop.yield() }
            var keys: [Int] = []
            for await completion in loop.completions(of: [future, future]) { keys.append(completion.key) }
            return keys
        }
        #expect(keys == [0, 1])
    }

    @Test func aCancelledInputIsOneMoreOutcome() async throws {
        try await withLoop { loop in
            let promise = Promise<Int>(on: loop)
            loop.onNextTurn { promise.future.cancel() }
            for await completion in loop.completions(of: [promise.future]) {
                #expect(throws: CancellationError.self) { try completion.result.get() }
            }
        }
    }

    @Test func survivesUnreferenced() async throws {
        let values = try await withLoop(clock: .virtual) { loop in
            var iterator: CompletionSequence<Int, Int>.Iterator
            do {
                let promise = Promise<Int>(on: loop)
                iterator = loop.completions(of: [promise.future]).makeAsyncIterator()
                loop.after(.seconds(1)) { promise.trySucceed(9) }
            }
            var values: [Int] = []
            while let completion = await iterator.next() { values.append(try completion.result.get()) }
            return values
        }
        #expect(values == [9])
    }

    @Test func theLoopsBodyMayFailAndBeEnteredAgain() async throws {
        try await withLoop { loop in
            let futures = [Future<Int>.failed(Failure(), on: loop), loop.asFuture(2)]
            let iterator = loop.completions(of: futures).makeAsyncIterator()
            await #expect(throws: Failure.self) { try await iterator.next()?.result.get() }
            let next = await iterator.next()
            let end = await iterator.next()
            #expect(next?.key == 1 && end == nil)
        }
    }

    @Test func startsBodies() async throws {
        let values = try await withLoop(clock: .virtual) { loop in
            var values: [Int] = []
            let bodies: [() async throws -> Int] = [2, 1].map { number in
                {
                    try await loop.sleep(for: .seconds(number))
                    return number
                }
            }
            for await completion in loop.completions(of: bodies) { values.append(try completion.result.get()) }
            return values
        }
        #expect(values == [1, 2])
    }

    @Test func cancellationEndsItAndLeavesTheFuturesAlone() async throws {
        try await withLoop { loop in
            let promise = Promise<Int>(on: loop)
            var count = 0
            let consumer = loop.spawn {
                for await _ in loop.completions(of: [promise.future]) { count += 1 }
                return Task.isCancelled
            }
            consumer.cancel()
            for _ in 0..<3 { await loop.yield() }
            #expect(count == 0)
            #expect(!promise.future.isDone)
        }
    }
}
