/// Lets one coroutine at a time into a section that suspends. Tornado: `locks.Lock`.
///
/// ```swift
/// try await lock.withLock { try await saveEverything() }
/// ```
/// Not reentrant. Code without a suspension needs no lock: on one loop it runs undisturbed.
public final class AsyncLock: CustomStringConvertible {
    private let semaphore: BoundedSemaphore

    /// Creates a lock that nobody holds.
    public init(on loop: EventLoop) { semaphore = BoundedSemaphore(on: loop, permits: 1, waitingFor: "lock") }

    /// Whether somebody holds the lock.
    public var isLocked: Bool { semaphore.freePermits == 0 }

    /// Takes the lock, or waits in line for it for at most `timeout`.
    ///
    /// - Throws: `TimeoutError`, `CancellationError`.
    public func acquire(timeout: Duration? = nil) async throws { try await semaphore.acquire(timeout: timeout) }

    /// Takes the lock if nobody holds it; tells whether it did.
    public func tryAcquire() -> Bool { semaphore.tryAcquire() }

    /// Gives the lock to the next in line.
    ///
    /// - Throws: `ReleaseError` when nobody holds it.
    public func release() throws(ReleaseError) { try semaphore.release() }

    /// Runs a body that holds the lock; it is released when the body ends, however it does.
    ///
    /// - Throws: The body's error; `TimeoutError` when `timeout` passed before the lock was free; `CancellationError`;
    ///   `ReleaseError` when the body released the lock itself.
    public func withLock<Value>(timeout: Duration? = nil, _ body: () async throws -> Value) async throws -> Value {
        try await semaphore.withPermit(timeout: timeout, body)
    }

    /// Whether it is locked.
    public var description: String { "AsyncLock(\(isLocked ? "locked" : "free"))" }
}
