/// A registration for readiness of one file descriptor. Made by ``EventLoop/watch(_:for:name:_:)``.
///
/// Level-triggered, as Tornado's `add_handler`. Cancel it before closing the descriptor.
public final class Watch {
    /// What to be told about.
    public struct Interest: OptionSet, Hashable, Sendable {
        /// The raw bits.
        public let rawValue: UInt8
        /// Creates an interest from raw bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Data (or a connection, or end of file) can be read.
        public static let read = Interest(rawValue: 1)
        /// Data can be written.
        public static let write = Interest(rawValue: 2)
    }

    /// What was seen. `error` and `hangup` are reported whatever the interest.
    public struct Events: OptionSet, Hashable, Sendable {
        /// The raw bits.
        public let rawValue: UInt8
        /// Creates events from raw bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Reading will not block.
        public static let read = Events(rawValue: 1)
        /// Writing will not block.
        public static let write = Events(rawValue: 2)
        /// The descriptor is in error (`EPOLLERR`).
        public static let error = Events(rawValue: 4)
        /// The peer hung up (`EPOLLHUP`).
        public static let hangup = Events(rawValue: 8)
    }

    /// The watched descriptor; the watch does not own it.
    public let descriptor: CInt
    /// What the handler is called in reports.
    public let name: StaticString
    let generation: UInt32
    let handler: (Events) throws -> Void
    // Not weak, for speed (see LoopTimer); a loop that goes detaches its watches first.
    private unowned let loop: EventLoop
    private(set) var registered: Interest

    init(
        descriptor: CInt, interest: Interest, generation: UInt32, name: StaticString, loop: EventLoop,
        handler: @escaping (Events) throws -> Void
    ) {
        self.descriptor = descriptor
        self.registered = interest
        self.generation = generation
        self.name = name
        self.loop = loop
        self.handler = handler
    }

    /// Whether events can still arrive.
    public private(set) var isActive = true

    /// What to be told about; setting it costs one `epoll_ctl` when it differs, and nothing when it does not.
    public var interest: Interest {
        get { registered }
        set {
            guard newValue != registered, isActive else { return }
            registered = newValue
            loop.updateInterest(of: self)
        }
    }

    /// Ends the watch, a second time without effect. An event already seen in this turn is not delivered any more.
    public func cancel() {
        guard isActive else { return }
        isActive = false
        loop.remove(self)
    }

    func detach() { isActive = false }
}
