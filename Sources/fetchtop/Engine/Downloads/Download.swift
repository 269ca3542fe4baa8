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
    }

    private let loop: EventLoop
    private var options: RunOptions.Save
    private let rename: (_ head: ResponseHead, _ path: String) -> String
    private let isDirectoryMade: Bool
    private var file: BodyFile?
    /// What the body goes to if that is no file, once it is open.
    private(set) var stream: OpenFile?
    private(set) var path: String
    private let checksum: Checksum?
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
    private var wanted: Int64?
    private var resumedFrom: Int64?
    /// The offset at which the file must be opened before the next write; nil once it is open.
    private var openAt: Int64?
    /// Of which version of the resource the gathered bytes are.
    private var validator: String?
    private var gathered: Int64 = 0
    /// Whether there may be a partial file that is ours.
    private var hasPartial = false
    private var modified: Int64?

    /// Bytes handed to the pool at a time, and bytes waiting above which the transfer is held.
    private static let chunkSize = 256 << 10
    private static let pressureMark = 1 << 20

    /// - Parameter rename: Tells the path for a response that may propose one.
    init(
        loop: EventLoop, options: RunOptions.Save, path: String, isDirectoryMade: Bool, checksum: Checksum?,
        finishGroup: FinishGroup? = nil, stream: OpenFile? = nil, rename: @escaping (ResponseHead, String) -> String
    ) {
        self.loop = loop
        self.options = options
        self.path = path
        self.checksum = checksum
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
        guard options.skipsExisting || options.resumes || options.etagStore != nil || !isDirectoryMade else {
            return done(.success(.fetch(resumeFrom: nil, conditions: [])))
        }
        let (path, options, checksum) = (path, options, checksum)
        let look = loop.runBlocking(name: "look at file") { () throws -> Found in
            if let parent = FileSystem.parent(of: path) { try FileSystem.makeDirectory(parent) }
            let isThere = FileSystem.exists(path)
            if options.skipsExisting, isThere { return .complete }
            if options.resumes, let partial = BodyFile(path: path, checksum: checksum).findPartial() {
                return .partial(partial.size, partial.validator)
            }
            return .nothing(isThere: isThere)
        }
        _ = look.whenDone { [self] future in
            do {
                switch try future.result() {
                case .complete: done(.success(.skip))
                case .nothing(let isThere): done(.success(.fetch(resumeFrom: nil, conditions: [], isThere: isThere)))
                case .partial(let size, let validator): done(.success(resume(at: size, validator)))
                }
            } catch {
                done(.failure(.disk(error, path)))
            }
        }
    }

    private enum Found: Sendable {
        case complete
        case nothing(isThere: Bool)
        case partial(Int64, String)
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
        let range = ContentRange(head.value(of: "content-range"))
        resumedFrom = nil
        switch head.status {
        case 206 where wanted != nil:
            guard range?.first == wanted else {
                forgetGathered()
                failure = FetchFailure(
                    kind: .badResponse, phase: .response, exitCode: 33,
                    message: "the server sent another range than asked")
                return
            }
            resumedFrom = wanted
            openAt = wanted
            isTaking = true
        case 416 where wanted != nil:
            isWhole = range?.total == wanted
            if !isWhole { forgetGathered() }
        case _ where isAccepted && head.status != 304:
            let proposed = rename(head, path)
            if proposed != path {
                path = proposed
                // A server names what it sends, never which of the user's files goes.
                options.noClobber = true
                file = BodyFile(path: proposed, checksum: checksum, isProposed: true)
            }
            gathered = 0
            openAt = 0
            isTaking = true
            validator = Self.validator(in: head)
        default: break
        }
        modified = options.keepsRemoteTime ? head.value(of: "last-modified").flatMap { HTTPDate.unixSeconds($0) } : nil
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
        unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
        if buffer.count >= Self.chunkSize, !isWriting { write() }
        return .proceed
    }

    /// Hands what waits to the pool. A small body needs no call before its last one.
    private func write() {
        guard let taken = file else { return }
        file = nil
        isWriting = true
        hasPartial = true
        let chunk = buffer
        buffer = spare
        spare = []
        let (openAt, validator) = (openAt, options.resumes ? validator : nil)
        self.openAt = nil
        let call = loop.runBlocking(name: "write file") { () throws -> Written in
            var file = taken
            if let openAt { try file.open(at: openAt, validator: validator) }
            try file.write(chunk)
            return Written(file: file, buffer: chunk)
        }
        _ = call.whenDone { [self] future in didWrite(Result { try future.result() }) }
    }

    /// What comes back from the pool: the file, and the buffer to be used again.
    private struct Written: Sendable {
        var file: BodyFile
        var buffer: [UInt8]
    }

    private func didWrite(_ result: Result<Written, any Error>) {
        isWriting = false
        switch result {
        case .success(let written):
            file = written.file
            stream = written.file.stream
            gathered = written.file.length
            spare = written.buffer
            spare.removeAll(keepingCapacity: true)
            if buffer.count >= Self.chunkSize { write() }
        case .failure(let error):
            failure = .disk(error, path)
            buffer = []
            file = BodyFile(path: path, checksum: checksum)
        }
        if let resumeTransfer, failure != nil || buffer.count < Self.pressureMark {
            self.resumeTransfer = nil
            resumeTransfer()
        }
        if !isWriting, let whenIdle {
            self.whenIdle = nil
            whenIdle()
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
        // A broken transfer goes on at its last byte, so that must be in the file.
        if !isComplete, isTaking, validator != nil, failure == nil, !buffer.isEmpty {
            write()
            whenIdle = { [self] in finish(isComplete: false, done) }
            return
        }
        wanted = nil
        // The room on a full disk is given back before another fetch may want it.
        if let failure { return removePartial { done(.failed(failure)) } }
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
        hasPartial = true
        finishGroup.add {
            do {
                var file = taken
                if let openAt { try file.open(at: openAt, validator: nil) }
                if !chunk.isEmpty { try file.write(chunk) }
                return .success(
                    try file.finish(
                        replaces: !options.noClobber, modified: modified,
                        synchronizes: options.syncPolicy == .on))
            } catch let error as BodyFileError {
                return .failure(error)
            } catch {
                return .failure(
                    .system(error as? SystemError ?? SystemError(code: 5 /* EIO */, call: "write")))
            }
        } _: { [self] outcome in
            finished(outcome, done)
        }
    }

    private func finished(_ outcome: FinishGroup.Outcome, _ done: @escaping (End) -> Void) {
        switch outcome {
        case .success(let saved):
            hasPartial = false
            stream = saved.stream
            let digest = checksum?.kind == .sha256 ? saved.digest : nil
            done(.saved(SavedBody(fileName: saved.path, resumedFrom: resumedFrom, sha256: digest)))
        case .failure(.checksum(let expected, let actual)):
            done(
                .failed(
                    FetchFailure(
                        kind: .checksum, phase: .body, exitCode: 0,
                        message: "\(expected.kind.rawValue) is \(actual), not \(expected.hexadecimal)")))
        case .failure(.system(let error)):
            removePartial { [path] in done(.failed(.disk(error, path))) }
        }
    }

    /// Removes what was gathered, unless a later run may go on with it: with nothing there is nothing to go on with.
    func abandon() {
        if isWriting { whenIdle = { [self] in removePartial {} } } else { removePartial {} }
    }

    private func removePartial(_ done: @escaping () -> Void) {
        guard hasPartial, stream == nil else { return loop.onNextTurn(name: "download", done) }
        let isKept = options.resumes
        if !isKept {
            hasPartial = false
            forgetGathered()
        }
        let file = BodyFile(path: path, checksum: nil)
        let call = loop.runBlocking(name: "remove file") {
            var file = file
            if isKept { file.discardIfEmpty() } else { file.discard() }
        }
        _ = call.whenDone { _ in done() }
    }

    private func forgetGathered() {
        gathered = 0
        validator = nil
        wanted = nil
    }

    /// A strong entity tag, else the date: what If-Range takes.
    private static func validator(in head: ResponseHead) -> String? {
        if let tag = head.value(of: "etag"), tag.hasPrefix("\"") { return tag }
        return head.value(of: "last-modified")
    }
}

extension FetchFailure {
    /// A file could not be written: what, and why.
    static func disk(_ error: any Error, _ path: String) -> FetchFailure {
        let reason = (error as? SystemError)?.message ?? "\(error)"
        return FetchFailure(kind: .disk, phase: .write, exitCode: 23, message: "cannot write '\(path)': \(reason)")
    }
}

/// `Content-Range: bytes 5-9/10` or `bytes */10`.
struct ContentRange: Equatable {
    var first: Int64?
    var total: Int64?

    init?(_ value: String?) {
        guard let value, value.lowercased().hasPrefix("bytes ") else { return nil }
        let parts = value.dropFirst(6).split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        total = Int64(parts[1])
        first = parts[0].split(separator: "-").first.flatMap { Int64($0) }
    }
}
