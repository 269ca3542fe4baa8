/// Permits, handed out in the order of the requests: what semaphores and the lock have in common.
///
/// While somebody waits no permit is free, since one that is returned goes to the first waiter directly; so nobody
/// overtakes.
struct PermitPool {
    private(set) var free: Int
    private let waiters: WaitQueue<Void, Void>

    init(on loop: EventLoop, permits: Int, waitingFor reason: StaticString) {
        if permits < 0 { stopMisuse("the number of permits must not be negative") }
        free = permits
        waiters = WaitQueue(on: loop, waitingFor: reason)
    }

    var waitingCount: Int { waiters.count }
    /// Waiters in memory: for tests.
    var storedWaiters: Int { waiters.storedCount }

    mutating func takeFree() -> Bool {
        guard free > 0 else { return false }
        free -= 1
        return true
    }

    mutating func giveBack() {
        if !waiters.grantNext({}) { free += 1 }
    }

    /// Waits for a permit. `giveBack` is called for one that came together with the waiter's cancellation.
    func wait(limit: Duration?, giveBack: () -> Void) async throws {
        try await waiters.wait(limit: limit) {
            giveBack()
            return true
        }
    }
}
