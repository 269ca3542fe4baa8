/// One place where a coroutine waits: resumed once, by whoever is first, a result or a cancellation.
///
/// Everything on the loop that suspends does so here, so the race of grant and cancellation is settled in one place:
/// `resume()` tells the granter whether the coroutine took it.
///
/// A base class for what waits and has more to keep than the continuation: that is then one object, not two.
///
/// Unchecked: only the loop's thread touches the fields; a cancellation from another thread is posted to the loop.
@safe class Suspension: @unchecked Sendable {
    enum Outcome { case resumed, cancelled }

    final let reason: StaticString
    final let since: LoopInstant
    /// The name of what is waited for, where it has one.
    final var subject = ""
    /// Neither owned nor counted: this is used for every wait there is. It is only used while the suspension stands in
    /// the loop's list, and a loop that goes settles those.
    private final unowned(unsafe) let loop: EventLoop
    private final let executor: LoopExecutor
    @exclusivity(unchecked) private final var continuation: UnsafeContinuation<Void, Never>?
    @safe @exclusivity(unchecked) private final var outcome: Outcome?
    @safe @exclusivity(unchecked) fileprivate final var index = -1

    init(_ loop: EventLoop, waitingFor reason: StaticString) {
        loop.requireThread("A coroutine that waits for something of an EventLoop")
        unsafe self.loop = loop
        self.reason = reason
        executor = loop.executor
        since = loop.now
    }

    /// Suspends until `resume`, the cancellation of the coroutine, or the loop's `close`.
    @inline(__always)
    final func wait() async -> Outcome {
        await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation { unsafe begin($0) }
        } onCancel: {
            if executor.isCurrent { cancel() } else { executor.post { self.cancel() } }
        }
        return outcome ?? .cancelled
    }

    /// Suspends until `resume` or the loop's `close`, even if the coroutine is cancelled.
    final func waitDespiteCancellation() async -> Outcome {
        await unsafe withUnsafeContinuation { unsafe begin($0) }
        return outcome ?? .cancelled
    }

    /// Who waits; nil when nobody does.
    final var coroutine: CoroutineID? { unsafe continuation.map { unsafe CoroutineID($0) } }

    private final func begin(_ continuation: UnsafeContinuation<Void, Never>) {
        let loop = unsafe loop
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
    final func resume() -> Bool { settle(.resumed) }

    /// Ends the wait; the coroutine goes on with `.cancelled`. False when it was resumed or cancelled before.
    @discardableResult
    final func cancel() -> Bool { settle(.cancelled) }

    private final func settle(_ outcome: Outcome) -> Bool {
        guard self.outcome == nil else { return false }
        self.outcome = outcome
        if let continuation = unsafe continuation {
            unsafe self.continuation = nil
            unsafe loop.suspensions.remove(self)
            unsafe continuation.resume()
        }
        return true
    }

    /// The loop goes without having been closed: nobody is left who could resume the coroutine.
    fileprivate final func abandon() {
        unsafe continuation = nil
        outcome = .cancelled
    }
}

/// The suspended coroutines of one loop: what `close` ends, and what the Futures view shows.
struct SuspensionList {
    private(set) var all: [Suspension] = []

    var isEmpty: Bool { all.isEmpty }

    /// - Complexity: O(n).
    func abandonAll() {
        for suspension in all { suspension.abandon() }
    }

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
