import FetchLoop

/// The file a body is written to: under another name until it is whole. Used in the thread pool, one call at a time.
///
/// While it is open it is locked, and nobody but who holds the lock moves or removes it: of two runs that save under one
/// name the second is refused, and neither writes into, or takes away, what the other gathers.
///
/// What is no file, such as a device or a pipe, takes the bytes as they come (`stream`), and is never replaced by one.
struct BodyFile: Sendable {
    let path: String
    /// Where the body is gathered: beside its place, so that moving it there is one step that cannot fail halfway.
    var partialPath: String { path + Self.companionSuffixes[0] }
    /// Which version of the resource the gathered bytes are of, for a later run.
    var validatorPath: String { path + Self.companionSuffixes[1] }
    /// What the names of the files beside it end in.
    static let companionSuffixes = [".part", ".part.version", ".part.version.new"]

    private var file: OpenFile?
    /// What takes the body directly, once it is open.
    private(set) var stream: OpenFile?
    private var hasher: (any BodyHasher)?
    private let checksum: Checksum?
    /// Bytes gathered, those of earlier attempts included.
    private(set) var length: Int64 = 0
    /// The file that gathers, once it is ours; another run may have put one of its own in its place while it was not open.
    private var identity: FileIdentity?
    /// Whether there may be a file at `validatorPath`.
    private var mayHaveNote = true
    /// The version of what is gathered, as it is noted, or would be.
    private var validator: String?

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

    /// Whether something is gathered that is ours.
    var hasPartial: Bool { identity != nil }

    // MARK: - Gathering

    /// What is there of an earlier run: how much, and of which version. It is gone on with by opening behind it.
    mutating func findPartial() -> (size: Int64, validator: String)? {
        guard !takesBytesDirectly, let partial = FileSystem.regularFile(at: partialPath), partial.size > 0,
            let validator = earlierValidator()
        else { return nil }
        identity = partial.identity
        self.validator = validator
        return (partial.size, validator)
    }

