/// A lock or bounded semaphore was released more often than it was acquired.
public struct ReleaseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence for people.
    public var description: String { "released more often than acquired" }
}

/// A semaphore that notices when more permits come back than went out. Tornado: `locks.BoundedSemaphore`.
public final class BoundedSemaphore: CustomStringConvertible {
    /// The number of permits there are in all.
    public let permits: Int
    private var pool: PermitPool

    /// Creates a semaphore; `permits` must not be negative.
    public convenience init(on loop: EventLoop, permits: Int = 1) {
        self.init(on: loop, permits: permits, waitingFor: "semaphore")
    }

    init(on loop: EventLoop, permits: Int, waitingFor reason: StaticString) {
        self.permits = permits
        pool = PermitPool(on: loop, permits: permits, waitingFor: reason)
    }

    /// Permits that are free now.
    public var freePermits: Int { pool.free }

    /// Takes a permit, or waits for one for at most `timeout`. Suspends only when none is free.
    ///
    /// - Throws: `TimeoutError`, `CancellationError`.
    public func acquire(timeout: Duration? = nil) async throws {
        if !tryAcquire() { try await pool.wait(limit: timeout) { pool.giveBack() } }
    }

    /// Takes a permit if one is free; tells whether it did.
    public func tryAcquire() -> Bool { pool.takeFree() }

    /// Returns a permit.
    ///
    /// - Throws: `ReleaseError` when none is out.
    public func release() throws(ReleaseError) {
        guard pool.free < permits else { throw ReleaseError() }
        pool.giveBack()
    }

    /// Runs a body with a permit, which is returned when the body ends, however it does.
    ///
    /// - Throws: The body's error; `TimeoutError` when `timeout` passed before there was a permit; `CancellationError`;
    ///   `ReleaseError` when the body released the permit itself.
    public func withPermit<Value>(timeout: Duration? = nil, _ body: () async throws -> Value) async throws -> Value {
        try await acquire(timeout: timeout)
        let value: Value
        do { value = try await body() } catch {
            try? release()
            throw error
        }
        try release()
        return value
    }

    /// Free permits and number of waiters.
    public var description: String { "BoundedSemaphore(\(pool.free) of \(permits) free, \(pool.waitingCount) waiting)" }
}
