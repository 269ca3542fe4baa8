import Glibc

/// The signals that a run answers to.
enum Signals {
    static let interrupt = SIGINT
    static let terminate = SIGTERM
    static let status = SIGUSR1
    /// The terminal, or the session that the program was started in, goes.
    static let hangUp = SIGHUP

    /// Whether whoever started the program wants it to live on: `nohup` has the signal ignored, and it stays so.
    ///
    /// The corresponding C function is `sigaction`.
    static func isIgnored(_ signal: CInt) -> Bool {
        var action = sigaction()
        guard unsafe sigaction(signal, nil, &action) == 0 else { return false }
        return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1 /* SIG_IGN */
    }

    /// Lets a write to a pipe that nobody reads fail with `EPIPE` instead of ending the process.
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Lets a write beyond the largest size of a file (`ulimit -f`) fail with `EFBIG` instead of ending the process.
    static func ignoreFileSizeLimit() { signal(SIGXFSZ, SIG_IGN) }
}
