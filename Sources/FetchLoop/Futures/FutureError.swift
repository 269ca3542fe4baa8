/// Misuse of a ``Future`` or ``Promise``.
public enum FutureError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `result()` of a future that is not done. Tornado: `InvalidStateError`.
    case pending
    /// A promise was kept a second time, or after its future was cancelled.
    case alreadyDone
    /// The promise went away without a result; nobody could ever have kept it.
    case abandoned

    /// One sentence for people.
    public var description: String {
        switch self {
        case .pending: "the future has no result yet"
        case .alreadyDone: "the future is done already"
        case .abandoned: "the promise was dropped without a result"
        }
    }
}
