import Glibc

/// Files that options name.
enum ArgumentFile {
    /// The bytes of `path`, or of standard input for `-`.
    static func read(_ path: String, option: String) throws(UsageError) -> [UInt8] {
        do throws(FileError) {
            return path == "-" ? try FileBytes.readAll(STDIN_FILENO, path: "standard input") : try FileBytes.read(path)
        } catch {
            throw UsageError("\(option): \(error)")
        }
    }

    static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Fails now and once, rather than in every transfer.
    static func requireReadable(_ path: String, option: String) throws(UsageError) {
        guard unsafe access(path, R_OK) == 0 else {
            throw UsageError("\(option): \(FileError(path: path, code: errno))")
        }
    }
}
