/// One place where a coroutine waits: resumed once, by whoever is first, a result or a cancellation.
///
/// Everything on the loop that suspends does so here, so the race of grant and cancellation is settled in one place:
/// `resume()` tells the granter whether the coroutine took it.
///
/// Unchecked: only the loop's thread touches the fields; a cancellation from another thread is posted to the loop.
@safe final class Suspension: @unchecked Sendable {
    enum Outcome { case resumed, cancelled }

    let reason: StaticString
    let since: LoopInstant
    /// The name of what is waited for, where it has one.
    var subject = ""
    private unowned let loop: EventLoop
    private let executor: LoopExecutor
    @exclusivity(unchecked) private var continuation: UnsafeContinuation<Void, Never>?
    @safe @exclusivity(unchecked) private var outcome: Outcome?
    @safe @exclusivity(unchecked) fileprivate var index = -1

    init(_ loop: EventLoop, waitingFor reason: StaticString) {
        loop.requireThread("A coroutine that waits for something of an EventLoop")
        self.loop = loop
        self.reason = reason
        executor = loop.executor
        since = loop.now
    }

    /// Suspends until `resume`, the cancellation of the coroutine, or the loop's `close`.
    @inline(__always)
    func wait() async -> Outcome {
        await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation { unsafe begin($0) }
        } onCancel: {
            if executor.isCurrent { cancel() } else { executor.post { self.cancel() } }
        }
        return outcome ?? .cancelled
    }

    /// Suspends until `resume` or the loop's `close`, even if the coroutine is cancelled.
    func waitDespiteCancellation() async -> Outcome {
        await unsafe withUnsafeContinuation { unsafe begin($0) }
        return outcome ?? .cancelled
    }

    /// Who waits; nil when nobody does.
    var coroutine: CoroutineID? { unsafe continuation.map { unsafe CoroutineID($0) } }

    private func begin(_ continuation: UnsafeContinuation<Void, Never>) {
        if outcome != nil || loop.isClosed {
            outcome = outcome ?? .cancelled
            unsafe continuation.resume()
        } else {
            unsafe self.continuation = continuation
            loop.suspensions.insert(self)
        }
    }

    /// Lets the coroutine go on in a later turn; false when it was cancelled or resumed before.
    @discardableResult
    func resume() -> Bool { settle(.resumed) }

    /// Ends the wait; the coroutine goes on with `.cancelled`. False when it was resumed or cancelled before.
    @discardableResult
    func cancel() -> Bool { settle(.cancelled) }

    private func settle(_ outcome: Outcome) -> Bool {
        guard self.outcome == nil else { return false }
        self.outcome = outcome
        if let continuation = unsafe continuation {
            unsafe self.continuation = nil
            loop.suspensions.remove(self)
            unsafe continuation.resume()
        }
        return true
    }
}

/// The suspended coroutines of one loop: what `close` ends, and what the Futures view shows.
struct SuspensionList {
    private(set) var all: [Suspension] = []

    var isEmpty: Bool { all.isEmpty }

    mutating func insert(_ suspension: Suspension) {
        suspension.index = all.count
        all.append(suspension)
    }

    /// - Complexity: O(1); the last element takes the place.
    mutating func remove(_ suspension: Suspension) {
        let last = all.removeLast()
        guard last !== suspension else { return }
        all[suspension.index] = last
        last.index = suspension.index
    }
}
