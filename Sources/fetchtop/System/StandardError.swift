import Glibc

/// Plain lines on standard error, for before the loop runs and after it ended.
enum StandardError {
    /// Writes `fetchtop: message`, made safe for a terminal.
    static func complain(_ message: String) {
        let line = Array("fetchtop: \(DisplayText(sanitising: message).string)\n".utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// The same, unless nobody takes it: then it is left out rather than waited for.
    static func complainIfTaken(_ message: String) {
        var room = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        if unsafe poll(&room, 1, 0) == 1, room.revents & Int16(POLLOUT) != 0 { complain(message) }
    }

    /// How many columns its terminal has; 80 if it does not say.
    static var columns: Int {
        var size = winsize()
        return unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}
