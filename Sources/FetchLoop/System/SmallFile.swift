internal import CSystem

/// Files small enough to be read and written in one go, when a client is made and closed.
enum SmallFile {
    /// All bytes; nil if it cannot be read. The corresponding C functions are `open` and `read`.
    static func read(_ path: String) -> [UInt8]? {
        let raw = unsafe csystem_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard raw >= 0 else { return nil }
        let file = OwnedDescriptor(raw)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe CSystem.read(file.raw, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count > 0 { bytes += buffer[..<count] } else if csystem_errno() != EINTR { return nil }
        }
    }

    /// Puts new contents in the place of old ones in one step. The corresponding C functions are `write`, `fdatasync`
    /// and `rename`.
    ///
    /// - Throws: `SystemError`.
    static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        let partial = "\(path).\(CurrentProcess.id)"
        let raw = unsafe csystem_open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard raw >= 0 else { throw .last("open") }
        do throws(SystemError) {
            try write(bytes, to: OwnedDescriptor(raw))
            if unsafe csystem_rename(partial, path) != 0 { throw .last("rename") }
        } catch {
            remove(partial)
            throw error
        }
    }

    private static func write(_ bytes: [UInt8], to file: consuming OwnedDescriptor) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe CSystem.write(file.raw, $0.baseAddress, $0.count) }
            if count < 0 && csystem_errno() == EINTR { continue }
            guard count > 0 else { throw .last("write") }
            rest = rest.dropFirst(count)
        }
        _ = fdatasync(file.raw)
    }

    /// The corresponding C function is `unlink`.
    static func remove(_ path: String) { _ = unsafe unlink(path) }
}

/// This process.
enum CurrentProcess {
    /// The corresponding C function is `getpid`.
    static var id: Int32 { getpid() }
}
