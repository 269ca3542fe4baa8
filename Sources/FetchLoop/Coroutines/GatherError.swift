/// What went wrong in a `gather`: every failure, the first in input order foremost.
///
/// Tornado's `multi` raises the first and logs the others; here none is lost.
public struct GatherError: Error, CustomStringConvertible {
    /// One input's failure.
    public struct Failure: Sendable {
        /// The input's index or, of a dictionary, its key.
        public let key: any Hashable & Sendable
        /// What it failed with; `CancellationError` when it was cancelled.
        public let error: any Error
    }

    /// All failures, in input order; never empty.
    public let failures: [Failure]

    /// The first failure in input order: what Tornado's `multi` would have raised.
    public var first: any Error { failures[0].error }

    /// The failure of one input, by its index or key.
    public func error(of key: some Hashable) -> (any Error)? {
        failures.first { AnyHashable($0.key) == AnyHashable(key) }?.error
    }

    /// One line: the first failure, and how many there are.
    public var description: String {
        failures.count == 1 ? "\(first)" : "\(first) (the first of \(failures.count) failures)"
    }
}
