// What Swift's tasks cost by themselves: the least executor that can run them, no loop, no timers, nothing measured, no
// cancellation. A library of coroutines on tasks cannot be faster than this.

/// Runs its jobs when it is told to, on the one thread there is.
final class BareExecutor: TaskExecutor, @unchecked Sendable {
    private var ready: [UnownedJob] = []
    private var running: [UnownedJob] = []
    private var yielded: [UnsafeContinuation<Void, Never>] = []

    func enqueue(_ job: consuming ExecutorJob) { ready.append(UnownedJob(job)) }

    func yield() async {
        await withUnsafeContinuation { yielded.append($0) }
    }

    func turn() {
        for continuation in yielded { continuation.resume() }
        yielded.removeAll(keepingCapacity: true)
        swap(&ready, &running)
        let preference = asUnownedTaskExecutor()
        for job in running { job.runSynchronously(on: preference) }
        running.removeAll(keepingCapacity: true)
    }
}

/// A result and the one who waits for it.
final class BareFuture: @unchecked Sendable {
    private var value: Int?
    private var waiter: UnsafeContinuation<Void, Never>?

    func succeed(_ value: Int) {
        self.value = value
        waiter?.resume()
        waiter = nil
    }

    func get() async -> Int {
        if value == nil { await withUnsafeContinuation { waiter = $0 } }
        return value ?? 0
    }
}

extension BareExecutor {
    func spawn(_ body: nonisolated(nonsending) @escaping () async -> Int) -> BareFuture {
        let future = BareFuture()
        nonisolated(unsafe) let unit = (body: body, future: future)
        _ = Task.immediate(executorPreference: self) { unit.future.succeed(await unit.body()) }
        return future
    }
}

/// The load of `spawns`, on bare tasks.
func bareSpawns(_ count: Int) {
    let executor = BareExecutor()
    var isDone = false
    let elapsed = ContinuousClock().measure {
        _ = executor.spawn {
            for _ in 0..<count / 100 {
                let futures = (0..<100).map { number in
                    executor.spawn {
                        await executor.yield()
                        return number
                    }
                }
                for future in futures { _ = await future.get() }
            }
            isDone = true
            return 0
        }
        while !isDone { executor.turn() }
    }
    report("bare-task", count, elapsed)
}
