/// What to be told about a descriptor. A ``Watch`` calls it `Interest`.
public struct PollInterest: OptionSet, Hashable, Sendable {
    /// The raw bits.
    public let rawValue: UInt8
    /// Creates an interest from raw bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Data (or a connection, or end of file) can be read.
    public static let read = PollInterest(rawValue: 1)
    /// Data can be written.
    public static let write = PollInterest(rawValue: 2)
}

/// What was seen of a descriptor. `error` and `hangup` are reported whatever the interest. A ``Watch`` calls it `Events`.
public struct PollEvents: OptionSet, Hashable, Sendable {
    /// The raw bits.
    public let rawValue: UInt8
    /// Creates events from raw bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Reading will not block.
    public static let read = PollEvents(rawValue: 1)
    /// Writing will not block.
    public static let write = PollEvents(rawValue: 2)
    /// The descriptor is in error (`EPOLLERR`).
    public static let error = PollEvents(rawValue: 4)
    /// The peer hung up (`EPOLLHUP`).
    public static let hangup = PollEvents(rawValue: 8)

    /// These events without those that nobody asked for.
    func wanted(for interest: PollInterest) -> PollEvents {
        PollEvents(rawValue: rawValue & (interest.rawValue | PollEvents.error.rawValue | PollEvents.hangup.rawValue))
    }
}
