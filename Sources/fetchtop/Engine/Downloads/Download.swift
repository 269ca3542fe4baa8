import FetchLoop

/// One body on its way to a file: takes pieces on the loop, writes them in the thread pool, and slows the transfer down
/// when the disk is slower than the network. It outlives attempts, so a retry goes on at the last byte.
final class Download {
    /// What an attempt has to ask for.
    enum Start {
        case fetch(resumeFrom: Int64?, conditions: [FetchJob.Values.Header], isThere: Bool = false)
        /// It is there already.
        case skip
    }

    /// What became of a body.
    enum End {
        case saved(SavedBody)
        /// The response was not one to be saved; what was gathered before is kept for a retry.
        case notSaved
        case failed(FetchFailure)
        /// What was gathered is of no use: the next attempt, at once, asks for all of it.
        case outdated(FetchFailure)
    }

    private let loop: EventLoop
    private var options: RunOptions.Save
    private let rename: (_ head: ResponseHead, _ path: String) -> String
    private let isDirectoryMade: Bool
    private var file: BodyFile?
    /// A server chose the name.
    private var isProposed = false
    /// What the body goes to if that is no file, once it is open.
    private(set) var stream: OpenFile?
    private(set) var path: String
    private let checksum: Checksum?
    /// The request itself asks for a part, which is then all there is to be saved.
    private let isPartWanted: Bool
    private let finishGroup: FinishGroup

    private var buffer: [UInt8] = []
    private var spare: [UInt8] = []
    private var isWriting = false
    private var failure: FetchFailure?
    private var whenIdle: (() -> Void)?
    private var resumeTransfer: (() -> Void)?

    /// Whether this attempt's body is being taken.
    private var isTaking = false
    /// The partial file is whole already: the server said so (416).
    private var isWhole = false
    /// What is gathered is not to be gone on with: the server has something else.
    private var isOutdated = false
    /// That has happened once: twice would go on for ever.
    private var hasStartedAnew = false
    /// The server ended in the middle, and well: a retry goes on behind it.
    private var isShort = false
    private var wanted: Int64?
    private var resumedFrom: Int64?
    /// How long the whole is, of a part of it; and how much of it there is by now.
    private var wholeLength: Int64?
    private var takenEnd: Int64 = 0
    /// The offset at which the file must be opened before the next write; nil once it is open.
    private var openAt: Int64?
    /// Of which version of the resource the gathered bytes are.
    private var validator: String?
    private var gathered: Int64 = 0
    private var modified: Int64?

    /// Bytes handed to the pool at a time, and bytes waiting above which the transfer is held.
    private static let chunkSize = 256 << 10
    private static let pressureMark = 1 << 20

    /// Told when nothing more can be written, while the transfer goes on: it may be long before there are more bytes.
    var onFailure: () -> Void = {}
    /// Told of directories in which others were made.
    var onMade: ([String]) -> Void = { _ in }

    /// - Parameters:
    ///   - isPartWanted: The request asks for a part of the resource.
    ///   - rename: Tells the path for a response that may propose one.
    init(
        loop: EventLoop, options: RunOptions.Save, path: String, isDirectoryMade: Bool, checksum: Checksum?,
        isPartWanted: Bool = false, finishGroup: FinishGroup? = nil, stream: OpenFile? = nil,
        rename: @escaping (ResponseHead, String) -> String
    ) {
        self.loop = loop
        self.options = options
        self.path = path
        self.checksum = checksum
        self.isPartWanted = isPartWanted
        self.rename = rename
        self.finishGroup = finishGroup ?? FinishGroup(loop: loop)
        self.isDirectoryMade = isDirectoryMade
        self.stream = stream
        file = BodyFile(path: path, checksum: checksum, stream: stream)
    }

    // MARK: - Before an attempt

    /// Looks at what is there and tells what to ask for: at once, unless it takes a look at the disk.
    func prepare(_ done: @escaping (Result<Start, FetchFailure>) -> Void) {
        isTaking = false
        isWhole = false
        failure = nil
        if gathered > 0, let validator { return done(.success(resume(at: gathered, validator))) }
        let isResuming = options.resumes && !isOutdated && !isPartWanted
        guard options.skipsExisting || isResuming || options.etagStore != nil || !isDirectoryMade, let file else {
            return done(.success(.fetch(resumeFrom: nil, conditions: [])))
        }
        let (path, options) = (path, options)
        let look = loop.runBlocking(name: "look at file") { () throws -> Found in
            var found = Found(file: file)
            if let parent = FileSystem.parent(of: path) { found.made = try FileSystem.makeDirectory(parent) }
            found.isThere = FileSystem.exists(path)
            if isResuming, !(options.skipsExisting && found.isThere) { found.partial = found.file.findPartial() }
            return found
        }
        _ = look.whenDone { [self] future in
            do {
                let found = try future.result()
                if !found.made.isEmpty { onMade(found.made) }
                if options.skipsExisting, found.isThere { return done(.success(.skip)) }
                self.file = found.file
                guard let (size, validator) = found.partial else {
                    return done(.success(.fetch(resumeFrom: nil, conditions: [], isThere: found.isThere)))
                }
                done(.success(resume(at: size, validator)))
            } catch {
                done(.failure(.disk(error, path)))
            }
        }
    }

