import Synchronization

/// Something that happens once, on whatever thread.
public final class Flag: Sendable {
    private let value = Atomic(false)

    /// Makes a flag that is not set.
    public init() {}

    /// Whether it is set.
    public var isSet: Bool { value.load(ordering: .acquiring) }

    /// Sets it.
    public func set() { value.store(true, ordering: .releasing) }
}
