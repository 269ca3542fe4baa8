/// A budget of bytes that fills up with time: what holds a rate. Pure: it is told the time.
///
/// Ours and not libcurl's `MAX_RECV_SPEED_LARGE`, which lets a body that arrives at once through many times too fast (7.88).
///
/// A piece is taken whole and may overdraw the budget; until it has filled up again nobody gets anything.
package struct ByteBudget: Sendable {
    private let bytesPerSecond: Double
    private let burst: Double
    private var level: Double
    private var updatedAt: LoopInstant

    /// Creates a full budget.
    package init(bytesPerSecond: Int64, at start: LoopInstant) {
        updatedAt = start
        self.bytesPerSecond = Double(max(1, bytesPerSecond))
        // A tenth of a second, so that no window of a second holds noticeably more than its share.
        burst = self.bytesPerSecond / 10
        level = burst
    }

    /// Whether a piece may be taken now.
    package mutating func hasRoom(at now: LoopInstant) -> Bool {
        level = min(burst, level + Double(now.nanoseconds - updatedAt.nanoseconds) * 1e-9 * bytesPerSecond)
        updatedAt = now
        return level > 0
    }

    /// Takes a piece.
    package mutating func take(_ byteCount: Int) { level -= Double(byteCount) }

    /// When there will be something to take.
    package func nextRoom() -> LoopInstant {
        level > 0 ? updatedAt : updatedAt.advanced(by: .nanoseconds(Int64(-level / bytesPerSecond * 1e9) + 1_000_000))
    }
}
