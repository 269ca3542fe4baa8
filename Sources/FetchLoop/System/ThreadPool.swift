internal import CSystem
internal import DequeModule

/// Threads for calls that block. Threads are made when all are busy, up to the limit, and stay.
///
/// Not libdispatch's global queue: on Linux it adds a thread only once a second when its threads block, and they are
/// as few as the cores. The corresponding C functions are `pthread_create` and `pthread_cond_wait`.
@safe final class ThreadPool: @unchecked Sendable {
    /// The process's pool: as many threads as Python's `ThreadPoolExecutor` would use on 28 cores or more.
    static let shared = ThreadPool(limit: 32)

    private let limit: Int
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    // Guarded by `mutex`.
    private var work: Deque<@Sendable () -> Void> = []
    private var threads = 0
    private var idle = 0

    init(limit: Int) {
        self.limit = limit
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    /// Queues a call; the first free thread makes it.
    func run(_ call: @escaping @Sendable () -> Void) {
        unsafe pthread_mutex_lock(mutex)
        work.append(call)
        let needsThread = idle < work.count && threads < limit
        if needsThread { threads += 1 }
        unsafe pthread_cond_signal(condition)
        unsafe pthread_mutex_unlock(mutex)
        if needsThread { startThread() }
    }

    private func startThread() {
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
            // The process is out of threads: the queued call waits for one of those there are.
            unsafe pthread_mutex_lock(mutex)
            threads -= 1
            unsafe pthread_mutex_unlock(mutex)
        }
    }

    private func serve() {
        unsafe pthread_mutex_lock(mutex)
        while true {
            guard let call = work.popFirst() else {
                idle += 1
                unsafe pthread_cond_wait(condition, mutex)
                idle -= 1
                continue
            }
            unsafe pthread_mutex_unlock(mutex)
            call()
            unsafe pthread_mutex_lock(mutex)
        }
    }
}
