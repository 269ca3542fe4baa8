import Synchronization

/// A number that counts up, on whatever thread.
public final class Counter: Sendable {
    private let count = Atomic(0)

    /// Starts at zero.
    public init() {}

    /// The count so far.
    public var value: Int { count.load(ordering: .acquiring) }

    /// Counts one more.
    public func increment() { count.add(1, ordering: .acquiringAndReleasing) }
}
