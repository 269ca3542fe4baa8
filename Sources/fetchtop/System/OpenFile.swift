import FetchLoop
import Glibc

/// An open file of this process; closed when the last reference goes, unless it was only borrowed.
///
/// Its calls block: anything but a pipe that is ready belongs into `loop.runBlocking`.
final class OpenFile: Sendable {
    let descriptor: CInt
    private let isOwned: Bool

    /// The corresponding C function is `open`.
    ///
    /// - Throws: `SystemError`.
    init(_ path: String, _ mode: Mode, permissions: mode_t = 0o666) throws(SystemError) {
        while true {
            let descriptor = unsafe open(path, mode.flags | O_CLOEXEC | O_NOCTTY, permissions)
            if descriptor >= 0 {
                self.descriptor = descriptor
                isOwned = true
                return
            }
            if errno != EINTR { throw SystemError(code: errno, call: "open") }
        }
    }

    /// A descriptor that somebody else closes, such as standard output.
    init(borrowing descriptor: CInt) {
        self.descriptor = descriptor
        isOwned = false
    }

    deinit { if isOwned { close(descriptor) } }

    enum Mode: Sendable {
        case read
        /// Made if need be, and written at its end.
        case append
        /// Made if need be, and emptied.
        case truncate
        /// Made; an error if it is there already.
        case create
        /// One that is there, written as it is; a symbolic link of that name is refused.
        case gather
        /// A symbolic link of that name is refused.
        case readPlain
        /// What is there, whatever it is; it may wait for somebody who reads.
        case write

        fileprivate var flags: CInt {
            switch self {
            case .read: O_RDONLY
            case .append: O_WRONLY | O_CREAT | O_APPEND
            case .truncate: O_WRONLY | O_CREAT | O_TRUNC
            case .create: O_RDWR | O_CREAT | O_EXCL
            case .gather: O_WRONLY | O_NOFOLLOW
            case .readPlain: O_RDONLY | O_NOFOLLOW
            case .write: O_WRONLY
            }
        }
    }

    /// Reads at most `count` bytes; none means the end. The corresponding C function is `read`.
    ///
    /// - Throws: `SystemError`.
    func read(upTo count: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        while true {
            let length = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
            if length >= 0 {
                bytes.removeLast(count - length)
                return bytes
            }
            if errno != EINTR { throw SystemError(code: errno, call: "read") }
        }
    }

    /// Writes all bytes, waiting for room if the descriptor blocks. The corresponding C function is `write`.
    ///
    /// - Parameters:
    ///   - longest: How many bytes at most are written at a time.
    ///   - onProgress: Told how many were written each time.
    /// - Throws: `SystemError`; some of the bytes may have been written.
    func write(
        _ bytes: [UInt8], upTo longest: Int = .max, onProgress: (Int) -> Void = { _ in }
    ) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let length = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress! + done, min(longest, buffer.count - done))
            }
            if length >= 0 {
                done += length
                onProgress(length)
            } else if errno == EAGAIN {
                // Somebody made the descriptor non-blocking, which all who share it then see.
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&wanted, 1, -1)
            } else if errno != EINTR {
                throw SystemError(code: errno, call: "write")
            }
        }
    }

    /// Brings what was written to the disk. The corresponding C function is `fdatasync`.
    ///
    /// - Throws: `SystemError`; a descriptor that cannot be synchronised (a pipe) is no error.
    func synchronize() throws(SystemError) {
        if fdatasync(descriptor) != 0, errno != EINVAL, errno != EROFS {
            throw SystemError(code: errno, call: "fdatasync")
        }
    }

    /// The corresponding C function is `ftruncate`.
    ///
    /// - Throws: `SystemError`.
    func truncate(to size: Int64) throws(SystemError) {
        if ftruncate(descriptor, off_t(size)) != 0 { throw SystemError(code: errno, call: "ftruncate") }
    }

    /// The corresponding C function is `lseek`.
    ///
    /// - Throws: `SystemError`.
    func seek(to offset: Int64) throws(SystemError) {
        if lseek(descriptor, off_t(offset), SEEK_SET) < 0 { throw SystemError(code: errno, call: "lseek") }
    }

    /// The corresponding C function is `fchmod`.
    ///
    /// - Throws: `SystemError`.
    func setPermissions(_ permissions: mode_t) throws(SystemError) {
        if fchmod(descriptor, permissions) != 0 { throw SystemError(code: errno, call: "fchmod") }
    }

    /// Keeps other runs from writing the same file; false if one does. The corresponding C function is `flock`.
    func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK }

    /// Whether somebody may be looking. The corresponding C function is `isatty`.
    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// What the descriptor refers to. The corresponding C function is `fstat`.
    ///
    /// - Throws: `SystemError`.
    func status() throws(SystemError) -> Status {
        var information = stat()
        guard unsafe fstat(descriptor, &information) == 0 else { throw SystemError(code: errno, call: "fstat") }
        return Status(information)
    }

    struct Status: Sendable {
        enum Kind: Sendable { case regular, directory, other }
        var kind: Kind
        var size: Int64
        var modifiedAtUnixSeconds: Int64

        fileprivate init(_ information: stat) {
            kind =
                switch information.st_mode & S_IFMT {
                case S_IFREG: .regular
                case S_IFDIR: .directory
                default: .other
                }
            size = Int64(information.st_size)
            modifiedAtUnixSeconds = Int64(information.st_mtim.tv_sec)
        }
    }
}

/// The time of day. The corresponding C function is `clock_gettime(CLOCK_REALTIME)`.
enum TimeOfDay {
    static var unixNanoseconds: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
