import FetchLoop

/// What the scheduler keeps for a host: how much of it is in use, and what holds it back.
struct HostControl {
    var active = 0
    var limit: Int
    /// Moves the limit, if that was asked for.
    var adaptive: AdaptiveLimit?
    var bucket: TokenBucket?
    /// The origin asked not to be asked before.
    var pausedUntil: Moment?
    /// Wakes the host when what holds it back ends.
    var timer: LoopTimer?

    /// Why no fetch of this host may start now; nil if one may.
    func gate(at now: Moment) -> WaitReason? {
        if let pausedUntil, pausedUntil > now { return .retryAfter(until: pausedUntil) }
        if active >= limit { return .host }
        return bucket?.earliest(at: now).map { .rate(until: $0) }
    }
}
