/// Misuse of an ``EventLoop``, or its end.
public enum LoopError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `run` was called while the loop runs.
    case alreadyRunning
    /// The loop was closed.
    case closed
    /// `close` was called while the loop runs.
    case running
    /// `run(timeout:_:)` reached its timeout; the body was cancelled.
    case timedOut
    /// `stop()` ended the loop before the body of `run(timeout:_:)` had a result.
    case stopped

    /// One sentence for people.
    public var description: String {
        switch self {
        case .alreadyRunning: "the event loop is running already"
        case .closed: "the event loop is closed"
        case .running: "the event loop is running; stop it before closing it"
        case .timedOut: "the timeout was reached before the result"
        case .stopped: "the event loop was stopped before the result"
        }
    }
}
