internal import CSystem

/// A value that one thread at a time may touch. The corresponding C functions are `pthread_mutex_lock` and `_unlock`.
///
/// Not `Synchronization.Mutex`: where that one has to wait, it does so in code of the toolchain that is not instrumented,
/// and the thread sanitizer takes every contended access for a race. A lock that it understands finds real ones.
@safe package final class Locked<Value>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    package init(_ value: sending Value) {
        self.value = value
        unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Runs a body that has the value to itself. Not reentrant.
    package func withLock<Result, Failure>(_ body: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
