/// What a loop did so far. A turn is one iteration without the time asleep in the poller.
public struct LoopMetrics: Sendable {
    /// Turns since the loop was made.
    public var turns: UInt64 = 0
    /// Callbacks, coroutine steps, timers and watch events run since the loop was made.
    public var callbacks: UInt64 = 0
    /// Time spent in turns since the loop was made, in nanoseconds.
    public var busyNanoseconds: UInt64 = 0
    /// The longest turn of the last full second, in nanoseconds.
    public var maxTurnNanoseconds: UInt64 = 0
    /// The mean turn of the last full second, in nanoseconds.
    public var meanTurnNanoseconds: UInt64 = 0
    /// Callbacks, coroutine steps, timers and watch events a second, in the last full second.
    public var callbacksPerSecond: Double = 0
    /// The share of the last full second that was spent in turns, from 0 to 1.
    public var load: Double = 0
    /// The longest single callback so far, in nanoseconds.
    public var slowestNanoseconds: UInt64 = 0
    /// The name of the longest single callback so far.
    public var slowestName: String = ""
    /// Turns by duration: element i counts those of 2^i up to 2^(i+1) microseconds (element 0: below 2).
    public var turnHistogram: [UInt64] = []
}
