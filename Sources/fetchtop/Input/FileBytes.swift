import Glibc

/// Small files read whole, at start-up: configuration, bodies.
enum FileBytes {
    /// Anything larger is not what these options are for.
    static let limit = 64 << 20

    /// - Throws: `FileError` that names the path and the reason.
    static func read(_ path: String) throws(FileError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
        defer { close(descriptor) }
        return try readAll(descriptor, path: path)
    }

    /// Reads an open descriptor to its end.
    static func readAll(_ descriptor: CInt, path: String) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw FileError(path: path, code: errno) }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw FileError(path: path, code: EFBIG) }
        }
    }
}

/// Why a file could not be read: `cannot read 'x': No such file or directory`.
struct FileError: Error, Equatable, CustomStringConvertible {
    let path: String
    let code: CInt

    var description: String { "cannot read '\(path)': \(Self.message(of: code))" }

    var isMissingFile: Bool { code == ENOENT || code == ENOTDIR }

    /// `strerror` in words of the C locale.
    static func message(of code: CInt) -> String {
        unsafe String(cString: strerror(code))
    }
}