    /// The note of an earlier run, if it is one: it is sent to a server, and must not be more than one value of a header,
    /// nor what a link leads to.
    private func earlierValidator() -> String? {
        guard FileSystem.regularFile(at: validatorPath) != nil,
            let bytes = try? OpenFile(validatorPath, .readPlain).read(upTo: Self.longestValidator + 1),
            !bytes.isEmpty, bytes.count <= Self.longestValidator, bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static let longestValidator = 1_024

    /// Begins to gather at an offset; everything after it is cut off.
    ///
    /// - Parameters:
    ///   - validator: Remembered for a later run, if there is one; of what is gone on with it is known.
    ///   - notes: Whether it is noted now; otherwise only when it is needed.
    /// - Throws: `SystemError`, `locked` if another run is gathering under this name, `lost` if what was gathered is not
    ///   there any more.
    mutating func open(at offset: Int64, validator: String?, notes: Bool = true) throws(SystemError) {
        if takesBytesDirectly { return try openStream(at: offset) }
        // A lock of our own would be in the way, too.
        file = nil
        length = offset
        hasher = offset == 0 ? checksum?.kind.makeHasher() : nil
        guard offset == 0 else {
            let file = try reopened()
            guard try file.status().size >= offset else { throw .lost }
            try file.truncate(to: offset)
            try file.seek(to: offset)
            self.file = file
            return
        }
        file = try made()
        self.validator = validator
        if notes, let validator { try note(validator) }
    }

    /// A new file, ours alone. What an earlier run gathered goes.
    private mutating func made() throws(SystemError) -> OpenFile {
        mayHaveNote = false
        while true {
            do throws(SystemError) {
                let file = try OpenFile(partialPath, .create)
                // Another run may have taken it for an earlier one, and put its own in its place.
                if try take(file) {
                    // Of a run that was killed between two steps, and of something else than what comes.
                    for suffix in Self.companionSuffixes.dropFirst() { FileSystem.remove(path + suffix) }
                    return file
                }
            } catch {
                guard error.code == ErrorNumber.exists else { throw error }
                try removeEarlier()
            }
        }
    }

    private mutating func removeEarlier() throws(SystemError) {
        do throws(SystemError) {
            let file = try OpenFile(partialPath, .gather)
            guard try take(file) else { return }
            FileSystem.remove(validatorPath)
            FileSystem.remove(partialPath)
            // Not before: the lock goes with it.
            withExtendedLifetime(file) {}
            identity = nil
        } catch {
            // Whoever gathered has finished in between.
            guard error.code == ErrorNumber.notFound else { throw error }
        }
    }

    /// What was gathered before, ours again.
    private mutating func reopened() throws(SystemError) -> OpenFile {
        let expected = identity
        identity = nil
        let file: OpenFile
        do throws(SystemError) {
            file = try OpenFile(partialPath, .gather)
        } catch {
            throw error.code == ErrorNumber.notFound ? .lost : error
        }
        guard try take(file), identity == expected else {
            identity = nil
            throw .lost
        }
        return file
    }

    /// Makes an open file ours for as long as it is open.
    ///
    /// - Returns: false if its name belongs to another file by now, or to none.
    /// - Throws: `SystemError`, `locked` if another run is writing it.
    private mutating func take(_ file: OpenFile) throws(SystemError) -> Bool {
        guard let opened = FileIdentity(descriptor: file.descriptor) else {
            throw SystemError(code: ErrorNumber.invalid, call: "open")
        }
        guard file.lock() else { throw .locked }
        guard FileIdentity(path: partialPath) == opened else { return false }
        identity = opened
        return true
    }

    /// Notes the version, in a file that no link can lead elsewhere, and in one step: half a note is none.
    private mutating func note(_ validator: String) throws(SystemError) {
        let bytes = Array(validator.utf8)
        guard bytes.count <= Self.longestValidator else { return }
        mayHaveNote = true
        let fresh = path + Self.companionSuffixes[2]
        FileSystem.remove(fresh)
        do throws(SystemError) {
            try OpenFile(fresh, .create).write(bytes)
            try FileSystem.move(fresh, to: validatorPath)
        } catch {
            FileSystem.remove(fresh)
            throw error
        }
    }

    /// A stream only goes on: what was written to it cannot be taken back.
    private mutating func openStream(at offset: Int64) throws(SystemError) {
        guard length == offset else { throw SystemError(code: ErrorNumber.cannotSeek, call: "lseek") }
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

    // MARK: - Letting go

    /// Forgets what was gathered, if it is still ours.
    mutating func discard() {
        let holder = file ?? retaken()
        file = nil
        // The files beside a stream are somebody else's, as are those of a name that another run has taken.
        guard let holder, stream == nil, identity != nil else { return }
        FileSystem.remove(validatorPath)
        FileSystem.remove(partialPath)
        withExtendedLifetime(holder) {}
        identity = nil
    }

    /// Leaves what was gathered to a later run, on the disk, so that even then its beginning is what was received. Of
    /// nothing, which is what a full disk leaves, there is nothing to go on with.
    mutating func keep(synchronizes: Bool) {
        guard let holder = file ?? retaken() else { return }
        file = holder
        guard let status = try? holder.status(), status.size > 0 else { return discard() }
        if synchronizes {
            try? holder.synchronize()
            try? OpenFile(validatorPath, .readPlain).synchronize()
            FileSystem.synchronizeDirectory(FileSystem.parent(of: path) ?? ".")
        }
        close()
    }

    /// Lets go of the file, and of its lock, and keeps what was gathered.
    mutating func close() { file = nil }

    private func retaken() -> OpenFile? {
        guard identity != nil else { return nil }
        var other = self
        return try? other.reopened()
    }
}

// MARK: - The end

extension BodyFile {
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
        let digest: String?
        do throws(SystemError) {
            // What was whole already has not been opened.
            if file == nil { file = try reopened() }
            digest = try self.digest()
        } catch {
            throw .system(error)
        }
        if let digest, let checksum, digest != checksum.hexadecimal {
            discard()
            throw .checksum(expected: checksum, actual: digest)
        }
        if let stream {
            file = nil
            return Finished(path: path, digest: digest, stream: stream)
        }
        do throws(SystemError) {
            if synchronizes { try file?.synchronize() }
            if let modified { FileSystem.setModificationTime(partialPath, unixSeconds: modified) }
            // Before the name is free: what is noted after that is another run's.
            if mayHaveNote { FileSystem.remove(validatorPath) }
            let target = try movedOrNoted(replaces: replaces)
            close()
            identity = nil
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

    /// What cannot be moved can be gone on with by a later run.
    private mutating func movedOrNoted(replaces: Bool) throws(SystemError) -> String {
        do throws(SystemError) {
            return try move(replaces: replaces)
        } catch {
            if let validator { try? note(validator) }
            throw error
        }
    }

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
                guard error.code == ErrorNumber.exists, number < 100 else { throw error }
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
