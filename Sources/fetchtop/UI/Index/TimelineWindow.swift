import DequeModule

/// The stretch of time that the timeline shows, and the attempts in it.
///
/// As long as nobody zooms it is chosen from the run: all of one that is over, else up to half a minute, and of many
/// attempts as much as those took that there are rows for: else their bars would lie in the last few columns. As long as
/// nobody moves it ends now; from then on it stays where it is, so that bars one looks at do not slide away.
struct TimelineWindow: Equatable {
    /// Seconds across the screen, by zoom step.
    static let spans: [Double] = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600]
    private static let liveLimit = 30.0
    private static let fitting: [Double] = [
        0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60,
    ]

    /// Seconds since the run began.
    let start: Double
    let span: Double
    /// How much later now is than its end.
    let back: Double
    var end: Double { start + span }

    /// - Parameters:
    ///   - end: Where it was moved to; nil is now.
    ///   - oldest: The first attempt that is remembered.
    ///   - first: The first of those that there are rows for, when there are more.
    ///   - before: The length shown so far. It is kept while it is not far from what fits, or it would change all the time.
    init(
        zoom: Int?, end: Moment?, oldest: Moment?, first: Moment? = nil, before: Double? = nil, now: Moment,
        isOver: Bool
    ) {
        let age = (now - .start).inSeconds
        var span = zoom.map { Self.spans[$0] } ?? Self.span(of: (now - (oldest ?? .start)).inSeconds, age, isOver)
        if zoom == nil, let first {
            let needed = (now - first).inSeconds - 1e-6
            // What one looks at keeps its scale.
            let isFit = before.map { end != nil || needed <= $0 && $0 <= needed * 2.5 } ?? false
            span = min(span, isFit ? before ?? span : Self.fitting.first { $0 >= needed } ?? span)
        }
        self.span = span
        // A run younger than the time shown begins at the left edge.
        start = max(0, (end.map { ($0 - .start).inSeconds } ?? age) - span)
        back = end == nil ? 0 : max(0, age - start - span)
    }

    private static func span(of reach: Double, _ age: Double, _ isOver: Bool) -> Double {
        if !isOver { return [1, 2, 3, 5, 7, 10, 15, 20].first { $0 >= age } ?? liveLimit }
        let unit: Double = reach < 1 ? 0.1 : reach < 10 ? 0.5 : reach < 60 ? 1 : reach < 600 ? 10 : 60
        return max(0.1, (reach / unit).rounded(.up) * unit)
    }

    /// The step one is nearest to, for zooming out of what was chosen from the run.
    var zoom: Int { Self.spans.firstIndex { $0 >= span } ?? Self.spans.count - 1 }

    /// Attempts that touch the time shown, in the order they started.
    func rows(_ starts: StartList, _ store: FetchStore, at now: Moment) -> [StartList.Start] {
        var rows: [StartList.Start] = []
        for start in starts.elements {
            let begin = (start.at - .start).inSeconds
            if begin > end { break }
            guard store.contains(start.id), let length = store[start.id].length(of: start, at: now) else { continue }
            if begin >= self.start || begin + length >= self.start { rows.append(start) }
        }
        return rows
    }
}

/// What the timeline shows: made once a frame.
struct TimelinePage {
    var window = TimelineWindow(zoom: nil, end: nil, oldest: nil, now: .start, isOver: false)
    var rows: [StartList.Start] = []
}

extension Fetch {
    /// Seconds that an attempt took so far; nil when nothing of it is remembered.
    func length(of start: StartList.Start, at now: Moment) -> Double? {
        if startedAt == start.at { return (elapsed(at: now) ?? .zero).inSeconds }
        return attempt(startedAt: start.at).map { Double($0.totalNanoseconds) * 1e-9 }
    }

    /// The attempt that began then, once it has ended and while it is remembered.
    func attempt(startedAt start: Moment) -> Attempt? { detail?.attempts.first { $0.startedAt == start } }
}
