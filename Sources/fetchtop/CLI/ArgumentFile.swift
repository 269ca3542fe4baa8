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

    /// For files that are written at the end, in place of what is there: fails now rather than when all is done.
    ///
    /// - Parameter isReplaced: What is no file cannot be replaced by one.
    static func requireWritable(_ path: String, option: String, isReplaced: Bool = true) throws(UsageError) {
        guard path != "-" else { throw UsageError("\(option): '-' is not supported, records go to standard output") }
        let isThere = unsafe access(path, F_OK) == 0
        let place = isThere ? path : FileSystem.parent(of: path) ?? "."
        guard unsafe access(place, W_OK) == 0 else {
            throw UsageError(option: option, unwritable: path, reason: FileError.message(of: errno))
        }
        guard !isThere || !isReplaced || isRegular(path) else {
            throw UsageError("\(option): '\(path)' is no regular file")
        }
    }
}
