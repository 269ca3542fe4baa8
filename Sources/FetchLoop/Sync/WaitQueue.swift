private import DequeModule

/// Coroutines that wait their turn: first come, first served, each cancellable, each with a time limit if it wants
/// one. Every queue, lock and condition of the library stands on it, so the race of grant and cancellation is settled
/// here, once.
///
/// The states of a waiter:
/// - *waiting*: a grant makes it granted; a cancellation, its time limit or the loop's `close` makes it gone.
/// - *granted*, but not resumed before a later turn. When its task is cancelled until then, it hands the grant back
///   (`takeBack`), and its owner gives it to the next: neither item nor permit is ever lost.
/// - *gone*: passed over by grants, and taken out of memory before such entries are half of the queue.
///
/// A waiter may bring an offer: what it has to give, such as the element of a blocked put.
final class WaitQueue<Offer, Grant> {
    private final class Waiter {
        let suspension: Suspension
        let offer: Offer
        var grant: Grant?
        var isExpired = false
        var isQueued = true
        var isCounted = false

        init(_ suspension: Suspension, _ offer: Offer) {
            self.suspension = suspension
            self.offer = offer
        }
    }

    private let loop: EventLoop
    private let reason: StaticString
    private var waiters: Deque<Waiter> = []
    /// Entries of `waiters` that are gone.
    private var goneCount = 0

    init(on loop: EventLoop, waitingFor reason: StaticString) {
        self.loop = loop
        self.reason = reason
    }

    /// How many wait, give or take those that were cancelled in this turn.
    var count: Int { waiters.count - goneCount }

    /// Entries in memory: for tests.
    var storedCount: Int { waiters.count }

    /// Waits for a grant; always suspends.
    ///
    /// - Parameter takeBack: Called with the grant when the waiter was cancelled after it was granted. Returns whether
    ///   it took the grant back; if not, the wait ends as if there had been no cancellation.
    /// - Throws: `CancellationError`, or `TimeoutError` when the limit passed first.
    func wait(offering offer: Offer, limit: Duration?, takeBack: (Grant) -> Bool) async throws -> Grant {
        let suspension = Suspension(loop, waitingFor: reason)
        let waiter = Waiter(suspension, offer)
        waiters.append(waiter)
        let timer = limit.map { limit in
            loop.after(limit, name: reason) { waiter.isExpired = suspension.cancel() }
        }
        _ = await suspension.wait()
        timer?.cancel()
        if let grant = waiter.grant {
            if Task.isCancelled, takeBack(grant) { throw CancellationError() }
            return grant
        }
        forget(waiter)
        if waiter.isExpired { throw TimeoutError() }
        throw CancellationError()
    }

    /// Grants the first waiter what `grant` makes of its offer; false when nobody waits.
    @discardableResult
    func grantNext(_ grant: (Offer) -> Grant) -> Bool {
        loop.requireThread("A queue, lock, event or condition of an EventLoop")
        while let waiter = waiters.popFirst() {
            waiter.isQueued = false
            if waiter.isCounted { goneCount -= 1 }
            guard waiter.suspension.resume() else { continue }
            waiter.grant = grant(waiter.offer)
            return true
        }
        return false
    }

    /// Grants everyone who waits now.
    func grantAll(_ grant: Grant) {
        while grantNext({ _ in grant }) {}
    }

    private func forget(_ waiter: Waiter) {
        guard waiter.isQueued else { return }
        waiter.isCounted = true
        goneCount += 1
        guard goneCount > 16 && goneCount > waiters.count / 2 else { return }
        waiters.removeAll(where: \.isCounted)
        goneCount = 0
    }
}

extension WaitQueue where Offer == Void {
    func wait(limit: Duration?, takeBack: (Grant) -> Bool) async throws -> Grant {
        try await wait(offering: (), limit: limit, takeBack: takeBack)
    }
}
