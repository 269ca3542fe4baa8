public import FetchLoop
import Foundation

/// Runs a test body on a fresh loop, in a thread of its own.
///
/// The body's coroutine is started from inside the test's own task, whose task-local values it inherits: what it records
/// belongs to the test. When the test is cancelled, as a time limit does, the loop stops.
public func withLoop<Value: Sendable>(
    clock: LoopClock = .monotonic,
    _ body: nonisolated(nonsending) @escaping @Sendable (EventLoop) async throws -> Value
) async throws -> Value {
    let stop = Locked<(@Sendable () -> Void)?>(nil)
    return try await withTaskCancellationHandler {
        try await onFreshThread { try runLoop(clock: clock, stop: stop, body) }
    } onCancel: {
        stop.withLock { $0?() }
    }
}

private func runLoop<Value: Sendable>(
    clock: LoopClock, stop: Locked<(@Sendable () -> Void)?>,
    _ body: nonisolated(nonsending) @escaping @Sendable (EventLoop) async throws -> Value
) throws -> Value {
    let loop = try EventLoop(clock: clock, name: "test")
    let executor = loop.executor
    // Made on the loop's own thread only, and dropped once the loop is closed.
    nonisolated(unsafe) unowned let own = loop
    stop.withLock { $0 = { executor.post { own.stop() } } }
    loop.onDiagnostic = { _ in }
    // A loaded machine stops any thread for a while: that is not what tests look for.
    loop.blockedThreshold = .seconds(3600)
    let result = Result { try loop.run { try await body(loop) } }
    try loop.close()
    return try result.get()
}

/// Runs a test body that blocks, or that drives the loop itself, in a thread of its own.
///
/// It stays the test's own task, so that what it records belongs to the test.
public func onFreshThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withTaskExecutorPreference(FreshThread()) { try body() }
}

/// Runs each job in a new thread.
private final class FreshThread: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