    /// What there is before a fetch.
    private struct Found: Sendable {
        var file: BodyFile
        /// Directories in which others had to be made.
        var made: [String] = []
        var isThere = false
        var partial: (size: Int64, validator: String)?
    }

    private func resume(at offset: Int64, _ validator: String) -> Start {
        wanted = offset
        self.validator = validator
        // If the resource changed, the server sends all of it instead of the wrong rest.
        return .fetch(resumeFrom: offset, conditions: [.init(name: "If-Range", value: validator)])
    }

    // MARK: - During an attempt

    /// Decides from the head what becomes of the body.
    ///
    /// - Parameter isAccepted: Whether such a response counts as a success.
    func receive(_ head: ResponseHead, isAccepted: Bool) {
        resumedFrom = nil
        wholeLength = nil
        takenEnd = 0
        switch head.status {
        case 206, 416:
            guard let wanted else {
                receiveWhole(head, isAccepted: isAccepted)
                break
            }
            switch PartialAnswer(head, wanted: wanted, validator: validator) {
            case .rest(let wholeLength):
                self.wholeLength = wholeLength
                resumedFrom = wanted
                takenEnd = wanted
                openAt = wanted
                isTaking = true
            case .nothing: isWhole = true
            case .useless(let message): startAnew(message)
            }
        default: receiveWhole(head, isAccepted: isAccepted)
        }
        modified = options.keepsRemoteTime ? head.value(of: "last-modified").flatMap { HTTPDate.unixSeconds($0) } : nil
    }

    private func receiveWhole(_ head: ResponseHead, isAccepted: Bool) {
        guard isAccepted, head.status != 304 else { return }
        if head.status == 206, !isPartWanted {
            guard let range = ContentRange(head.value(of: "content-range")), range.isWhole else {
                failure = .badPart("the server sent a part that was not asked for")
                return
            }
            wholeLength = range.total
        }
        let proposed = rename(head, path)
        if proposed != path {
            path = proposed
            // A server names what it sends, never which of the user's files goes.
            options.noClobber = true
            isProposed = true
            file = freshFile()
        }
        gathered = 0
        openAt = 0
        isTaking = true
        isOutdated = false
        // The beginning of a part that was asked for is not the beginning of the whole.
        validator = isPartWanted ? nil : PartialAnswer.validator(in: head)
    }

    private func freshFile() -> BodyFile {
        BodyFile(path: path, checksum: checksum, stream: stream, isProposed: isProposed)
    }

    /// Gives up what was gathered: the next attempt asks for all of it.
    private func startAnew(_ message: String) {
        forgetGathered()
        isOutdated = true
        failure = .badPart(message)
    }

    /// Takes a piece of the body.
    ///
    /// - Parameter resume: Called when a transfer that was told to pause may go on.
    func take(_ bytes: RawSpan, resume: @escaping () -> Void) -> BodyAction {
        if failure != nil { return .abort }
        guard isTaking else { return .proceed }
        if buffer.count >= Self.pressureMark {
            resumeTransfer = resume
            return .pause
        }
        takenEnd += Int64(bytes.byteCount)
        unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
        if buffer.count >= Self.chunkSize, !isWriting { write() }
        return .proceed
    }

    /// Hands what waits to the pool. A small body needs no call before its last one.
    private func write() {
        guard let taken = file else { return }
        file = nil
        isWriting = true
        let chunk = buffer
        buffer = spare
        spare = []
        let (openAt, validator) = (openAt, options.resumes ? validator : nil)
        self.openAt = nil
        let call = loop.runBlocking(name: "write file") { () -> Written in
            var written = Written(file: taken, buffer: chunk)
            do throws(SystemError) {
                if let openAt { try written.file.open(at: openAt, validator: validator) }
                try written.file.write(chunk)
            } catch {
                written.error = error
            }
            return written
        }
        _ = call.whenDone { [self] future in
            // Only the end of the loop keeps it from having a result.
            if let written = try? future.result() { didWrite(written) }
        }
    }

    /// What comes back from the pool: the file, and the buffer to be used again.
    private struct Written: Sendable {
        var file: BodyFile
        var buffer: [UInt8]
        var error: SystemError?
    }

    private func didWrite(_ written: Written) {
        isWriting = false
        file = written.file
        if let error = written.error {
            failure = .disk(error, path)
            buffer = []
        } else {
            stream = written.file.stream
            gathered = written.file.length
            spare = written.buffer
            spare.removeAll(keepingCapacity: true)
            if buffer.count >= Self.chunkSize { write() }
        }
        if let whenIdle {
            guard !isWriting else { return }
            self.whenIdle = nil
            whenIdle()
        } else if failure != nil {
            resumeTransfer = nil
            onFailure()
        } else if let resumeTransfer, buffer.count < Self.pressureMark {
            self.resumeTransfer = nil
            resumeTransfer()
        }
    }

