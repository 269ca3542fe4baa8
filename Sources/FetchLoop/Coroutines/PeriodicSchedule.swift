/// When the calls of a ``PeriodicTask`` are due: arithmetic alone, without a clock.
///
/// Calls are a period apart from start to start. A call that takes longer than the period costs whole cycles, so that
/// later calls keep their rhythm. Tornado: `PeriodicCallback._update_next`.
struct PeriodicSchedule {
    let period: Duration
    /// The share of the period by which calls may be early or late: 0.1 means from 5 % early to 5 % late.
    let jitter: Double
    private(set) var next: LoopInstant

    init(period: Duration, jitter: Double = 0, start: LoopInstant) {
        if period.nanoseconds <= 0 { stopMisuse("a period must be longer than nothing") }
        if !(0...1).contains(jitter) { stopMisuse("a jitter is a share of the period, from 0 to 1") }
        self.period = period
        self.jitter = jitter
        next = start
    }

    /// Moves on to the first call after `now`. `random` is from 0 up to 1.
    mutating func advance(now: LoopInstant, random: Double) {
        var step = period.nanoseconds
        if jitter != 0 { step = Int64(min(max(1, Double(step) * (1 + jitter * (random - 0.5))), 0x1p62)) }
        var cycles: Int64 = 1
        if next <= now {
            // Late: over all the starts that were missed.
            cycles = (now.nanoseconds - next.nanoseconds) / step + 1
        }
        // Else the clock went back, or a jittered call came early: one period from where the call was due, lest it
        // is made twice.
        let (distance, isTooLong) = cycles.multipliedReportingOverflow(by: step)
        next = next.advanced(by: .nanoseconds(isTooLong ? .max : distance))
    }
}
