internal import CSystem

/// A level-triggered wake-up that any thread may raise and the loop's thread lowers.
///
/// The corresponding C function is `eventfd`; `write` on it is async-signal-safe.
struct WakeUp: ~Copyable {
    let descriptor: OwnedDescriptor

    init() throws(SystemError) {
        descriptor = OwnedDescriptor(try valueOrErrno("eventfd") { csystem_eventfd() })
    }

    func raise() { csystem_wake(descriptor.raw) }
    func lower() { csystem_unwake(descriptor.raw) }
}
