internal import CSystem

/// Whether the calling thread is inside `EventLoop.run`, so that a blocking client can refuse to stop a loop.
///
/// The corresponding C functions are `pthread_getspecific` and `pthread_setspecific`.
enum RunningLoops {
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        unsafe pthread_key_create(&key, nil)
        return key
    }()

    private static var depth: Int {
        get { unsafe Int(bitPattern: pthread_getspecific(key)) }
        set { unsafe pthread_setspecific(key, UnsafeRawPointer(bitPattern: newValue)) }
    }

    static var isInside: Bool { depth > 0 }
    static func enter() { depth += 1 }
    static func leave() { depth -= 1 }
}
