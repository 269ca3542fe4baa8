/// The process's exit code, from what happened. One table, in the order of precedence.
struct ExitStatus: Equatable, Sendable {
    /// Unknown option, bad configuration.
    var isUsageError = false
    /// A list could not be read, was empty, or malformed under `--strict-input`.
    var isInputError = false
    /// Results or files could not be written.
    var isOutputError = false
    /// The signal whose second arrival ended the run.
    var killedBy: CInt?
    /// One of `--fail-early`, `--max-failures`, `--fail-if` said so.
    var isGateTripped = false
    /// Something is left to do; `--resume` takes it up.
    var isUnfinished = false
    /// At least one fetch failed.
    var hasFailures = false

    var code: Int32 {
        if isUsageError { return 2 }
        if isInputError { return 3 }
        if isOutputError { return 4 }
        if let killedBy { return 128 + killedBy }
        if isGateTripped { return 5 }
        if isUnfinished { return 7 }
        return hasFailures ? 1 : 0
    }
}
