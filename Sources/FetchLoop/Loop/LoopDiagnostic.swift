/// Something a program wants to know about its loop although nobody waits for it.
public enum LoopDiagnostic: Sendable {
    /// A callback threw; the loop goes on.
    case callbackFailed(name: String, error: any Error)
    /// One callback or coroutine step kept the loop from everything else for longer than the threshold.
    case blocked(name: String, duration: Duration)
    /// A result or an error came too late: its future was cancelled before.
    case dropped(name: String, error: any Error)
    /// An error came after the time limit that its waiter had set.
    case late(name: String, error: any Error)
    /// A future failed, and nobody ever asked for its result.
    case neverRetrieved(name: String, error: any Error)

    /// One line for a log.
    public var message: String {
        switch self {
        case .callbackFailed(let name, let error): "error in \(name): \(error)"
        case .blocked(let name, let duration): "\(name) blocked the loop for \(duration.nanoseconds / 1_000_000) ms"
        case .dropped(let name, let error):
            "error of \(Self.future(name)), dropped because the future was cancelled: \(error)"
        case .late(let name, let error): "error of \(Self.future(name)), after its time limit: \(error)"
        case .neverRetrieved(let name, let error): "error of \(Self.future(name)), never retrieved: \(error)"
        }
    }

    private static func future(_ name: String) -> String { name.isEmpty ? "a future" : name }

    /// Writes the message to standard error: what a loop does with diagnostics unless told otherwise.
    static func writeToStandardError(_ diagnostic: LoopDiagnostic) {
        StandardError.writeLine("FetchLoop: \(diagnostic.message)")
    }
}
