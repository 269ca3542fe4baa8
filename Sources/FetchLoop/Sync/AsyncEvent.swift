/// A flag to wait for. Tornado: `locks.Event`.
public final class AsyncEvent: CustomStringConvertible {
    /// Whether the flag is up.
    public private(set) var isSet = false
    private let waiters: WaitQueue<Void, Void>

    /// Creates an event with its flag down.
    public init(on loop: EventLoop) { waiters = WaitQueue(on: loop, waitingFor: "event") }

    /// Raises the flag: everyone who waits goes on, and later waits end at once.
    public func set() {
        guard !isSet else { return }
        isSet = true
        waiters.grantAll(())
    }

    /// Lowers the flag: later waits wait.
    public func clear() { isSet = false }

    /// Waits for the flag, for at most `timeout`. Does not suspend when it is up. Who waited when the flag went up goes
    /// on, even if it is down again by then.
    ///
    /// - Throws: `TimeoutError`, `CancellationError`.
    public func wait(timeout: Duration? = nil) async throws {
        if !isSet { try await waiters.wait(limit: timeout) { true } }
    }

    /// State and number of waiters.
    public var description: String { "AsyncEvent(\(isSet ? "set" : "clear"), \(waiters.count) waiting)" }
}
