#if os(Linux)
    internal import CSystem

    /// The kernel's epoll. The corresponding C functions are `epoll_create1`, `epoll_ctl` and `epoll_wait`.
    @safe struct EpollPoller: Poller, ~Copyable {
        private let descriptor: OwnedDescriptor
        /// Enough to take a busy turn in one call, small enough that a turn stays short.
        private var buffer = unsafe [epoll_event](repeating: epoll_event(), count: 32)

        init() throws(SystemError) {
            descriptor = OwnedDescriptor(try valueOrErrno("epoll_create1") { epoll_create1(CInt(EPOLL_CLOEXEC)) })
        }

        func add(_ descriptor: CInt, _ interest: PollInterest, token: UInt64) throws(SystemError) {
            var event = unsafe csystem_epoll_event(Self.mask(interest), token)
            _ = try valueOrErrno("epoll_ctl") {
                unsafe epoll_ctl(self.descriptor.raw, CInt(EPOLL_CTL_ADD), descriptor, &event)
            }
        }

        func modify(_ descriptor: CInt, _ interest: PollInterest, token: UInt64) {
            var event = unsafe csystem_epoll_event(Self.mask(interest), token)
            // ENOENT and EBADF: the descriptor was closed behind our back; the kernel forgot it already.
            _ = unsafe epoll_ctl(self.descriptor.raw, CInt(EPOLL_CTL_MOD), descriptor, &event)
        }

        func remove(_ descriptor: CInt) {
            var event = unsafe epoll_event()
            _ = unsafe epoll_ctl(self.descriptor.raw, CInt(EPOLL_CTL_DEL), descriptor, &event)
        }

        mutating func wait(milliseconds: CInt) -> Int {
            let raw = descriptor.raw
            let count = unsafe epoll_wait(raw, &buffer, CInt(buffer.count), milliseconds)
            // EINTR is a turn without events: whoever sent the signal has also raised a wake-up.
            return max(0, Int(count))
        }

        func event(_ index: Int) -> (token: UInt64, events: PollEvents) {
            var event = unsafe buffer[index]
            let seen = unsafe event.events
            var events: PollEvents = []
            if seen & UInt32(EPOLLIN.rawValue) != 0 { events.insert(.read) }
            if seen & UInt32(EPOLLOUT.rawValue) != 0 { events.insert(.write) }
            if seen & UInt32(EPOLLERR.rawValue) != 0 { events.insert(.error) }
            if seen & UInt32(EPOLLHUP.rawValue) != 0 { events.insert(.hangup) }
            return (unsafe csystem_epoll_data(&event), events)
        }

        private static func mask(_ interest: PollInterest) -> UInt32 {
            var mask: UInt32 = 0
            if interest.contains(.read) { mask |= UInt32(EPOLLIN.rawValue) }
            if interest.contains(.write) { mask |= UInt32(EPOLLOUT.rawValue) }
            return mask
        }
    }

    typealias SystemPoller = EpollPoller
#endif
