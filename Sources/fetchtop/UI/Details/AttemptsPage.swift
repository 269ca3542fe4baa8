/// Every attempt so far: how it ended, where its time went, and how long the wait after it was.
enum AttemptsPage {
    static func lines(_ subject: DetailsSubject) -> [StyledLine] {
        let attempts = subject.fetch.detail?.attempts ?? []
        guard !attempts.isEmpty else { return subject.nothing("the first attempt is under way") }
        var lines: [StyledLine] = []
        for attempt in attempts {
            if attempt.isGivenUp {
                lines.append(line(attempt, label: subject.label("none")))
                continue
            }
            lines.append(
                line(
                    attempt,
                    label: StyledLine(DisplayText("try \(attempt.number)").padded(to: 9), Style(.strong, .bold))))
            var figures = subject.label(Format.clock(attempt.startedAt - .start))
            figures.add(PhaseSpans(attempt).bar(width: min(32, max(8, subject.width / 3))))
            if let first = attempt.record.times.startTransfer, first > .zero {
                figures.add("  ttfb ", .dim)
                figures.add(Format.duration(first))
            }
            figures.add("  body ", .dim)
            figures.add(Format.bytes(attempt.record.sizeDownload))
            if let ip = attempt.record.remoteIP {
                figures.add("  " + DisplayText(sanitising: ip, cap: 64) + ":\(attempt.record.remotePort ?? 0)", .dim)
            }
            lines.append(figures)
        }
        if subject.fetch.state.isInFlight {
            lines.append(
                StyledLine(DisplayText("try \(subject.fetch.attempts)").padded(to: 9), Style(.strong, .bold)).adding(
                    "under way", .dim))
        }
        if let until = subject.fetch.detail?.waitUntil, subject.fetch.state == .backoff {
            let left = max(.zero, until - subject.scene.now)
            lines.append(subject.label("next").adding("in " + Format.duration(left), .warn))
        }
        return lines
    }

    /// An attempt in one line.
    static func line(_ attempt: Attempt, label: StyledLine) -> StyledLine {
        var line = label
        if let failure = attempt.failure {
            line.add(DisplayText(trusted: failure.kind.label) + " ", .err)
            line.add(DisplayText(sanitising: failure.message, cap: 256), .dim)
        } else {
            line.add("\(attempt.record.statusCode)", attempt.record.statusCode < 400 ? .ok : .warn)
        }
        if !attempt.isGivenUp { line.add("  " + Format.duration(.nanoseconds(attempt.totalNanoseconds))) }
        if let after = attempt.retryAfter { line.add("  Retry-After " + Format.duration(after), .warn) }
        if let backoff = attempt.backoff { line.add("  -> next after " + Format.duration(backoff), .warn) }
        return line
    }
}
