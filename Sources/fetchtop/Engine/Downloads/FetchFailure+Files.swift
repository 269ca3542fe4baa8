import FetchLoop

/// Failures of bodies on their way to a file.
extension FetchFailure {
    /// A file could not be written: what, and why.
    static func disk(_ error: any Error, _ path: String) -> FetchFailure {
        let error = error as? SystemError
        let reason =
            switch error {
            case let error? where error.isLocked: "another run is writing it"
            case let error? where error.isLost: "what was gathered of it is gone"
            default: error?.message ?? "unknown reason"
            }
        return FetchFailure(kind: .disk, phase: .write, exitCode: 23, message: "cannot write '\(path)': \(reason)")
    }

    /// A part of a body that cannot be used.
    static func badPart(_ message: String) -> FetchFailure {
        FetchFailure(kind: .badResponse, phase: .response, exitCode: 33, message: message)
    }
}
