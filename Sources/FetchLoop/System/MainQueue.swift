#if os(Linux)
    internal import CSystem
    internal import Dispatch

    /// libdispatch's main queue, drained by a loop that runs on the main thread, so that `@MainActor` code of the
    /// embedding program goes on while the loop holds that thread.
    enum MainQueue {
        /// Whether the calling thread is the one that the main queue belongs to.
        static var isOnMainThread: Bool { csystem_on_main_thread() != 0 }

        /// Whether there is a descriptor left: libdispatch ends the process when it gets none for its queue.
        static var canBeMade: Bool {
            do {
                _ = try WakeUp()
                return true
            } catch {
                return false
            }
        }

        /// Readable when the main queue has work.
        static var descriptor: CInt { _dispatch_get_main_queue_port_4CF() }

        /// Runs what is queued.
        static func drain() { _dispatch_main_queue_callback_4CF(nil) }
    }
#endif
