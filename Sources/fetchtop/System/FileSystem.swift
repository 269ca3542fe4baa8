import FetchLoop
import Glibc

/// Calls on paths. All block.
enum FileSystem {
    /// Makes a directory and those above it. The corresponding C function is `mkdir`.
    ///
    /// - Returns: The directories in which one was made: their new names may not be on the disk yet.
    /// - Throws: `SystemError`; a directory that is there already is none.
    @discardableResult
    static func makeDirectory(_ path: String, permissions: mode_t = 0o777) throws(SystemError) -> [String] {
        guard !path.isEmpty, path != "/" else { return [] }
        let parent = parent(of: path)
        if unsafe mkdir(path, permissions) == 0 { return [parent ?? "."] }
        if errno == EEXIST { return [] }
        let code = errno
        guard code == ENOENT, let parent else { throw SystemError(code: code, call: "mkdir") }
        let above = try makeDirectory(parent, permissions: permissions)
        if unsafe mkdir(path, permissions) == 0 { return above + [parent] }
        if errno != EEXIST { throw SystemError(code: errno, call: "mkdir") }
        return above
    }

    /// The directory a path lies in; nil for a bare name.
    static func parent(of path: String) -> String? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A path as typed: `~/` is the user's home, as in a shell.
    static func expandingHome(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = unsafe getenv("HOME") else { return path }
        return unsafe String(cString: home) + path.dropFirst()
    }

    /// Whether a path names something that takes bytes as they come: a device, a pipe, a terminal, one of the process's
    /// own streams. It is written to, and never replaced by a file. The corresponding C function is `stat`.
    static func takesBytesDirectly(_ path: String) -> Bool {
        if standardStream(path) != nil { return true }
        var information = stat()
        guard unsafe stat(path, &information) == 0 else { return false }
        return ![S_IFREG, S_IFDIR].contains(information.st_mode & S_IFMT)
    }

    /// The descriptor that a path names, if that is standard output or standard error: opening `/dev/stdout` again would
    /// begin a file that it was redirected to anew.
    static func standardStream(_ path: String) -> CInt? {
        switch path {
        case "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1": STDOUT_FILENO
        case "/dev/stderr", "/dev/fd/2", "/proc/self/fd/2": STDERR_FILENO
        default: nil
        }
    }

    static func exists(_ path: String) -> Bool {
        var information = stat()
        return unsafe lstat(path, &information) == 0
    }

    /// The corresponding C function is `rename`.
    ///
    /// - Throws: `SystemError`.
    static func move(_ path: String, to target: String) throws(SystemError) {
        if unsafe rename(path, target) != 0 { throw SystemError(code: errno, call: "rename") }
    }

    /// Gives a file a name that must be free. The corresponding C functions are `link` and `unlink`.
    ///
    /// - Throws: `SystemError`, `EEXIST` when the name is taken.
    static func moveWithoutReplacing(_ path: String, to target: String) throws(SystemError) {
        guard unsafe link(path, target) != 0 else {
            unsafe unlink(path)
            return
        }
        let code = errno
        // File systems without hard links, such as FAT, say so; there it takes two steps.
        guard code == EPERM || code == EOPNOTSUPP else { throw SystemError(code: code, call: "link") }
        if exists(target) { throw SystemError(code: EEXIST, call: "link") }
        try move(path, to: target)
    }

    /// Brings a directory's names to the disk; a file system that cannot is left alone. The corresponding C function is
    /// `fsync`.
    static func synchronizeDirectory(_ path: String) {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// Removes a file; one that is not there is no error. The corresponding C function is `unlink`.
    static func remove(_ path: String) { _ = unsafe unlink(path) }

    /// Sets the time a file was last changed. The corresponding C function is `utimensat`.
    static func setModificationTime(_ path: String, unixSeconds: Int64) {
        let time = timespec(tv_sec: Int(unixSeconds), tv_nsec: 0)
        _ = unsafe utimensat(AT_FDCWD, path, [time, time], 0)
    }
}
