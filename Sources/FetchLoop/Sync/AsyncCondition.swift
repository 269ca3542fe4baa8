/// Lets coroutines wait until others notify them. Tornado: `locks.Condition`.
///
/// It guards no state of its own: on one loop, code between two suspensions runs undisturbed.
public final class AsyncCondition: CustomStringConvertible {
    private let waiters: WaitQueue<Void, Void>

    /// Creates a condition.
    public init(on loop: EventLoop) { waiters = WaitQueue(on: loop, waitingFor: "condition") }

    /// Waits for a notification; true when it came, false when `timeout` passed first. Always suspends.
    ///
    /// - Throws: `CancellationError`.
    /// - Cancellation: A notification that was on its way goes to the next waiter.
    @discardableResult
    public func wait(timeout: Duration? = nil) async throws(CancellationError) -> Bool {
        do {
            try await waiters.wait(limit: timeout) { [self] in
                waiters.grantNext {}
                return true
            }
            return true
        } catch is TimeoutError {
            return false
        } catch {
            throw CancellationError()
        }
    }

    /// Wakes the first `count` of those who wait now. Who was cancelled or timed out does not count.
    public func notify(_ count: Int = 1) {
        for _ in 0..<count where !waiters.grantNext({}) { return }
    }

    /// Wakes everyone who waits now.
    public func notifyAll() { waiters.grantAll(()) }

    /// The number of waiters.
    public var description: String { "AsyncCondition(\(waiters.count) waiting)" }
}
