/// The records of a finished run, and in which order what they tell happened.
///
/// Pure, and made in the thread pool: a million records have some five million events.
struct ReplayPlan: Sendable {
    /// The time of day at which the run began.
    let clock: RunClock
    /// When the last of it happened.
    private(set) var end: Moment
    private(set) var records: [ReplayRecord]
    /// The fetch that each record is about.
    private(set) var ids: [FetchID] = []
    private(set) var steps: [Step] = []

    /// One event, not made yet.
    struct Step: Sendable {
        let at: Int64
        let record: UInt32
        let order: UInt16
    }

    init(_ records: [ReplayRecord]) {
        self.records = records
        let start = records.map(\.addedAt).min() ?? 0
        clock = RunClock(startedAtUnixNanoseconds: start)
        end = Moment(nanoseconds: (records.map(\.finishedAt).max() ?? start) - start)
        arrange()
        if let last = steps.last { end = max(end, moment(last.at)) }
    }

    func moment(_ unixNanoseconds: Int64) -> Moment {
        Moment(nanoseconds: max(0, unixNanoseconds - clock.startedAtUnixNanoseconds))
    }

    /// Lets go of what a record says, once all of it is told.
    mutating func forget(_ index: Int) { records[index] = ReplayRecord() }

    /// Finds out which records are about the same fetch, numbers the fetches in the order of their run, and puts all
    /// events in the order of time.
    private mutating func arrange() {
        // A resumed file holds several runs, each with numbers from 1: the same number for another job is another run.
        var run = 0
        var seen: [UInt32: UInt64] = [:]
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
        var previous: (run: Int, fetch: UInt32, told: Told)?
        for entry in order {
            let told: Told
            if let previous, previous.run == entry.run, previous.fetch == entry.fetch {
                told = addSteps(of: entry.record, after: previous.told)
            } else {
                firsts.append(entry.record)
                told = addSteps(of: entry.record, after: nil)
            }
            ids[entry.record] = FetchID(index: firsts.count - 1)
            previous = (entry.run, entry.fetch, told)
        }
        steps.reserveCapacity(steps.count + firsts.count)
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

    /// What happens to a fetch at one moment happens in this order.
    enum Order {
        static let added: UInt16 = 0
        static let again: UInt16 = 1
        static let end: UInt16 = .max
        static func begin(_ attempt: Int) -> UInt16 { UInt16(clamping: 2 + attempt * 2) }
        static func settle(_ attempt: Int) -> UInt16 { UInt16(clamping: 3 + attempt * 2) }
    }

    /// More are not read of one record: their order has 16 bits.
    static let mostAttempts = 30_000

    /// What is known of a fetch after one of its records.
    private struct Told {
        let record: Int
        /// When it was over: attempts are measured by another clock, and may end after their fetch.
        let end: Int64
        /// Attempts so far, those in earlier records included.
        let attemptCount: Int
    }

    /// - Parameter earlier: What the record of the same fetch before this one told, in watch mode or after a retry by hand.
    private mutating func addSteps(of index: Int, after earlier: Told?) -> Told {
        let record = records[index]
        var low = record.addedAt
        func add(_ at: Int64, _ order: UInt16) {
            low = max(low, at)
            steps.append(Step(at: low, record: UInt32(index), order: order))
        }
        if let earlier {
            low = earlier.end
            let isCheck = record.repetition > records[earlier.record].repetition
            // Attempts before a retry by hand are in both records.
            records[index].attempts = Array(record.attempts.dropFirst(isCheck ? 0 : earlier.attemptCount))
            let first = records[index].attempts.first?.startedAt ?? record.finishedAt
            add(isCheck ? record.addedAt : first, Order.again)
        }
        // What was there already was started, but nothing was attempted; what waited too long was not even started.
        if records[index].attempts.isEmpty, let started = record.startedAt { add(started, Order.begin(0)) }
        for (number, attempt) in records[index].attempts.enumerated() {
            if attempt.number > 0 { add(attempt.startedAt, Order.begin(number)) }
            add(attempt.endedAt, Order.settle(number))
        }
        add(record.finishedAt, Order.end)
        return Told(record: index, end: low, attemptCount: record.attempts.count)
    }
}
