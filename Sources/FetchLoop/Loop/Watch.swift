/// A registration for readiness of one file descriptor. Made by ``EventLoop/watch(_:for:name:_:)``.
///
/// Level-triggered, as Tornado's `add_handler`. Cancel it before closing the descriptor.
public final class Watch {
    /// What to be told about.
    public typealias Interest = PollInterest
    /// What was seen.
    public typealias Events = PollEvents

    /// The watched descriptor; the watch does not own it.
    public let descriptor: CInt
    /// What the handler is called in reports.
    public let name: StaticString
    let generation: UInt32
    /// Gone with the watch's end: it often holds the watch itself, to cancel it.
    @safe @exclusivity(unchecked) private(set) var handler: ((Events) throws -> Void)?
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
            loop.requireThread("Watch.interest")
            registered = newValue
            loop.updateInterest(of: self)
        }
    }

    /// Ends the watch, a second time without effect. An event already seen in this turn is not delivered any more.
    public func cancel() {
        guard isActive else { return }
        loop.requireThread("Watch.cancel")
        isActive = false
        loop.remove(self)
        handler = nil
    }

    /// Ends a watch that the loop has forgotten already.
    func detach() { isActive = false }

    /// After ``detach()`` of all that end together: what a handler holds may cancel others.
    func dropHandler() { handler = nil }
}
