internal import CSystem
internal import DequeModule

/// Threads for calls that block. Threads are made when all are busy, up to the limit, and stay.
///
/// Not libdispatch's global queue: on Linux it adds a thread only once a second when its threads block, and they are
/// as few as the cores. The corresponding C functions are `pthread_create` and `pthread_cond_wait`.
@safe final class ThreadPool: @unchecked Sendable {
    /// The process's pool: as many threads as Python's `ThreadPoolExecutor` would use on 28 cores or more.
    static let shared = ThreadPool(limit: 32)

    private struct Work {
        let call: @Sendable () -> Void
        let refuse: @Sendable (SystemError) -> Void
    }

    private let limit: Int
    private let start: @Sendable (ThreadPool) -> CInt
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    // Guarded by `mutex`.
    private var work: Deque<Work> = []
    private var threads = 0
    private var idle = 0

    /// - Parameter start: Starts a thread that calls ``serve()``; returns an error number, or 0.
    init(limit: Int, start: @escaping @Sendable (ThreadPool) -> CInt = { $0.startThread() }) {
        self.limit = limit
        self.start = start
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    /// Queues a call; the first free thread makes it.
    ///
    /// - Parameter refuse: Called in its place when there is no thread, and none can be made; here or in a thread that
    ///   queues another call.
    func run(_ call: @escaping @Sendable () -> Void, orRefuse refuse: @escaping @Sendable (SystemError) -> Void) {
        unsafe pthread_mutex_lock(mutex)
        work.append(Work(call: call, refuse: refuse))
        let needsThread = idle < work.count && threads < limit
        if needsThread { threads += 1 }
        unsafe pthread_cond_signal(condition)
        unsafe pthread_mutex_unlock(mutex)
        guard needsThread else { return }
        let failure = start(self)
        if failure != 0 { giveUpThread(failure) }
    }

    /// The process is out of threads. One of those there are, or that others are about to start, will make the calls; the
    /// last who fails to start one refuses all.
    private func giveUpThread(_ failure: CInt) {
        unsafe pthread_mutex_lock(mutex)
        threads -= 1
        var refused: Deque<Work> = []
        if threads == 0 { swap(&refused, &work) }
        unsafe pthread_mutex_unlock(mutex)
        for work in refused { work.refuse(SystemError(code: failure, call: "pthread_create")) }
    }

    private func startThread() -> CInt {
        var thread = pthread_t()
        // The pool outlives its threads: they never end, so the reference is never given back.
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        let failed = unsafe pthread_create(
            &thread, nil,
            { context in
                if let context = unsafe context {
                    unsafe Unmanaged<ThreadPool>.fromOpaque(context).takeUnretainedValue().serve()
                }
                return nil
            }, context)
        if failed == 0 {
            _ = pthread_detach(thread)
        } else {
            unsafe Unmanaged<ThreadPool>.fromOpaque(context).release()
        }
        return failed
    }

    private func serve() {
        unsafe pthread_mutex_lock(mutex)
        while true {
            guard let next = work.popFirst() else {
                idle += 1
                unsafe pthread_cond_wait(condition, mutex)
                idle -= 1
                continue
            }
            unsafe pthread_mutex_unlock(mutex)
            next.call()
            unsafe pthread_mutex_lock(mutex)
        }
    }
}
