import Glibc

/// Questions about what a path names.
extension FileSystem {
    enum Kind: Sendable { case regular, directory, other }

    /// What a path leads to; nil when that is nothing. The corresponding C function is `stat`.
    static func kind(of path: String) -> Kind? {
        var information = stat()
        guard unsafe stat(path, &information) == 0 else { return nil }
        switch information.st_mode & S_IFMT {
        case S_IFREG: return .regular
        case S_IFDIR: return .directory
        default: return .other
        }
    }
}
