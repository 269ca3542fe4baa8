/// Lets coroutines wait until others notify them. Tornado: `locks.Condition`.
///
/// It guards no state of its own: on one loop, code between two suspensions runs undisturbed.
public final class AsyncCondition: CustomStringConvertible {
    private enum Notification {
        case one, all
    }

    private let waiters: WaitQueue<Void, Notification>

    /// Creates a condition.
    public init(on loop: EventLoop) { waiters = WaitQueue(on: loop, waitingFor: "condition") }

    /// Waits for a notification; true when it came, false when `timeout` passed first. Always suspends.
    ///
    /// - Throws: `CancellationError`.
    /// - Cancellation: A notification that was on its way goes to the next waiter; one of ``notifyAll()`` ends, since
    ///   everyone who waited has one already.
    @discardableResult
    public func wait(timeout: Duration? = nil) async throws(CancellationError) -> Bool {
        do {
            _ = try await waiters.wait(limit: timeout) { [waiters] notification in
                if notification == .one { waiters.grantNext { .one } }
                return true
            }
            return true
        } catch is TimeoutError {
            return false
        } catch {
            throw CancellationError()
        }
    }

    /// Wakes the first `count` of those who wait now; none for a count below one. Who was cancelled or timed out does
    /// not count.
    public func notify(_ count: Int = 1) {
        for _ in 0..<max(0, count) where !waiters.grantNext({ .one }) { return }
    }

    /// Wakes everyone who waits now.
    public func notifyAll() { waiters.grantAll(.all) }

    /// The number of waiters.
    public var description: String { "AsyncCondition(\(waiters.count) waiting)" }
}
