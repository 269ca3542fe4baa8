import Glibc

/// Plain lines on standard error, for before the loop runs and after it ended.
enum StandardError {
    /// Writes `fetchtop: message`, made safe for a terminal.
    static func complain(_ message: String) {
        let line = Array("fetchtop: \(DisplayText(sanitising: message).string)\n".utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
