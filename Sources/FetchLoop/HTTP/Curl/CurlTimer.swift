/// When a multi handle wants to be called, as its TIMERFUNCTION tells. Pure: the shard does what is returned.
///
/// libcurl moves its timer several times a fetch, nearly always to later or away. So the loop's timer is moved only to
/// an earlier time, and one that fires too early is set again.
struct CurlTimer {
    /// What the shard has to do.
    enum Action: Equatable {
        case nothing
        /// Call libcurl in the next turn.
        case kick
        /// Set the loop's timer to this time.
        case arm(LoopInstant)
    }

    /// When libcurl wants to be called; nil is not at all.
    private(set) var deadline: LoopInstant?

    /// libcurl's TIMERFUNCTION: -1 deletes the timer, 0 means at once.
    ///
    /// - Parameter armed: when the loop's timer is due, if it is set.
    mutating func set(milliseconds: Int, now: LoopInstant, armed: LoopInstant?) -> Action {
        guard milliseconds > 0 else {
            deadline = nil
            return milliseconds == 0 ? .kick : .nothing
        }
        // Not by way of Duration, which counts in 128 bits: this is called several times a fetch.
        let wanted = now.advanced(milliseconds: milliseconds)
        deadline = wanted
        if let armed, armed <= wanted { return .nothing }
        return .arm(wanted)
    }

    /// The loop's timer fired, for this deadline or for an earlier one that was overtaken.
    mutating func fired(now: LoopInstant) -> Action {
        guard let deadline else { return .nothing }
        if deadline > now { return .arm(deadline) }
        self.deadline = nil
        return .kick
    }
}
