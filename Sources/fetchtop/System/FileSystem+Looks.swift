import Glibc

/// Questions about what a path names.
extension FileSystem {
    enum Kind: Sendable { case regular, directory, other }

    /// What a path leads to; nil when that is nothing. The corresponding C function is `stat`.
    static func kind(of path: String) -> Kind? {
        guard let information = information(of: path) else { return nil }
        switch information.st_mode & S_IFMT {
        case S_IFREG: return .regular
        case S_IFDIR: return .directory
        default: return .other
        }
    }

    /// Whether two paths lead to one file that is there.
    static func isSameFile(_ path: String, _ other: String) -> Bool {
        guard let a = information(of: path), let b = information(of: other) else { return false }
        return a.st_dev == b.st_dev && a.st_ino == b.st_ino
    }

    private static func information(of path: String) -> stat? {
        var information = stat()
        return unsafe stat(path, &information) == 0 ? information : nil
    }
}
