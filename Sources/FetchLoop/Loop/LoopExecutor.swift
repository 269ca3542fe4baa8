internal import Synchronization

/// The `Sendable` end of an ``EventLoop``: the executor of its coroutines, and the one door for other threads.
///
/// Rules of its fields: `ready`, `running`, `taken...` and `yielded` belong to the loop's thread alone. Of the others
/// `thread` is read everywhere, to know which that is, and `remote` is what other threads leave, under a lock.
@safe public final class LoopExecutor: SerialExecutor, TaskExecutor, @unchecked Sendable {
    private struct Remote {
        var jobs: [UnownedJob] = []
        var callbacks: [@Sendable () -> Void] = []
        var isClosed = false
        var isEmpty: Bool { jobs.isEmpty && callbacks.isEmpty }
    }

    private let remote = Locked(Remote())
    private let wakeUp: WakeUp
    private let thread = Atomic<UInt>(0)
    @safe @exclusivity(unchecked) private var ready: [UnownedJob] = []
    @safe @exclusivity(unchecked) private var running: [UnownedJob] = []
    /// Empty but for the time in which `takeRemote` runs: with those in `remote`, two arrays that take turns.
    private var takenJobs: [UnownedJob] = []
    private var takenCallbacks: [@Sendable () -> Void] = []
    /// Room for so many stays allocated after a burst.
    private static let mostKept = 16_384
    @exclusivity(unchecked) private var yielded = unsafe [UnsafeContinuation<Void, Never>]()

    init() throws(SystemError) {
        wakeUp = try WakeUp()
        adoptCurrentThread()
    }

    /// The descriptor that is readable while something waits in `remote`.
    var wakeUpDescriptor: CInt { wakeUp.descriptor.raw }

    /// Makes the calling thread the loop's.
    func adoptCurrentThread() { thread.store(CurrentThread.id, ordering: .relaxed) }

    /// Whether the caller runs on the loop's thread.
    public var isCurrent: Bool { thread.load(ordering: .relaxed) == CurrentThread.id }

    /// Runs a callback on the loop in a later turn, and wakes the loop if it sleeps.
    ///
    /// Safe from any thread; callbacks of one thread keep their order. After the loop was closed they are dropped.
    /// Tornado: `IOLoop.add_callback`.
    /// - Returns: false when the loop is closed.
    @discardableResult
    public func post(_ callback: @escaping @Sendable () -> Void) -> Bool {
        let (taken, wasEmpty) = remote.withLock { remote in
            guard !remote.isClosed else { return (false, false) }
            defer { remote.callbacks.append(callback) }
            return (true, remote.isEmpty)
        }
        if wasEmpty { wakeUp.raise() }
        return taken
    }

    /// Takes a job of the Swift runtime: a coroutine that can go on.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            ready.append(job)
            return
        }
        let wasEmpty = remote.withLock { remote in
            defer { remote.jobs.append(job) }
            return remote.isEmpty
        }
        if wasEmpty { wakeUp.raise() }
    }

    /// Stops the process when the caller is not on the loop's thread.
    public func checkIsolated() { require("this code") }

    /// Stops the process, with a message that names the misuse, when the caller is not on the loop's thread.
    @inline(__always)
    func require(_ what: StaticString) {
        if !isCurrent { stopForeign(what) }
    }

    @inline(never)
    private func stopForeign(_ what: StaticString) -> Never {
        fatalError("FetchLoop: \(what) must run on its event loop's thread; from others, use LoopExecutor.post")
    }

    /// Whether the caller runs on the loop's thread.
    public func isIsolatingCurrentContext() -> Bool? { isCurrent }

    /// Whether a coroutine can go on.
    var hasReady: Bool { unsafe !ready.isEmpty || !yielded.isEmpty }

    /// Lets everything else that can go on run first. Not `Task.yield`, which takes two turns and twice the time: it
    /// queues a job that queues the coroutine.
    func yield() async {
        await unsafe withUnsafeContinuation { unsafe yielded.append($0) }
    }

    /// Makes those that yielded ready. At the start of a turn, so that one that yields later in it waits for the next.
    func resumeYielded() {
        if unsafe yielded.isEmpty { return }
        unsafe yielded.forEach { continuation in unsafe continuation.resume() }
        unsafe yielded.removeAll(keepingCapacity: true)
    }

    /// Runs the coroutines that can go on at entry; those that become ready meanwhile wait for the next turn.
    ///
    /// Each is run as a job of the *task* executor alone: were it told that this serial executor isolates it, the
    /// runtime would switch it off that executor at once, by queueing it again, so each step would take two turns.
    ///
    /// - Parameter limit: how many nanoseconds are too long, which decides how exactly they are measured.
    /// - Returns: How many there were, and the slowest of them; nil when there was none.
    func runReady(notingSlowerThan limit: Int64) -> (count: Int, slowest: SlowStep?) {
        if ready.isEmpty { return (0, nil) }
        swap(&ready, &running)
        let preference = unsafe asUnownedTaskExecutor()
        var slowest = SlowStep(coroutine: CoroutineID(running[0]), nanoseconds: 0)
        var mark = SlowStep.clock(for: limit)
        for job in running {
            unsafe job.runSynchronously(on: preference)
            let now = SlowStep.clock(for: limit)
            if now - mark > slowest.nanoseconds {
                slowest = SlowStep(coroutine: CoroutineID(job), nanoseconds: now - mark)
            }
            mark = now
        }
        let count = running.count
        running.removeAll(keepingCapacity: true)
        return (count, slowest)
    }

    /// Takes what other threads left: jobs go to `ready`, callbacks to the body.
    ///
    /// Under the lock the arrays only change places, so that those who post wait for nothing that takes long.
    func takeRemote(_ body: (@escaping @Sendable () -> Void) -> Void) {
        wakeUp.lower()
        remote.withLock { remote in
            swap(&remote.jobs, &takenJobs)
            swap(&remote.callbacks, &takenCallbacks)
        }
        ready.append(contentsOf: takenJobs)
        takenJobs.removeAll(keepingCapacity: takenJobs.count < Self.mostKept)
        for callback in takenCallbacks { body(callback) }
        takenCallbacks.removeAll(keepingCapacity: takenCallbacks.count < Self.mostKept)
    }

    /// From here on posts are refused. Jobs are still taken, so that coroutines can end.
    func close() {
        remote.withLock { $0.isClosed = true }
    }
}
