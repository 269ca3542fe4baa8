import FetchLoop

/// A finished run, read back from its results file and told to a store again as the events it was made of.
///
/// Records come in the order in which fetches finished; events go out in the order in which things happened. What the
/// records do not say, such as when each piece of a body arrived, is told when it was over. The file is read and put in
/// order in the thread pool, so that a dashboard says how far that is and can be left.
final class Replay {
    private let file: OpenFile
    private var reader: ReplayReader
    private var records: [ReplayRecord] = []
    private var plan = ReplayPlan([])
    private var next = 0
    /// Bytes read so far, and all there are; nil for a pipe.
    private(set) var readByteCount: Int64 = 0
    let byteCount: Int64?
    /// All of the file is read and in order.
    private(set) var isRead = false
    /// Results in the file; a watched or retried fetch has several.
    private(set) var recordCount = 0
    /// Told of lines that could not be used, and of a file that cannot be read on.
    var onProblem: (InputProblem) -> Void = { _ in }

    /// The time of day at which the run began.
    var clock: RunClock { plan.clock }
    /// When the last fetch of it finished.
    var end: Moment { plan.end }

    /// Bytes a job of the pool reads: some ten milliseconds of work.
    private static let pieceLength = 4 << 20
    /// Events a turn of the loop applies at most, and for how long.
    private static let stretch = 20_000
    private static let stretchTime = Duration.milliseconds(8)

    /// - Throws: `SystemError` for what is no file to be read.
    init(_ file: OpenFile, name: String) throws(SystemError) {
        let status = try file.status()
        guard status.kind != .directory else { throw SystemError(code: ErrorNumber.isDirectory, call: "read") }
        byteCount = status.kind == .regular ? status.size : nil
        self.file = file
        reader = ReplayReader(name: name)
    }

    // MARK: - Reading

    /// Reads the file, and tells when it is in order.
    func read(_ loop: EventLoop, _ done: @escaping () -> Void) {
        let (file, reader) = (file, reader)
        let piece = loop.runBlocking(name: "replay") { () throws -> Piece in
            let bytes = try file.read(upTo: Self.pieceLength)
            var reader = reader
            let lines = bytes.isEmpty ? reader.finish() : reader.feed(bytes)
            return Piece(byteCount: bytes.count, lines: lines, reader: reader)
        }
        _ = piece.whenDone { [self] future in
            do {
                take(try future.result(), loop, done)
            } catch {
                let reason = (error as? SystemError)?.message ?? "\(error)"
                onProblem(
                    InputProblem(source: reader.name, message: "cannot read on: \(reason)", severity: .unreadable))
                arrange(loop, done)
            }
        }
    }

    private struct Piece: Sendable {
        var byteCount: Int
        var lines: ReplayReader.Lines
        var reader: ReplayReader
    }

    private func take(_ piece: Piece, _ loop: EventLoop, _ done: @escaping () -> Void) {
        reader = piece.reader
        readByteCount += Int64(piece.byteCount)
        // Growing step by step, a million records would be moved twenty times, in turns that take long.
        if records.isEmpty, let byteCount, piece.byteCount > 0 {
            records.reserveCapacity(piece.lines.records.count * (Int(byteCount) / piece.byteCount + 2))
        }
        records += piece.lines.records
        recordCount = records.count
        for problem in piece.lines.problems { onProblem(problem) }
        if piece.byteCount == 0 { arrange(loop, done) } else { read(loop, done) }
    }

    private func arrange(_ loop: EventLoop, _ done: @escaping () -> Void) {
        let records = records
        self.records = []
        let plan = loop.runBlocking(name: "replay") { ReplayPlan(records) }
        _ = plan.whenDone { [self] future in
            if let plan = try? future.result() { self.plan = plan }
            isRead = true
            // In a turn of its own, when the future is gone: of what it also holds, the first change would make a copy.
            loop.onNextTurn(name: "replay", done)
        }
    }

    // MARK: - Events

    /// Applies all events, some in each turn of the loop, then tells.
    func feed(_ store: FetchStore, loop: EventLoop, _ done: @escaping () -> Void) {
        let limit = min(plan.steps.count, next + Self.stretch)
        let clock = SuspendingClock()
        let end = clock.now + Self.stretchTime
        while next < limit {
            let step = plan.steps[next]
            apply(Int(step.record), step.order, at: plan.moment(step.at), to: store)
            next += 1
            if next % 256 == 0, clock.now >= end { break }
        }
        loop.onNextTurn(name: "replay") { [self] in
            if next < plan.steps.count { feed(store, loop: loop, done) } else { done() }
        }
    }

    private typealias Order = ReplayPlan.Order

    private func apply(_ index: Int, _ order: UInt16, at now: Moment, to store: FetchStore) {
        let record = plan.records[index]
        let id = plan.ids[index]
        func tell(_ kind: FetchEvent.Kind) { store.apply(FetchEvent(id: id, at: now, kind: kind)) }
        switch order {
        case Order.added:
            var job = FetchJob(url: record.url)
            job.values = record.values
            job.repetition = record.repetition
            tell(.added(job))
        case Order.again:
            if record.repetition > store[id].repetition {
                tell(.checkedAgain(round: record.repetition))
            } else {
                tell(.requeued)
            }
        case Order.end:
            tell(.waited(record.waits))
            tell(.finished(record.state))
            plan.forget(index)
        default:
            let number = (Int(order) - 2) / 2
            if order % 2 == 0 {
                begin(record, number, tell, store[id].state)
            } else {
                settle(record, number, now, tell)
            }
        }
    }

    private func begin(
        _ record: ReplayRecord, _ number: Int, _ tell: (FetchEvent.Kind) -> Void, _ state: FetchState
    ) {
        if state == .backoff { tell(.requeued) }
        tell(.started(attempt: record.attempts.isEmpty ? 1 : record.attempts[number].number))
        if number == 0, let intended = record.intendedAt { tell(.intended(plan.moment(intended))) }
    }

    private func settle(_ record: ReplayRecord, _ number: Int, _ now: Moment, _ tell: (FetchEvent.Kind) -> Void) {
        let attempt = record.attempts[number]
        let isLast = number == record.attempts.count - 1
        if attempt.status != 0 {
            tell(.head(ResponseHead(status: attempt.status, rawHeaders: isLast ? record.headers : [])))
        }
        let transfer = isLast ? record.lastTransfer(attempt) : attempt.transfer
        if transfer.sizeDownload > 0 { tell(.received(Int(transfer.sizeDownload))) }
        if transfer.sizeUpload > 0 { tell(.sent(Int(transfer.sizeUpload))) }
        if isLast, let saved = record.saved { tell(.saved(saved)) }
        tell(
            .attemptFinished(
                Attempt(
                    number: attempt.number, startedAt: plan.moment(attempt.startedAt), finishedAt: now,
                    failure: attempt.failure, record: transfer,
                    retryAfter: attempt.retryAfter.map { .nanoseconds($0) },
                    backoff: attempt.backoff.map { .nanoseconds($0) }, isCutOff: attempt.isCutOff)))
        if !isLast { tell(.backingOff(until: plan.moment(record.attempts[number + 1].startedAt))) }
    }
}
