import Glibc

/// What the process was started with and where it was started, as plain values, so that decisions made from them can be
/// tested.
struct Environment: Sendable {
    var variables: [String: String] = [:]
    /// Whether the controlling terminal opens and this process is in its foreground.
    var hasTerminal = false
    var standardOutput = Output.terminal
    /// Standard error goes to a terminal.
    var hasErrorTerminal = false
    var standardInputIsTerminal = false

    enum Output: Sendable, Equatable {
        case terminal
        /// A pipe, a file or a socket: something that takes records.
        case redirected
        /// `/dev/null` and the like.
        case nowhere
    }

    subscript(_ name: String) -> String? { variables[name] }

    /// A terminal that escape sequences mean something to.
    var isTerminalUsable: Bool { hasTerminal && self["TERM"].map { !$0.isEmpty && $0 != "dumb" } == true }

    /// The variables that fetchtop itself looks at.
    private static let names = [
        "TERM", "NO_COLOR", "CLICOLOR_FORCE", "COLORFGBG", "COLORTERM", "HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME",
        "FETCHTOP_CONFIG",
        "LC_ALL", "LC_CTYPE", "LANG", "SSL_CERT_FILE", "CURL_CA_BUNDLE",
    ]

    /// Whether a proxy is named at all, in the spellings that libcurl looks for.
    static let namesProxy = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        .contains { (name: String) in unsafe getenv(name) != nil }

    /// The real one.
    static func current() -> Environment {
        var environment = Environment()
        for name in names {
            if let value = unsafe getenv(name) { environment.variables[name] = unsafe String(cString: value) }
        }
        environment.hasTerminal = isForegroundOfTerminal()
        environment.standardOutput = kindOfStandardOutput()
        environment.hasErrorTerminal = isatty(STDERR_FILENO) == 1
        environment.standardInputIsTerminal = isatty(STDIN_FILENO) == 1
        return environment
    }

    /// In the background the terminal opens as well, but drawing on it would stop the process (SIGTTOU).
    private static func isForegroundOfTerminal() -> Bool {
        let descriptor = unsafe open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return tcgetpgrp(descriptor) == getpgrp()
    }

    private static func kindOfStandardOutput() -> Output {
        if isatty(STDOUT_FILENO) == 1 { return .terminal }
        var status = stat()
        guard unsafe fstat(STDOUT_FILENO, &status) == 0 else { return .nowhere }
        return status.st_mode & S_IFMT == S_IFCHR ? .nowhere : .redirected
    }
}
