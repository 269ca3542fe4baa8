/// A budget of bytes: of one transfer (`--limit-rate`), or of all together (`--max-overall-download-limit`).
///
/// Ours and not libcurl's, which lets a body that arrives at once through many times too fast (7.88).
///
/// A piece is taken whole and may overdraw the budget; until it has filled up again nobody gets anything.
struct ByteThrottle: Sendable {
    private let bytesPerSecond: Double
    private let burst: Double
    private var level: Double
    private var updatedAt = Moment.start

    init(bytesPerSecond: Int64, at start: Moment = .start) {
        updatedAt = start
        self.bytesPerSecond = Double(max(1, bytesPerSecond))
        // A tenth of a second, so that no window of a second holds noticeably more than its share.
        burst = self.bytesPerSecond / 10
        level = burst
    }

    /// Whether a piece may be taken now.
    mutating func hasBudget(at now: Moment) -> Bool {
        level = min(burst, level + Double(now.nanoseconds - updatedAt.nanoseconds) * 1e-9 * bytesPerSecond)
        updatedAt = now
        return level > 0
    }

    mutating func take(_ byteCount: Int) { level -= Double(byteCount) }

    /// When there will be something to take.
    func nextBudget() -> Moment {
        level > 0 ? updatedAt : updatedAt + .nanoseconds(Int64(-level / bytesPerSecond * 1e9) + 1_000_000)
    }
}
