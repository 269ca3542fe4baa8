/// One line that says how the run is doing: for `--progress`, for USR1, for logs and screen readers.
enum StatusLine {
    /// `6913/10240 67% ok 6800 fail 40 in flight 256 backoff 1 512/s 38.4M/s eta 65s`
    static func text(
        _ store: FetchStore, mode: RunMode = .once, isInputOver: Bool, at now: Moment
    ) -> DisplayText {
        let counts = store.counts
        var parts: [DisplayText] = [
            ProgressText.text(mode, finished: counts.finished, of: store.count, isTotalKnown: isInputOver),
            "ok \(counts.successes)", "fail \(counts.failures)",
        ]
        if counts[.cancelled] > 0 { parts.append("cancelled \(counts[.cancelled])") }
        if counts.inFlight > 0 { parts.append("in flight \(counts.inFlight)") }
        if counts[.backoff] > 0 { parts.append("backoff \(counts[.backoff])") }
        if counts[.paused] > 0 { parts.append("paused \(counts[.paused])") }
        let perSecond = store.statistics.finished.perSecond(at: now)
        parts.append(rate(perSecond))
        parts.append(Format.rate(store.statistics.received.perSecond(at: now)))
        let left = mode.total(of: store.count) - counts.finished
        if isInputOver, counts[.paused] == 0,
            let time = RemainingTime.estimate(left: left, inFlight: counts.inFlight, store.statistics, at: now)
        {
            parts.append(ProgressText.eta(time))
        }
        if let reason = store.gate.reason { parts.append("waiting: \(DisplayText(sanitising: reason.word))") }
        return parts.dropFirst().reduce(parts[0]) { $0 + " " + $1 }
    }

    static func rate(_ perSecond: Double) -> DisplayText {
        perSecond < 10 && perSecond > 0 ? "\(Format.fixed(perSecond))/s" : "\(Int(perSecond.rounded()))/s"
    }
}
