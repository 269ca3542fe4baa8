import FetchLoop

/// The file a body is written to: under another name until it is whole. Used in the thread pool, one call at a time.
///
/// What is no file, such as a device or a pipe, takes the bytes as they come (`stream`), and is never replaced by one.
struct BodyFile: Sendable {
    let path: String
    /// Where the body is gathered: beside its place, so that moving it there is one step that cannot fail halfway.
    var partialPath: String { path + Self.companionSuffixes[0] }
    /// Which version of the resource the gathered bytes are of, for a later run.
    var validatorPath: String { path + Self.companionSuffixes[1] }
    /// What the names of the files beside it end in.
    static let companionSuffixes = [".part", ".part.version"]

    private var file: OpenFile?
    /// What takes the body directly, once it is open.
    private(set) var stream: OpenFile?
    private var hasher: (any BodyHasher)?
    private var checksum: Checksum?
    /// Bytes gathered, those of earlier attempts included.
    private(set) var length: Int64 = 0
    private var startedAt: Int64 = 0
    /// Whether there may be a file at `validatorPath`.
    private var mayHaveNote = true

    /// A server chose the name: nothing that is there may be written to.
    private let isProposed: Bool

    /// - Parameter stream: What another body of the run went to directly under this name.
    init(path: String, checksum: Checksum?, stream: OpenFile? = nil, isProposed: Bool = false) {
        self.path = path
        self.checksum = checksum
        self.stream = stream
        self.isProposed = isProposed
    }

    private var takesBytesDirectly: Bool {
        stream != nil || !isProposed && FileSystem.takesBytesDirectly(path)
    }

    /// What is there of an earlier attempt or run: how much, and of which version.
    func findPartial() -> (size: Int64, validator: String)? {
        guard !takesBytesDirectly, let size = FileSystem.size(of: partialPath), size > 0,
            let validator = FileSystem.contents(of: validatorPath), !validator.isEmpty
        else { return nil }
        return (size, String(decoding: validator, as: UTF8.self))
    }

    /// Begins to gather at an offset; everything after it is cut off.
    ///
    /// - Parameter validator: Remembered for a later run, if there is one.
    /// - Throws: `SystemError`.
    mutating func open(at offset: Int64, validator: String?) throws(SystemError) {
        if takesBytesDirectly { return try openStream(at: offset) }
        length = offset
        startedAt = offset
        hasher = offset == 0 ? checksum?.kind.makeHasher() : nil
        // The commonest case, a file of which there was nothing, takes no more calls than it must.
        if offset == 0, validator == nil, let file = try? OpenFile(partialPath, .gatherAnew) {
            self.file = file
            mayHaveNote = false
            return
        }
        let file = try OpenFile(partialPath, .gather)
        try file.truncate(to: offset)
        try file.seek(to: offset)
        self.file = file
        mayHaveNote = validator != nil
        if let validator {
            let note = try OpenFile(validatorPath, .truncate)
            try note.write(Array(validator.utf8))
        } else {
            FileSystem.remove(validatorPath)
        }
    }

    /// A stream only goes on: what was written to it cannot be taken back.
    private mutating func openStream(at offset: Int64) throws(SystemError) {
        guard length == offset else { throw SystemError(code: 29 /* ESPIPE */, call: "lseek") }
        if offset == 0 { hasher = checksum?.kind.makeHasher() }
        if stream == nil {
            if let descriptor = FileSystem.standardStream(path) {
                stream = OpenFile(borrowing: descriptor)
            } else {
                stream = try OpenFile(path, .write)
            }
        }
        file = stream
    }

    /// - Throws: `SystemError`.
    mutating func write(_ bytes: [UInt8]) throws(SystemError) {
        guard let file else { return }
        try file.write(bytes)
        length += Int64(bytes.count)
        hasher?.update(bytes.span)
    }

    /// Puts the whole body in its place: on the disk first, so that no crash can leave an empty or torn file there.
    ///
    /// - Parameters:
    ///   - replaces: Whether a file that has the name goes; otherwise the body gets the next free number.
    ///   - modified: The time of change that the file is to have.
    ///   - synchronizes: Whether to wait for the disk; its directory is left to `Downloads.takeDirectorySync`.
    /// - Throws: `BodyFileError`.
    mutating func finish(
        replaces: Bool, modified: Int64?, synchronizes: Bool
    ) throws(BodyFileError) -> Finished {
        var digest: String?
        do throws(SystemError) { digest = try self.digest() } catch { throw .system(error) }
        let synchronized = file
        file = nil
        if let stream { return Finished(path: path, digest: try checked(digest), stream: stream) }
        do throws(BodyFileError) { digest = try checked(digest) } catch {
            discard()
            throw error
        }
        do throws(SystemError) {
            if synchronizes {
                // A partial that was whole already has not been opened.
                let file = if let synchronized { synchronized } else { try OpenFile(partialPath, .read) }
                try file.synchronize()
            }
            if let modified { FileSystem.setModificationTime(partialPath, unixSeconds: modified) }
            let target = try move(replaces: replaces)
            if mayHaveNote { FileSystem.remove(validatorPath) }
            return Finished(path: target, digest: digest)
        } catch {
            throw .system(error)
        }
    }

    /// What became of a whole body.
    struct Finished: Sendable {
        /// The path it got.
        var path: String
        /// There if a checksum was asked for.
        var digest: String?
        /// What it went to, if that is no file.
        var stream: OpenFile?
    }

    private func checked(_ digest: String?) throws(BodyFileError) -> String? {
        if let digest, let checksum, digest != checksum.hexadecimal {
            throw .checksum(expected: checksum, actual: digest)
        }
        return digest
    }

    /// Forgets what was gathered.
    mutating func discard() {
        file = nil
        // The files beside a stream are somebody else's.
        if takesBytesDirectly { return }
        FileSystem.remove(partialPath)
        FileSystem.remove(validatorPath)
    }

    /// Forgets what was gathered if that is nothing: on a full disk a file can be made and not be written.
    mutating func discardIfEmpty() {
        if FileSystem.size(of: partialPath) == 0 { discard() }
    }

    /// Lets go of the file, and keeps what was gathered.
    mutating func close() { file = nil }

    private func move(replaces: Bool) throws(SystemError) -> String {
        if replaces {
            try FileSystem.move(partialPath, to: path)
            return path
        }
        var number = 0
        while true {
            let target = number == 0 ? path : "\(path).\(number)"
            do throws(SystemError) {
                try FileSystem.moveWithoutReplacing(partialPath, to: target)
                return target
            } catch {
                // As curl's --no-clobber: a hundred numbers, then it is an error.
                guard error.code == 17 /* EEXIST */, number < 100 else { throw error }
                number += 1
            }
        }
    }

    /// The digest of the whole file; what an earlier attempt gathered is read again.
    private mutating func digest() throws(SystemError) -> String? {
        guard let checksum else { return nil }
        if var hasher { return hasher.finishHexadecimal() }
        var hasher = checksum.kind.makeHasher()
        let file = try OpenFile(partialPath, .read)
        while true {
            let bytes = try file.read(upTo: 1 << 18)
            if bytes.isEmpty { return hasher.finishHexadecimal() }
            hasher.update(bytes.span)
        }
    }
}

/// Why a whole body did not get to its place.
enum BodyFileError: Error {
    case system(SystemError)
    case checksum(expected: Checksum, actual: String)
}
