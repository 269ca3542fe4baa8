/// What is said at the end of a run (`--summary text`).
enum SummaryText {
    /// - Parameter resumedCount: Jobs that an earlier run has done.
    static func lines(_ store: FetchStore, resumedCount: Int = 0, at now: Moment) -> [DisplayText] {
        let counts = store.counts
        guard store.count > 0 else {
            return [resumedCount > 0 ? "nothing left to do: \(resumedCount) done before" : "nothing was fetched"]
        }
        var lines = [headline(store, at: now)]
        if resumedCount > 0 { lines.append("done before: \(resumedCount)") }
        var outcome: DisplayText = "ok \(counts.successes)"
        for (name, count) in others(counts) where count > 0 { outcome = outcome + "  " + name + " \(count)" }
        if store.statistics.retries > 0 { outcome = outcome + "  retries \(store.statistics.retries)" }
        lines.append(outcome)
        let statuses = store.outcomes.byStatus.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        if !statuses.isEmpty {
            lines.append(list("status", statuses.map { (DisplayText("\(Int($0.key))"), $0.value) }))
        }
        let failures = store.outcomes.byFailure.filter { $0.value > 0 }.sorted { $0.value > $1.value }
        if !failures.isEmpty {
            lines.append(list("errors", failures.map { (DisplayText(sanitising: $0.key.label), $0.value) }))
        }
        lines += latencies("ok", store.statistics.succeeded)
        lines += latencies("failed", store.statistics.failedLatencies)
        return lines
    }

    private static func headline(_ store: FetchStore, at now: Moment) -> DisplayText {
        let elapsed = now - Moment.start
        let finished = store.counts.finished
        let seconds = max(elapsed.inSeconds, 1e-9)
        let completions = store.statistics.completions
        var done: DisplayText =
            finished == store.count ? number(finished) : "\(finished) of " + number(store.count)
        if store.statistics.rechecks > 0 { done = done + ", \(completions) checks" }
        let bytes = store.statistics.receivedBytes
        let rate = StatusLine.rate(Double(completions) / seconds)
        let volume: DisplayText = "\(Format.bytes(bytes)) received (\(Format.rate(Double(bytes) / seconds)))"
        return "\(done) in \(Format.duration(elapsed)), \(rate), \(volume)"
    }

    private static func number(_ count: Int) -> DisplayText { count == 1 ? "1 fetch" : "\(count) fetches" }

    private static func others(_ counts: StateCounts) -> [(DisplayText, Int)] {
        [
            ("http errors", counts[.httpError]), ("failed", counts[.failed]), ("cancelled", counts[.cancelled]),
            ("not modified", counts[.notModified]), ("skipped", counts[.skipped]),
            ("unfinished", counts.pending + counts.inFlight),
        ]
    }

    private static func list(_ title: DisplayText, _ entries: [(DisplayText, Int)]) -> DisplayText {
        let shown = entries.prefix(12).reduce(title) { $0 + "  " + $1.0 + " " + "\($1.1)" }
        return entries.count > 12 ? shown + "  and \(entries.count - 12) more" : shown
    }

    private static func latencies(_ title: DisplayText, _ latencies: RunStatistics.Latencies) -> [DisplayText] {
        let histograms: [(DisplayText, Histogram)] = [
            ("ttfb", latencies.timeToFirstByte), ("total", latencies.total),
            ("from the intended start", latencies.fromIntended),
        ]
        return histograms.compactMap { name, histogram -> DisplayText? in
            guard let maximum = histogram.maximum else { return nil }
            let figures: [(DisplayText, Double)] = [
                ("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999),
            ]
            var line: DisplayText = "\(title) \(name)"
            for (label, fraction) in figures {
                guard let value = histogram.percentile(fraction) else { continue }
                let figure: DisplayText = "  \(label) \(Format.duration(value))"
                line = line + figure
            }
            let longest: DisplayText = "  max \(Format.duration(maximum))"
            return line + longest
        }
    }
}
