/// What the time that a fetch did not run was spent on.
struct Waits: Hashable, Codable, Sendable {
    @Nanoseconds var slot: Duration
    @Nanoseconds var host: Duration
    @Nanoseconds var rate: Duration
    /// Back-offs, and pauses that the origin asked for.
    @Nanoseconds var retry: Duration
    /// Before the first attempt, all reasons together.
    @Nanoseconds var queue: Duration
}

/// A reading of the waiting clocks; the difference of two readings is what the time between went to.
struct WaitMark: Hashable, Sendable {
    /// In units of 100 µs, wrapping: 119 hours between two readings before a difference is wrong.
    var host: UInt32 = 0
    var rate: UInt32 = 0
    var retry: UInt32 = 0

    static func - (later: WaitMark, earlier: WaitMark) -> WaitMark {
        WaitMark(
            host: later.host &- earlier.host, rate: later.rate &- earlier.rate, retry: later.retry &- earlier.retry)
    }

    static func nanoseconds(_ units: UInt32) -> Int64 { Int64(units) * 100_000 }
}

/// Runs while a gate is shut, one total for each kind of reason.
///
/// All fetches of a host's queue wait for the same thing at a time, so the host keeps the clock and a fetch only the
/// reading at which it joined: O(1) for an event, whatever the length of the queue.
struct GateClock {
    private(set) var reason: WaitReason?
    private var since = Moment.start
    private var hostTotal: Int64 = 0
    private var rateTotal: Int64 = 0
    private var retryTotal: Int64 = 0

    /// Sets what the gate is shut for from now on; nil opens it.
    mutating func set(_ newReason: WaitReason?, at now: Moment) {
        let running = now.nanoseconds - since.nanoseconds
        switch reason {
        case .host: hostTotal += running
        case .rate: rateTotal += running
        case .retryAfter: retryTotal += running
        default: break
        }
        since = now
        reason = newReason
    }

    /// The totals in nanoseconds until now.
    func totals(at now: Moment) -> (host: Int64, rate: Int64, retry: Int64) {
        let running = now.nanoseconds - since.nanoseconds
        switch reason {
        case .host: return (hostTotal + running, rateTotal, retryTotal)
        case .rate: return (hostTotal, rateTotal + running, retryTotal)
        case .retryAfter: return (hostTotal, rateTotal, retryTotal + running)
        default: return (hostTotal, rateTotal, retryTotal)
        }
    }
}
