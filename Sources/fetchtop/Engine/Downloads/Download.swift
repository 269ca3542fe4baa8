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
    private let writer: BodyWriter
    /// A server chose the name.
    private var isProposed = false
    /// What the body goes to if that is no file, once it is open.
    private(set) var stream: OpenFile?
    private(set) var path: String
    private let checksum: Checksum?
    /// The request itself asks for a part, which is then all there is to be saved.
    private let isPartWanted: Bool
    private let finishGroup: FinishGroup

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
    /// Of which version of the resource the gathered bytes are.
    private var validator: String?
    private var gathered: Int64 = 0
    private var modified: Int64?

    /// Told when nothing more can be written, while the transfer goes on: it may be long before there are more bytes.
    var onFailure: () -> Void = {}
    /// Told of directories in which others were made.
    var onMade: ([String]) -> Void = { _ in }
    /// Told of the path that was left for another one, and how to remove what was gathered there.
    var onRename: (_ old: String, _ discard: (@escaping () -> Void) -> Void) -> Void = { _, discard in discard {} }

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
        writer = BodyWriter(loop: loop, file: BodyFile(path: path, checksum: checksum, stream: stream))
        writer.onWritten = { [weak self] in self?.didWrite() }
    }

    // MARK: - Before an attempt

    /// Leaves the path alone until it is released: an earlier download of it has not let go of its file yet, and would be
    /// taken for another run.
    func hold() { writer.hold() }

    func release() {
        guard writer.isHeld else { return }
        writer.release()
        goOn()
    }

    /// Looks at what is there and tells what to ask for: at once, unless it takes a look at the disk.
    func prepare(_ done: @escaping (Result<Start, FetchFailure>) -> Void) {
        if writer.isBusy {
            whenIdle = { [self] in prepare(done) }
            return
        }
        isTaking = false
        isWhole = false
        failure = nil
        writer.forgetError()
        if gathered > 0, let validator { return done(.success(resume(at: gathered, validator))) }
        let isResuming = options.resumes && !isOutdated && !isPartWanted
        guard options.skipsExisting || isResuming || options.etagStore != nil || !isDirectoryMade,
            let file = writer.file
        else {
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
                writer.file = found.file
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
                writer.open(at: wanted)
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
            let (old, oldPath, isOurs) = (writer.file, path, gathered > 0)
            path = proposed
            // A server names what it sends, never which of the user's files goes.
            options.noClobber = true
            isProposed = true
            writer.file = freshFile()
            onRename(oldPath) { done in
                if isOurs, let old { discard(old, done) } else { done() }
            }
        }
        gathered = 0
        isTaking = true
        isOutdated = false
        // The beginning of a part that was asked for is not the beginning of the whole.
        validator = isPartWanted ? nil : PartialAnswer.validator(in: head)
        writer.open(at: 0, validator: options.resumes ? validator : nil)
    }

    private func discard(_ file: BodyFile, _ done: @escaping () -> Void) {
        let call = loop.runBlocking(name: "remove file") {
            var file = file
            file.discard()
        }
        _ = call.whenDone { _ in done() }
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
        if writer.isFull {
            resumeTransfer = resume
            return .pause
        }
        takenEnd += Int64(bytes.byteCount)
        writer.take(bytes)
        return .proceed
    }

    private func didWrite() {
        if let error = writer.error {
            if error.isLost { loseGathered() }
            failure = .disk(error, path)
        } else {
            stream = writer.stream
            gathered = writer.length
        }
        goOn()
    }

    /// Somebody took away what was gathered: it is fetched anew, and each time that happens, since there is an attempt that
    /// counts before it.
    private func loseGathered() {
        forgetGathered()
        isOutdated = true
        hasStartedAnew = false
    }

    private func goOn() {
        if let whenIdle {
            guard !writer.isBusy else { return }
            self.whenIdle = nil
            whenIdle()
        } else if failure != nil {
            resumeTransfer = nil
            onFailure()
        } else if let resumeTransfer, !writer.isFull {
            self.resumeTransfer = nil
            resumeTransfer()
        }
    }

    // MARK: - After an attempt

    /// Puts a whole body in its place, or keeps what a broken transfer brought. Answers in a later turn.
    ///
    /// - Parameter isWhole: Whether the transfer came to a good end.
    func finish(isComplete: Bool, _ done: @escaping (End) -> Void) {
        if writer.isBusy {
            whenIdle = { [self] in finish(isComplete: isComplete, done) }
            return
        }
        var isComplete = isComplete
        if isComplete, isTaking, failure == nil, let wholeLength, takenEnd != wholeLength {
            isComplete = false
            miss(wholeLength)
        }
        // A broken transfer goes on at its last byte, so that must be in the file.
        if !isComplete, isTaking, validator != nil, failure == nil || isShort, !writer.isEmpty {
            writer.write()
            whenIdle = { [self] in finish(isComplete: false, done) }
            return
        }
        wanted = nil
        if let failure { return giveUp(failure, done) }
        guard isComplete, isTaking || isWhole, let rest = writer.takeRest() else {
            // Without a version nothing can be gone on with.
            writer.drop()
            writer.file?.close()
            return loop.onNextTurn(name: "download") { done(.notSaved) }
        }
        let (modified, options) = (modified, options)
        finishGroup.add {
            var file = rest.file
            do throws(BodyFileError) {
                do throws(SystemError) {
                    if let offset = rest.openAt { try file.open(at: offset, validator: rest.validator, notes: false) }
                    if !rest.chunk.isEmpty { try file.write(rest.chunk) }
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
        writer.drop()
        // What came is the beginning of what a retry asks for the rest of.
        if isShort, validator != nil {
            isShort = false
            writer.file?.close()
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
            writer.file = freshFile()
            switch error {
            case .system(let error) where error.isLost:
                loseGathered()
                done(.outdated(.disk(error, path)))
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
        if writer.isWriting {
            whenIdle = { [self] in removePartial(done) }
        } else {
            // What waited for the path has done nothing there.
            whenIdle = nil
            writer.giveUpHold()
            removePartial(done)
        }
    }

    private func removePartial(_ done: @escaping () -> Void) {
        guard let taken = writer.file, taken.hasPartial else { return loop.onNextTurn(name: "download", done) }
        let (isKept, synchronizes) = (options.resumes && !isOutdated, options.syncPolicy == .on)
        forgetGathered()
        writer.file = nil
        let call = loop.runBlocking(name: "remove file") {
            var file = taken
            if isKept { file.keep(synchronizes: synchronizes) } else { file.discard() }
        }
        _ = call.whenDone { [self] _ in
            writer.file = freshFile()
            done()
        }
    }

    private func forgetGathered() {
        gathered = 0
        validator = nil
        wanted = nil
    }
}
