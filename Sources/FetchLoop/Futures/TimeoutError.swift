/// A wait reached its time limit. Tornado: `TimeoutError`.
public struct TimeoutError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Creates the error.
    public init() {}

    /// One sentence for people.
    public var description: String { "the time limit was reached" }
}
