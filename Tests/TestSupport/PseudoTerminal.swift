import Foundation

/// The far end of a terminal: a program runs on `path`, the test reads what it paints and types.
public final class PseudoTerminal: Sendable {
    /// The terminal's device, to be given to `ChildProcess` as its terminal.
    public let path: String
    private let descriptor: Int32

    /// Opens a terminal of that size.
    public init(width: UInt16 = 80, height: UInt16 = 24) throws {
        // What posix_openpt, unlockpt and ptsname do; Swift's Glibc module lacks them.
        descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (unlocked, number): (Int32, Int32) = (0, 0)
        guard descriptor >= 0, ioctl(descriptor, 0x4004_5431 /* TIOCSPTLCK */, &unlocked) == 0,
            ioctl(descriptor, 0x8004_5430 /* TIOCGPTN */, &number) == 0
        else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        path = "/dev/pts/\(number)"
        resize(width: width, height: height)
    }

    deinit { close(descriptor) }

    /// Changes the terminal's size.
    public func resize(width: UInt16, height: UInt16) {
        var size = winsize(ws_row: height, ws_col: width, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
    }

    /// Types text.
    public func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(descriptor, bytes, bytes.count)
    }

    /// What was painted since the last call, waiting at most so long for the first of it. Empty when nothing came.
    ///
    /// - Parameter count: Most bytes to take; the rest stays where it is.
    public func painted(within limit: Duration, atMost count: Int = 65_536) -> [UInt8] {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let (seconds, attoseconds) = limit.components
        guard poll(&request, 1, Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000)) > 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: count)
        let length = read(descriptor, &buffer, buffer.count)
        return Array(buffer.prefix(max(length, 0)))
    }
}
