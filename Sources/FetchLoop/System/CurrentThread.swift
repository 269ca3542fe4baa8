internal import CSystem

/// The calling thread. The corresponding C function is `pthread_self`.
enum CurrentThread {
    /// A number that no other living thread has.
    @inline(__always)
    static var id: UInt { csystem_thread_id() }
}
