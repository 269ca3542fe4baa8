/// The hot record of a fetch: everything a table row, a sort key or a filter needs, and nothing else.
///
/// A million of these lie in contiguous pages, so every byte counts: what only the details pane and the result
/// record need is in `detail`, which exists from the first attempt on and is dropped for old finished fetches. Only
/// the store changes one; everybody else gets copies.
struct Fetch {
    let id: FetchID
    let host: HostID
    /// Where the URL lies in its page's bytes.
    let urlOffset: UInt32
    let urlLength: UInt32
    var state = FetchState.queued
    /// Set when the last attempt ended without an acceptable answer.
    var failure: FailureKind?
    var failPhase: FailPhase?
    /// The HTTP status of the last answer, 0 before there is one.
    var status: UInt16 = 0
    /// Attempts started so far.
    var attempts: UInt16 = 0
    /// Where the fetch lies in the store's list for its state.
    var listIndex: UInt32 = 0
    var priority: Int32 = 0
    /// Which round of a repeated list this is, from 1; 0 when lists are not repeated.
    var repetition: UInt32 = 0
    /// When it joined the queue; in watch mode, for its present check.
    var addedAt: Moment
    /// When the current state began; of a finished fetch, when it ended.
    var since: Moment
    /// When the current or last attempt took its slot.
    var startedAt = Moment.start
    /// Body bytes of the current or last attempt.
    var receivedBytes: Int64 = 0
    /// From Content-Length; negative when unknown.
    var expectedByteCount: Int64 = -1
    /// curl's cumulative times of the last attempt.
    var times = CompactTimes()
    /// The waiting clocks when the fetch last joined the queue.
    var waitMark = WaitMark()
    var detail: FetchDetail?
    /// What the job said besides its URL.
    let extras: FetchJob.Extras?

    /// The announced size, if there is one.
    var expectedBytes: Int64? { expectedByteCount < 0 ? nil : expectedByteCount }

    /// How much of the body is there, 0...1, when the size is known.
    var progress: Double? {
        guard let expectedBytes, expectedBytes > 0 else { return nil }
        return min(1, Double(receivedBytes) / Double(expectedBytes))
    }

    var tag: String? { extras?.values.tag }

    /// How long the current attempt runs, or the last one took; nil before the first.
    func elapsed(at now: Moment) -> Duration? {
        guard attempts > 0 else { return nil }
        if state.isInFlight { return now - startedAt }
        return detail?.lastAttemptLength ?? times.total
    }

    /// The mean rate of the body in bytes a second, from the first byte on; nil before there is one, and of a small body
    /// that came along with its head: what it took says nothing about the way.
    func rate(at now: Moment) -> Double? {
        guard receivedBytes > 0, let elapsed = elapsed(at: now) else { return nil }
        let length = (elapsed - (times.startTransfer ?? .zero)).inSeconds
        guard length > 0.01 || receivedBytes > 64 << 10, length > 0 else { return nil }
        return Double(receivedBytes) / length
    }
}

/// What only the details pane and the result record need of a fetch.
final class FetchDetail {
    /// Every attempt that ended, in order.
    @safe @exclusivity(unchecked) var attempts: [Attempt] = []
    /// The head of the newest response.
    @safe @exclusivity(unchecked) var head: ResponseHead?
    /// What the time before the attempts was spent on.
    @safe @exclusivity(unchecked) var waits = Waits()
    @safe @exclusivity(unchecked) var firstStartedAt: Moment
    /// When a back-off ends.
    @safe @exclusivity(unchecked) var waitUntil: Moment?
    /// Where the body went, if it was kept.
    @safe @exclusivity(unchecked) var saved: SavedBody?
    /// When the schedule of an open-loop load wanted the first attempt to start.
    @safe @exclusivity(unchecked) var intendedAt: Moment?
    /// In watch mode, how the check before ended.
    @safe @exclusivity(unchecked) var previous: CheckOutcome?
    /// Among those whose details are kept although they are finished.
    @safe @exclusivity(unchecked) var isListed = false

    init(firstStartedAt: Moment) { self.firstStartedAt = firstStartedAt }

    var lastAttemptLength: Duration? { attempts.last.map { .nanoseconds($0.totalNanoseconds) } }
}

/// How a check of watch mode ended.
struct CheckOutcome: Hashable, Codable, Sendable {
    var state: FetchState
    var status: UInt16
    var failure: FailureKind?

    init(_ fetch: Fetch) {
        state = fetch.state
        status = fetch.status
        failure = fetch.failure
    }

    /// `ok 200`, `failed REFU`.
    var words: String {
        if let failure { return "\(state.word) \(failure.label)" }
        return status == 0 ? state.word : "\(state.word) \(status)"
    }
}

/// curl's cumulative times in 32-bit microseconds, for the table; the exact ones are in the attempt's record.
struct CompactTimes: Hashable, Sendable {
    private var words: (UInt32, UInt32, UInt32, UInt32, UInt32) = (.max, .max, .max, .max, .max)

    init() {}

    init(_ times: PhaseTimes) {
        words = (
            Self.pack(times.$nameLookup), Self.pack(times.$connect), Self.pack(times.$appConnect),
            Self.pack(times.$startTransfer), Self.pack(times.$total)
        )
    }

    var nameLookup: Duration? {
        get { Self.unpack(words.0) }
        set { words.0 = Self.pack(newValue) }
    }
    var connect: Duration? {
        get { Self.unpack(words.1) }
        set { words.1 = Self.pack(newValue) }
    }
    var appConnect: Duration? {
        get { Self.unpack(words.2) }
        set { words.2 = Self.pack(newValue) }
    }
    /// The time to the first byte.
    var startTransfer: Duration? {
        get { Self.unpack(words.3) }
        set { words.3 = Self.pack(newValue) }
    }
    mutating func setStartTransfer(microseconds: Int64) { words.3 = Self.pack(microseconds) }

    var total: Duration? {
        get { Self.unpack(words.4) }
        set { words.4 = Self.pack(newValue) }
    }

    /// 71 minutes saturate: a column cannot show such a time to the microsecond anyway.
    private static func pack(_ microseconds: Int64) -> UInt32 {
        microseconds < 0 ? .max : UInt32(min(microseconds, Int64(UInt32.max) - 1))
    }

    private static func pack(_ duration: Duration?) -> UInt32 {
        duration.map { pack(max(0, $0.wholeNanoseconds) / 1_000) } ?? .max
    }

    private static func unpack(_ word: UInt32) -> Duration? { word == .max ? nil : .microseconds(Int64(word)) }

    static func == (left: CompactTimes, right: CompactTimes) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) { hasher.combine(words.3) }
}
