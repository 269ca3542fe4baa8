private import DequeModule

/// The outcomes of several futures in the order in which they come in. Tornado: `gen.WaitIterator`.
///
/// Futures that are done already come first, in input order; a future given twice comes twice. A failure does not end
/// the sequence: each element tells which input it is of, and holds a value or an error.
///
/// ```swift
/// for await completion in loop.completions(of: futures) {
///     print(completion.key, try completion.result.get())
/// }
/// ```
/// It may be iterated once. Leaving the loop early, or cancelling it, leaves the futures alone.
public struct CompletionSequence<Key, Value>: AsyncSequence {
    /// One input's outcome.
    public struct Element {
        /// The input's index or, of a dictionary, its key.
        public let key: Key
        /// Its value or error; `CancellationError` when it was cancelled.
        public let result: Result<Value, any Error>
    }

    private let arrivals: Arrivals

    fileprivate init(_ futures: some Collection<(key: Key, value: Future<Value>)>, on loop: EventLoop) {
        arrivals = Arrivals(loop, count: futures.count)
        for (key, future) in futures where future.isDone { arrivals.add(key, future) }
        for (key, future) in futures where !future.isDone {
            // The callback keeps the arrivals alive: a sequence that nobody references misses nothing.
            future.whenDone { [arrivals] future in arrivals.add(key, future) }
        }
    }

    /// Starts the iteration.
    public func makeAsyncIterator() -> Iterator { Iterator(arrivals: arrivals) }

    /// Yields the outcomes.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let arrivals: Arrivals

        /// The next outcome; nil after the last, and when the waiting coroutine is cancelled.
        ///
        /// - Cancellation: Ends the iteration and leaves the futures alone.
        public func next(isolation: isolated (any Actor)? = #isolation) async -> Element? { await arrivals.next() }
    }

    fileprivate final class Arrivals {
        private let loop: EventLoop
        private var left: Int
        private var arrived: Deque<Element> = []
        private var waiter: Suspension?

        init(_ loop: EventLoop, count: Int) {
            self.loop = loop
            left = count
        }

        func add(_ key: Key, _ future: Future<Value>) {
            arrived.append(Element(key: key, result: Result { try future.result() }))
            waiter?.resume()
        }

        func next() async -> Element? {
            guard left > 0 else { return nil }
            if arrived.isEmpty {
                if waiter != nil { stopMisuse("a CompletionSequence has one consumer") }
                let suspension = Suspension(loop, waitingFor: "completion")
                waiter = suspension
                defer { waiter = nil }
                guard await suspension.wait() == .resumed else { return nil }
            }
            left -= 1
            return arrived.removeFirst()
        }
    }
}

extension EventLoop {
    /// The outcomes of futures as they come in, with their indices.
    public func completions<Value>(of futures: [Future<Value>]) -> CompletionSequence<Int, Value> {
        CompletionSequence(futures.enumerated().map { (key: $0, value: $1) }, on: self)
    }

    /// The outcomes of futures as they come in, with their keys.
    public func completions<Key, Value>(of futures: [Key: Future<Value>]) -> CompletionSequence<Key, Value> {
        CompletionSequence(futures, on: self)
    }

    /// Starts bodies and returns their outcomes as they come in, with their indices. An error is its body's outcome.
    ///
    /// - Cancellation: Leaving the iteration leaves the bodies running.
    public func completions<Value>(of bodies: [() async throws -> Value]) -> CompletionSequence<Int, Value> {
        completions(of: bodies.map { spawn($0) })
    }
}