    // MARK: - After an attempt

    /// Puts a whole body in its place, or keeps what a broken transfer brought. Answers in a later turn.
    ///
    /// - Parameter isWhole: Whether the transfer came to a good end.
    func finish(isComplete: Bool, _ done: @escaping (End) -> Void) {
        if isWriting {
            whenIdle = { [self] in finish(isComplete: isComplete, done) }
            return
        }
        var isComplete = isComplete
        if isComplete, isTaking, failure == nil, let wholeLength, takenEnd != wholeLength {
            isComplete = false
            miss(wholeLength)
        }
        // A broken transfer goes on at its last byte, so that must be in the file.
        if !isComplete, isTaking, validator != nil, failure == nil || isShort, !buffer.isEmpty {
            write()
            whenIdle = { [self] in finish(isComplete: false, done) }
            return
        }
        wanted = nil
        if let failure { return giveUp(failure, done) }
        guard isComplete, isTaking || isWhole, let taken = file else {
            // Without a version nothing can be gone on with.
            buffer = []
            file?.close()
            return loop.onNextTurn(name: "download") { done(.notSaved) }
        }
        file = nil
        let (chunk, openAt, modified, options) = (buffer, openAt, modified, options)
        buffer = []
        self.openAt = nil
        finishGroup.add {
            var file = taken
            do throws(BodyFileError) {
                do throws(SystemError) {
                    if let openAt { try file.open(at: openAt, validator: nil) }
                    if !chunk.isEmpty { try file.write(chunk) }
                } catch {
                    throw .system(error)
                }
                let saved = try file.finish(
                    replaces: !options.noClobber, modified: modified, synchronizes: options.syncPolicy == .on)
                return .success(saved)
            } catch {
                // The room on a full disk is given back before another fetch may want it.
                if options.resumes { file.keep(synchronizes: false) } else { file.discard() }
                return .failure(error)
            }
        } _: { [self] outcome in
            finished(outcome, done)
        }
    }

    /// The body ended, as it seemed well, before or behind the end of the whole that it is a part of.
    private func miss(_ wholeLength: Int64) {
        guard takenEnd < wholeLength else { return startAnew("the server sent more than it has") }
        isShort = true
        failure = FetchFailure(
            kind: .truncated, phase: .body, exitCode: 18,
            message: "the server sent \(takenEnd) of \(wholeLength) bytes")
    }

    private func giveUp(_ failure: FetchFailure, _ done: @escaping (End) -> Void) {
        let end: End = isOutdated && !hasStartedAnew ? .outdated(failure) : .failed(failure)
        if isOutdated { hasStartedAnew = true }
        buffer = []
        // What came is the beginning of what a retry asks for the rest of.
        if isShort, validator != nil {
            isShort = false
            file?.close()
            return loop.onNextTurn(name: "download") { done(end) }
        }
        isShort = false
        // The room on a full disk is given back before another fetch may want it.
        removePartial { done(end) }
    }

    private func finished(_ outcome: FinishGroup.Outcome, _ done: @escaping (End) -> Void) {
        switch outcome {
        case .success(let saved):
            stream = saved.stream
            let digest = checksum?.kind == .sha256 ? saved.digest : nil
            done(.saved(SavedBody(fileName: saved.path, resumedFrom: resumedFrom, sha256: digest)))
        case .failure(let error):
            // Another attempt, if there is one, begins with nothing.
            forgetGathered()
            file = freshFile()
            switch error {
            case .checksum(let expected, let actual):
                done(
                    .failed(
                        FetchFailure(
                            kind: .checksum, phase: .body, exitCode: 0,
                            message: "\(expected.kind.rawValue) is \(actual), not \(expected.hexadecimal)")))
            case .system(let error): done(.failed(.disk(error, path)))
            }
        }
    }

    /// Removes what was gathered, unless a later run may go on with it.
    func abandon(_ done: @escaping () -> Void) {
        if isWriting { whenIdle = { [self] in removePartial(done) } } else { removePartial(done) }
    }

    private func removePartial(_ done: @escaping () -> Void) {
        guard let taken = file, taken.hasPartial else { return loop.onNextTurn(name: "download", done) }
        let (isKept, synchronizes) = (options.resumes && !isOutdated, options.syncPolicy == .on)
        forgetGathered()
        file = nil
        let call = loop.runBlocking(name: "remove file") {
            var file = taken
            if isKept { file.keep(synchronizes: synchronizes) } else { file.discard() }
        }
        _ = call.whenDone { [self] _ in
            file = freshFile()
            done()
        }
    }

    private func forgetGathered() {
        gathered = 0
        validator = nil
        wanted = nil
    }
}

extension FetchFailure {
    /// A file could not be written: what, and why.
    static func disk(_ error: any Error, _ path: String) -> FetchFailure {
        let error = error as? SystemError
        let reason = error?.isLocked == true ? "another run is writing it" : error?.message ?? "unknown reason"
        return FetchFailure(kind: .disk, phase: .write, exitCode: 23, message: "cannot write '\(path)': \(reason)")
    }
}
