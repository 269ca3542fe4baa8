/// The clock reader and the counters behind ``LoopMetrics``, made to cost the loop next to nothing: one reading of the
/// clock ends the measurement of one callback and begins that of the next.
struct LoopMeter {
    /// A callback that takes longer blocks the loop.
    var blockedNanoseconds: Int64 = 100_000_000
    /// When the last callback ended or the poller returned.
    private(set) var mark: Int64

    private var turns: UInt64 = 0
    private var callbacks: UInt64 = 0
    private var slowest: Int64 = 0
    private var slowestName: StaticString = ""
    /// Known for a slow step of a coroutine, in place of the name above.
    private var slowestCoroutine: String?
    private var histogram = InlineArray<20, UInt64>(repeating: 0)

    private var turnStart: Int64 = 0
    private var lastPoll: Int64 = 0
    private var asleep: Int64 = 0
    private var busy: Int64 = 0

    /// Where the second that is being counted began, and the results of the last full one.
    private var window: (start: Int64, turns: UInt64, callbacks: UInt64, busy: Int64, maxTurn: Int64)
    private var maxTurn: Int64 = 0
    private var meanTurn: Int64 = 0
    private var callbackRate = 0.0
    private var load = 0.0

    init() {
        mark = MonotonicClock.nanoseconds
        window = (mark, 0, 0, 0, 0)
    }

    /// Begins to measure after a time outside the loop.
    mutating func start() { mark = MonotonicClock.nanoseconds }

    /// Begins a turn where the last measurement ended.
    mutating func startTurn() -> Int64 {
        turnStart = mark
        asleep = 0
        return mark
    }

    var sinceLastPoll: Int64 { mark - lastPoll }

    mutating func noteReturnOfPoll() {
        lastPoll = MonotonicClock.nanoseconds
        asleep = lastPoll - mark
        mark = lastPoll
    }

    /// Counts what ran since the last mark; returns its duration if that was too long.
    @inline(__always)
    mutating func noteCallbacks(_ count: Int, name: StaticString) -> Int64? {
        let now = MonotonicClock.nanoseconds
        let spent = now - mark
        mark = now
        callbacks &+= UInt64(count)
        if spent > slowest { (slowest, slowestName, slowestCoroutine) = (spent, name, nil) }
        return spent > blockedNanoseconds ? spent : nil
    }

    /// Says who it was that took so long.
    mutating func attribute(_ spent: Int64, to name: String) {
        if spent == slowest { slowestCoroutine = name }
    }

    mutating func endTurn() {
        let spent = mark - turnStart - asleep
        turns &+= 1
        busy &+= spent
        if spent > window.maxTurn { window.maxTurn = spent }
        let microseconds = UInt64(max(0, spent)) / 1000
        histogram[microseconds < 2 ? 0 : min(19, 63 - microseconds.leadingZeroBitCount)] &+= 1
        if mark - window.start >= 1_000_000_000 { closeWindow() }
    }

    @inline(never)
    private mutating func closeWindow() {
        let seconds = Double(mark - window.start) / 1e9
        maxTurn = window.maxTurn
        meanTurn = (busy - window.busy) / Int64(max(1, turns - window.turns))
        callbackRate = Double(callbacks - window.callbacks) / seconds
        load = Double(busy - window.busy) / 1e9 / seconds
        window = (mark, turns, callbacks, busy, 0)
    }

    var snapshot: LoopMetrics {
        LoopMetrics(
            turns: turns, callbacks: callbacks, busyNanoseconds: UInt64(max(0, busy)),
            maxTurnNanoseconds: UInt64(max(0, maxTurn)), meanTurnNanoseconds: UInt64(max(0, meanTurn)),
            callbacksPerSecond: callbackRate, load: load, slowestNanoseconds: UInt64(max(0, slowest)),
            slowestName: slowestCoroutine ?? "\(slowestName)", turnHistogram: histogram.indices.map { histogram[$0] })
    }
}
