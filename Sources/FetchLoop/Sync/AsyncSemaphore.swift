/// A number of permits; who finds none left waits in line. Tornado: `locks.Semaphore`.
///
/// ```swift
/// let twoAtATime = AsyncSemaphore(on: loop, permits: 2)
/// try await twoAtATime.withPermit { try await client.fetch(url) }
/// ```
/// Better than Tornado's: a permit granted to a waiter that is cancelled in the same turn goes to the next.
public final class AsyncSemaphore: CustomStringConvertible {
    private var pool: PermitPool

    /// Creates a semaphore; `permits` must not be negative.
    public init(on loop: EventLoop, permits: Int = 1) {
        pool = PermitPool(on: loop, permits: permits, waitingFor: "semaphore")
    }

    /// Permits that are free now.
    public var freePermits: Int { pool.free }

    /// Takes a permit, or waits for one for at most `timeout`. Suspends only when none is free.
    ///
    /// - Throws: `TimeoutError`, `CancellationError`.
    public func acquire(timeout: Duration? = nil) async throws {
        if !pool.takeFree() { try await pool.wait(limit: timeout) { release() } }
    }

    /// Takes a permit if one is free; tells whether it did.
    public func tryAcquire() -> Bool { pool.takeFree() }

    /// Returns a permit, or adds one: the number has no upper limit. See ``BoundedSemaphore``.
    public func release() { pool.giveBack() }

    /// Runs a body with a permit, which is returned when the body ends, however it does.
    ///
    /// - Throws: The body's error; `TimeoutError` when `timeout` passed before there was a permit; `CancellationError`.
    public func withPermit<Value>(timeout: Duration? = nil, _ body: () async throws -> Value) async throws -> Value {
        try await acquire(timeout: timeout)
        defer { release() }
        return try await body()
    }

    /// Free permits and number of waiters.
    public var description: String { "AsyncSemaphore(\(pool.free) free, \(pool.waitingCount) waiting)" }

    var storedWaiters: Int { pool.storedWaiters }
}
