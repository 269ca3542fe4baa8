import Glibc

/// Which file a path stands for: two paths of the same file have the same identity, whether or not it is there yet.
enum FileIdentity: Hashable, Sendable {
    case file(device: UInt64, number: UInt64)
    /// A name in a directory that is free.
    case name(String, directoryDevice: UInt64, directoryNumber: UInt64)

    /// Nil for what many may share, such as a device or a pipe, and for what could not be opened anyway.
    ///
    /// The corresponding C function is `stat`.
    init?(path: String) {
        var information = stat()
        if unsafe stat(path, &information) == 0 {
            self.init(information)
            return
        }
        let directory = FileSystem.parent(of: path) ?? "."
        guard errno == ENOENT, unsafe stat(directory, &information) == 0 else { return nil }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        self = .name(
            name, directoryDevice: UInt64(information.st_dev), directoryNumber: UInt64(information.st_ino))
    }

    /// The file behind an open descriptor. The corresponding C function is `fstat`.
    init?(descriptor: CInt) {
        var information = stat()
        guard unsafe fstat(descriptor, &information) == 0 else { return nil }
        self.init(information)
    }

    fileprivate init?(_ information: stat) {
        guard information.st_mode & S_IFMT == S_IFREG else { return nil }
        self = .file(device: UInt64(information.st_dev), number: UInt64(information.st_ino))
    }
}

extension FileSystem {
    /// A regular file of that name, and no link to one. The corresponding C function is `lstat`.
    static func regularFile(at path: String) -> (identity: FileIdentity, size: Int64)? {
        var information = stat()
        guard unsafe lstat(path, &information) == 0, let identity = FileIdentity(information) else { return nil }
        return (identity, Int64(information.st_size))
    }
}
