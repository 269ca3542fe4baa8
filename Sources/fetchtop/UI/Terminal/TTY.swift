import CNcurses
import Glibc

/// The terminal itself: a file description of its own on `/dev/tty`, with its modes.
///
/// Opened anew on purpose: `O_NONBLOCK` set on descriptor 1 would also change standard input and leak into the shell
/// when we are gone. Keys come from here even when standard input is the list of URLs.
final class TTY {
    /// Why there is no terminal to draw on.
    struct Unavailable: Error, CustomStringConvertible {
        let description: String
    }

    let descriptor: CInt
    private var saved = termios()
    private(set) var isRaw = false
    private(set) var isClosed = false

    /// Opens `path`. The corresponding C function is `open`.
    init(path: String = "/dev/tty") throws(Unavailable) {
        descriptor = unsafe cncurses_open_terminal(path)
        guard descriptor >= 0 else {
            throw Unavailable(description: "\(path): \(unsafe String(cString: strerror(errno)))")
        }
        guard unsafe tcgetattr(descriptor, &saved) == 0 else {
            let reason = unsafe String(cString: strerror(errno))
            Glibc.close(descriptor)
            isClosed = true
            throw Unavailable(description: "\(path): \(reason)")
        }
    }

    deinit { close() }

    /// Raw mode: every byte as typed, nothing echoed, Ctrl-C and Ctrl-Z as keys.
    func enterRaw() {
        guard !isClosed else { return }
        var raw = saved
        unsafe cfmakeraw(&raw)
        isRaw = unsafe tcsetattr(descriptor, TCSADRAIN, &raw) == 0
    }

    /// The modes found at the start. A terminal that no longer reads would hold `TCSADRAIN` for ever: `TCSANOW`.
    func restore() {
        guard !isClosed, isRaw else { return }
        unsafe tcsetattr(descriptor, TCSANOW, &saved)
        isRaw = false
    }

    func close() {
        guard !isClosed else { return }
        restore()
        Glibc.close(descriptor)
        isClosed = true
    }

    /// The window's size, or nil when the terminal does not know it (serial lines answer 0x0).
    var size: Size? {
        var rows: CInt = 0
        var columns: CInt = 0
        guard !isClosed, unsafe cncurses_window_size(descriptor, &rows, &columns) == 0, rows > 0, columns > 0 else {
            return nil
        }
        return Size(columns: min(Int(columns), 2000), rows: min(Int(rows), 1000))
    }

    /// What a write or a read came to.
    enum Outcome: Equatable {
        case bytes(Int)
        case wouldBlock
        /// Hung up or closed: never try again.
        case gone
    }

    func write(_ bytes: ArraySlice<UInt8>) -> Outcome {
        guard !isClosed else { return .gone }
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        return outcome(count)
    }

    func read(into buffer: inout [UInt8]) -> Outcome {
        guard !isClosed else { return .gone }
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return count == 0 ? .gone : outcome(count)
    }

    private func outcome(_ count: Int) -> Outcome {
        if count >= 0 { return .bytes(count) }
        return errno == EAGAIN || errno == EINTR ? .wouldBlock : .gone
    }

    /// From here on a crash writes `bytes` and puts the modes back before the process dies.
    func armCrashRestore(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe cncurses_arm_crash_restore(descriptor, &saved, buffer.baseAddress, buffer.count)
        }
    }

    func disarmCrashRestore() { cncurses_disarm_crash_restore() }
}
