import Glibc

/// The signals that a run answers to.
enum Signals {
    static let interrupt = SIGINT
    static let terminate = SIGTERM
    static let status = SIGUSR1

    /// Lets a write to a pipe that nobody reads fail with `EPIPE` instead of ending the process.
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Lets a write beyond the largest size of a file (`ulimit -f`) fail with `EFBIG` instead of ending the process.
    static func ignoreFileSizeLimit() { signal(SIGXFSZ, SIG_IGN) }
}
