/// What a loop did, counted per turn. A turn is one iteration without the time asleep in the poller.
public struct LoopMetrics: Sendable {
    /// Turns since the loop was made.
    public internal(set) var turns: UInt64 = 0
    /// Callbacks, coroutine steps, timers and watch events run since the loop was made.
    public internal(set) var callbacks: UInt64 = 0
    /// Time spent in turns since the loop was made, in nanoseconds.
    public internal(set) var busyNanoseconds: UInt64 = 0
    /// The longest turn of the last full second, in nanoseconds.
    public internal(set) var maxTurnNanoseconds: UInt64 = 0
    /// The mean turn of the last full second, in nanoseconds.
    public internal(set) var meanTurnNanoseconds: UInt64 = 0
    /// The longest single callback so far, in nanoseconds, and its name.
    public internal(set) var slowestNanoseconds: UInt64 = 0
    /// The name of the longest single callback so far.
    public internal(set) var slowestName: String = ""
    /// Turns by duration: element i counts those of 2^i up to 2^(i+1) microseconds (element 0: below 2).
    public internal(set) var turnHistogram = [UInt64](repeating: 0, count: 20)

    private var windowStart: Int64 = 0
    private var windowTurns: UInt64 = 0
    private var windowBusy: UInt64 = 0
    private var windowMax: UInt64 = 0

    mutating func noteTurn(start: Int64, end: Int64) {
        let spent = UInt64(max(0, end - start))
        turns += 1
        busyNanoseconds += spent
        windowTurns += 1
        windowBusy += spent
        if spent > windowMax { windowMax = spent }
        let microseconds = spent / 1000
        turnHistogram[microseconds < 2 ? 0 : min(19, 63 - microseconds.leadingZeroBitCount)] += 1
        if end - windowStart >= 1_000_000_000 {
            maxTurnNanoseconds = windowMax
            meanTurnNanoseconds = windowBusy / windowTurns
            (windowStart, windowTurns, windowBusy, windowMax) = (end, 0, 0, 0)
        }
    }
}
