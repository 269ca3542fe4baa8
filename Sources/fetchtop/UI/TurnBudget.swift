import FetchLoop

/// How long pieces of work may take in one turn of the loop, all of them together: keys that were typed fast arrive in
/// one turn, and each may begin a search.
struct TurnBudget {
    let length: Duration
    private var turn: LoopInstant?
    private var end: SuspendingClock.Instant?

    init(_ length: Duration) { self.length = length }

    /// When the time of this turn is over.
    ///
    /// - Parameters:
    ///   - turn: The loop's time, which stands still while a turn lasts.
    ///   - now: The time that goes on.
    mutating func end(in turn: LoopInstant, now: SuspendingClock.Instant) -> SuspendingClock.Instant {
        if let end, self.turn == turn { return end }
        self.turn = turn
        let end = now + length
        self.end = end
        return end
    }
}
