/// How long a run goes on, from how fast fetches finish now; nothing where that cannot be known.
enum RemainingTime {
    /// Looked at in turn until one has seen enough: what happened a second ago says more than what did a minute ago.
    private static let windows = [3, 10, 30, 100, 300]
    private static let enough = 5.0

    /// - Parameters:
    ///   - left: Fetches that are not finished.
    ///   - inFlight: Those of them that run.
    /// - Returns: Nil once all that is left runs: how long the last few take is their own affair.
    static func estimate(left: Int, inFlight: Int, _ statistics: RunStatistics, at now: Moment) -> Duration? {
        let waiting = left - inFlight
        guard waiting > 0, let speed = speed(statistics.finished, at: now) else { return nil }
        return .seconds(Double(waiting) / speed) + lastBatch(inFlight, statistics)
    }

    /// What finishes in a second; nil when it stands still, or nearly.
    private static func speed(_ finished: RecentSeconds, at now: Moment) -> Double? {
        // Whole seconds count, as in `perSecond`; before there is one, what there is.
        let age = (now - .start).inSeconds
        let lived = age < 1 ? max(0.1, age) : age.rounded(.down)
        var recent = 0.0
        var before: Double?
        for window in windows {
            let length = min(Double(window), lived)
            let speed = finished.perSecond(over: window, at: now)
            let count = speed * length
            if count >= enough {
                // Far fewer came lately than that speed promises: it holds no longer.
                if let before, speed * before > 4 * max(enough, recent) { return nil }
                return speed
            }
            guard Double(window) < lived else { return nil }
            (recent, before) = (count, length)
        }
        return nil
    }

    /// The slowest of as many as run at once: what the run ends with.
    private static func lastBatch(_ count: Int, _ statistics: RunStatistics) -> Duration {
        let share = 1 - 1 / Double(max(1, count) + 1)
        let lengths = [statistics.succeeded.total, statistics.failedLatencies.total]
        return lengths.compactMap { $0.percentile(share) }.max() ?? .zero
    }
}
