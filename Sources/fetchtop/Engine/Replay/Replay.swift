import FetchLoop

/// A finished run, read back from its results file and told to a store again as the events it was made of.
///
/// Records come in the order in which fetches finished; events go out in the order in which things happened. What the
/// records do not say, such as when each piece of a body arrived, is told when it was over.
final class Replay {
    /// The time of day at which the run began.
    let clock: RunClock
    /// When the last fetch of it finished.
    let end: Moment
    /// Lines that could not be used.
    let problems: [InputProblem]
    /// Results in the file; a watched or retried fetch has several.
    var recordCount: Int { records.count }

    private var records: [ReplayRecord]
    /// The fetch that each record is about.
    private var ids: [FetchID] = []
    private var steps: [Step] = []
    private var next = 0

    /// One event, not made yet: a million records have six million.
    private struct Step {
        let at: Int64
        let record: UInt32
        let order: UInt16
    }

    /// Events a turn of the loop applies at most.
    private static let stretch = 20_000

    /// Reads a results file. Blocks; a gigabyte takes some seconds.
    ///
    /// - Throws: `SystemError` when it cannot be read.
    init(_ file: OpenFile, name: String) throws(SystemError) {
        var reader = ReplayReader(name: name)
        while true {
            let chunk = try file.read(upTo: 1 << 20)
            if chunk.isEmpty { break }
            reader.feed(chunk)
        }
        reader.finish()
        records = reader.records
        problems = reader.problems
        let start = records.map(\.addedAt).min() ?? 0
        clock = RunClock(startedAtUnixNanoseconds: start)
        end = Moment(nanoseconds: (records.map(\.finishedAt).max() ?? start) - start)
        arrange()
    }

    /// Applies all events, some in each turn of the loop, then tells.
    func feed(_ store: FetchStore, loop: EventLoop, _ done: @escaping () -> Void) {
        let limit = min(steps.count, next + Self.stretch)
        while next < limit {
            let step = steps[next]
            apply(Int(step.record), Int(step.order), at: moment(step.at), to: store)
            next += 1
        }
        loop.onNextTurn(name: "replay") { [self] in
            if next < steps.count { feed(store, loop: loop, done) } else { done() }
        }
    }

    private func moment(_ unixNanoseconds: Int64) -> Moment {
        Moment(nanoseconds: max(0, unixNanoseconds - clock.startedAtUnixNanoseconds))
    }

    // MARK: - Order

    /// Finds out which records are about the same fetch, numbers the fetches in the order of their run, and puts all
    /// events in the order of time.
    private func arrange() {
        // A resumed file holds several runs, each with numbers from 1: the same number for another job is another run.
        var run = 0
        var seen: [UInt32: String] = [:]
        var order: [(run: Int, fetch: UInt32, record: Int)] = []
        for (index, record) in records.enumerated() {
            let fetch = record.fetch ?? UInt32(truncatingIfNeeded: index + 1)
            if let known = seen[fetch], known != record.identity {
                run += 1
                seen = [:]
            }
            seen[fetch] = record.identity
            order.append((run, fetch, index))
        }
        order.sort { ($0.run, $0.fetch, $0.record) < ($1.run, $1.fetch, $1.record) }
        ids = Array(repeating: FetchID(index: 0), count: records.count)
        var firsts: [Int] = []
        var previous: (run: Int, fetch: UInt32, record: Int)?
        for entry in order {
            if let previous, previous.run == entry.run, previous.fetch == entry.fetch {
                addSteps(of: entry.record, after: previous.record)
            } else {
                firsts.append(entry.record)
                addSteps(of: entry.record, after: nil)
            }
            ids[entry.record] = FetchID(index: firsts.count - 1)
            previous = entry
        }
        // Fetches are added in the order of their numbers, whatever rounding made of the times.
        var earliest = Int64.max
        for record in firsts.reversed() {
            earliest = min(earliest, records[record].addedAt)
            steps.append(Step(at: earliest, record: UInt32(record), order: Order.added))
        }
        let ids = ids
        steps.sort { a, b in
            if a.at != b.at { return a.at < b.at }
            let (first, second) = (ids[Int(a.record)], ids[Int(b.record)])
            if a.order == Order.added || b.order == Order.added {
                return a.order == b.order ? first < second : a.order == Order.added
            }
            return a.record == b.record ? a.order < b.order : (first, a.record) < (second, b.record)
        }
    }

    private enum Order {
        static let added: UInt16 = 0
        static let again: UInt16 = 1
        static let end: UInt16 = .max
        static func begin(_ attempt: Int) -> UInt16 { UInt16(clamping: 2 + attempt * 2) }
        static func settle(_ attempt: Int) -> UInt16 { UInt16(clamping: 3 + attempt * 2) }
    }

    /// - Parameter earlier: The record of the same fetch before this one, in watch mode or after a retry by hand.
    private func addSteps(of index: Int, after earlier: Int?) {
        let record = records[index]
        var low = record.addedAt
        func add(_ at: Int64, _ order: UInt16) {
            low = max(low, at)
            steps.append(Step(at: low, record: UInt32(index), order: order))
        }
        if let earlier {
            low = records[earlier].finishedAt
            // Attempts before a retry by hand are in both records.
            let told = record.repetition > records[earlier].repetition ? 0 : records[earlier].attempts.count
            records[index].attempts = Array(record.attempts.dropFirst(told))
            let first = records[index].attempts.first?.startedAt ?? record.finishedAt
            add(record.repetition > records[earlier].repetition ? record.addedAt : first, Order.again)
        }
        // What was there already was started, but nothing was attempted; what waited too long was not even started.
        if records[index].attempts.isEmpty, let started = record.startedAt { add(started, Order.begin(0)) }
        for (number, attempt) in records[index].attempts.enumerated() {
            if attempt.number > 0 { add(attempt.startedAt, Order.begin(number)) }
            add(attempt.endedAt, Order.settle(number))
        }
        add(record.finishedAt, Order.end)
    }

    // MARK: - Events

    private func apply(_ index: Int, _ order: Int, at now: Moment, to store: FetchStore) {
        let record = records[index]
        let id = ids[index]
        func tell(_ kind: FetchEvent.Kind) { store.apply(FetchEvent(id: id, at: now, kind: kind)) }
        switch UInt16(order) {
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
        default:
            let number = (order - 2) / 2
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
        if number == 0, let intended = record.intendedAt { tell(.intended(moment(intended))) }
    }

    private func settle(_ record: ReplayRecord, _ number: Int, _ now: Moment, _ tell: (FetchEvent.Kind) -> Void) {
        let attempt = record.attempts[number]
        let isLast = number == record.attempts.count - 1
        if attempt.status != 0 {
            tell(.head(ResponseHead(status: attempt.status, rawHeaders: isLast ? record.headers : [])))
        }
        let size = attempt.transfer.sizeDownload
        if size > 0 { tell(.received(Int(size))) }
        if attempt.transfer.sizeUpload > 0 { tell(.sent(Int(attempt.transfer.sizeUpload))) }
        if isLast, let saved = record.saved { tell(.saved(saved)) }
        tell(
            .attemptFinished(
                Attempt(
                    number: attempt.number, startedAt: moment(attempt.startedAt), finishedAt: now,
                    failure: attempt.failure, record: attempt.transfer,
                    retryAfter: attempt.retryAfter.map { .nanoseconds($0) },
                    backoff: attempt.backoff.map { .nanoseconds($0) })))
        if !isLast { tell(.backingOff(until: moment(record.attempts[number + 1].startedAt))) }
    }
}
