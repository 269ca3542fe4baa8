/// Where the time went, and everything else that fits on one screen: the connection, the waits, the attempts.
struct TimingPage {
    private let subject: DetailsSubject
    private var fetch: Fetch { subject.fetch }
    private var scene: Scene { subject.scene }
    private var width: Int { subject.width }
    private var record: TransferRecord? { subject.record }

    init(_ subject: DetailsSubject) { self.subject = subject }

    var lines: [StyledLine] {
        waterfall + [StyledLine()] + progress + rate + connection + waits + attempts
    }

    // MARK: - Where the time went

    private var waterfall: [StyledLine] {
        let spans = PhaseSpans(fetch, live: scene.liveRecord, at: scene.now)
        let queue = (fetch.detail?.waits.queue ?? (scene.now - fetch.addedAt)).inSeconds
        // A long time in the queue would squeeze everything else into a corner: it gets an eighth at most.
        let lead = spans.total > 0 ? min(queue, spans.total / 7) : queue
        let scale = lead + spans.total
        let chart = max(8, width - 9 - 12)
        func bar(_ start: Double, _ end: Double, _ letter: DisplayText, _ role: Role, isOpen: Bool = false)
            -> StyledLine
        {
            guard scale > 0 else { return StyledLine(.spaces(chart)) }
            let from = min(chart - 1, Int(start / scale * Double(chart)))
            let to = min(chart, max(from + 1, Int((end / scale * Double(chart)).rounded())))
            var line = StyledLine(.spaces(from))
            line.add(.repeating(letter, to - from - (isOpen ? 1 : 0)), role)
            if isOpen { line.add(">", role) }
            line.tab(to: chart, gap: 0)
            return line
        }
        func row(_ name: DisplayText, _ line: StyledLine?, _ length: DisplayText) -> StyledLine {
            var result = StyledLine(name.padded(to: 9), .dim)
            result.add(line ?? StyledLine(.spaces(chart)))
            result.add(length.alignedRight(in: 11), line == nil ? .faint : .text)
            return result
        }
        var lines = [row("queue", queueBar(lead, of: queue, scale, chart), Format.spacedDuration(.seconds(queue)))]
        guard fetch.attempts > 0 else { return lines }
        let names: [(DisplayText, Role)] = [
            ("dns", .dns), ("connect", .connect), ("tls", .tls), ("upload", .upload), ("wait", .wait),
            ("receive", .receive),
        ]
        for (name, role) in names {
            guard let span = spans.span(role) else {
                if role != .upload { lines.append(row(name, nil, "-")) }
                continue
            }
            let isOpen = spans.isRunning && span.end == spans.total
            lines.append(
                row(
                    name, bar(lead + span.start, lead + span.end, span.letter, role, isOpen: isOpen),
                    Format.spacedDuration(.seconds(span.length))))
        }
        lines.append(row("total", StyledLine(.spaces(chart)), Format.spacedDuration(.seconds(spans.total))))
        return lines
    }

    /// To scale as the others, or cut at its beginning, and then it says so.
    private func queueBar(_ shown: Double, of queue: Double, _ scale: Double, _ chart: Int) -> StyledLine {
        let cells = scale > 0 ? max(1, Int((shown / scale * Double(chart)).rounded())) : chart
        var line = StyledLine()
        if shown < queue, cells > 1 {
            line.add("~" + .repeating(".", cells - 1), .queued)
            let note: DisplayText = "  began longer ago"
            if cells + note.columns <= chart { line.add(note, .faint) }
        } else {
            line.add(.repeating(".", cells), .queued)
        }
        line.tab(to: chart, gap: 0)
        return line
    }

    private var progress: [StyledLine] {
        guard fetch.attempts > 0 else { return [] }
        var line = label("body")
        line.add(Format.bytes(fetch.receivedBytes))
        if let expected = fetch.expectedBytes { line.add(" of " + Format.bytes(expected), .dim) }
        if let progress = fetch.progress, fetch.state.isInFlight { line.add("  \(Int(progress * 100))%", .strong) }
        if let type = record?.contentType { line.add("  " + DisplayText(sanitising: type, cap: 128), .dim) }
        if let file = fetch.detail?.saved?.fileName {
            line.add("  -> " + DisplayText(sanitising: file, cap: 512), .accent)
        }
        return [line]
    }

    /// `rate ▁▂▅▇▇▆▇█▇▇▆▇  now 4.1M/s  avg 3.9M/s  stall 0s  eta 2.8s`
    private var rate: [StyledLine] {
        guard let average = fetch.rate(at: scene.now) else { return [] }
        var line = label("rate")
        let history = scene.index.rates[fetch.id]
        if let rates = history?.rates, !rates.isEmpty {
            let width = min(rates.count, max(8, self.width - 60))
            line.add(Sparkline.text(rates, width: width, glyphs: subject.glyphs), .receive)
            line.add("  ")
        }
        if fetch.state.isInFlight, let now = history?.rates.last {
            line.add("now ", .dim)
            line.add(Format.rate(Double(now)) + "  ")
        }
        line.add("avg ", .dim)
        line.add(Format.rate(average))
        guard fetch.state == .receiving else { return [line] }
        if let history {
            let stall = scene.now - history.lastProgress
            line.add("  stall ", .dim)
            line.add(stall < .seconds(2) ? "0s" : Format.duration(stall), stall < .seconds(5) ? .text : .warn)
        }
        if let expected = fetch.expectedBytes {
            // What it does now says more about its end than what it did a minute ago.
            let recent = history?.rates.suffix(5) ?? []
            let speed = recent.isEmpty ? average : Double(recent.reduce(0, +)) / Double(recent.count)
            line.add("  eta ", .dim)
            line.add(speed > 0 ? Format.seconds(Double(max(0, expected - fetch.receivedBytes)) / speed) : "-")
        }
        return [line]
    }

    // MARK: - The connection

    private var connection: [StyledLine] {
        guard let record else { return [] }
        var lines: [StyledLine] = []
        var line = label("conn")
        if let version = record.httpVersion, !version.isEmpty {
            line.add("HTTP/" + DisplayText(sanitising: version, cap: 8))
            if let count = record.connectCount { line.add(count > 0 ? "  new" : "  reused", .dim) }
        }
        if let ip = record.remoteIP, !ip.isEmpty {
            line.add("  " + DisplayText(sanitising: ip, cap: 64) + ":\(record.remotePort ?? 0)")
            if let local = record.localIP {
                line.add(" <- " + DisplayText(sanitising: local, cap: 64) + ":\(record.localPort ?? 0)", .dim)
            }
        }
        if line.columns > 9 { lines.append(line) }
        if let tls = record.tls { lines.append(self.tls(tls, verify: record.sslVerifyResult)) }
        if let count = record.redirectCount, count > 0 {
            var line = label("redirect").adding("\(count), to ", .dim)
            if let url = record.effectiveURL { line.add(URLText(url, revealing: scene.state.isRevealing).text) }
            lines.append(line)
        }
        return lines
    }

    private func tls(_ tls: TLSRecord, verify: Int?) -> StyledLine {
        var line = label("tls")
        let certificate = tls.certificates.first
        let parts: [(DisplayText, String?)] = [
            ("", tls.version), ("", tls.cipher), ("", certificate?.subject), ("issuer ", certificate?.issuer),
        ]
        for (name, value) in parts {
            guard let value, !value.isEmpty else { continue }
            if line.columns > 9 { line.add("  ") }
            line.add(name, .dim)
            line.add(DisplayText(sanitising: value, cap: 256))
        }
        if let end = certificate?.validUntil {
            line.add("  ")
            line.add(TLSPage.timeLeft(until: end, scene))
        }
        if let verify { line.add(verify == 0 ? "  verified" : "  verify error \(verify)", verify == 0 ? .ok : .err) }
        return line
    }

    private var waits: [StyledLine] {
        guard let waits = fetch.detail?.waits else { return [] }
        let parts: [(DisplayText, Duration)] = [
            ("slot ", waits.slot), ("host ", waits.host), ("rate ", waits.rate), ("retry ", waits.retry),
        ]
        let shown = parts.filter { $0.1 > .microseconds(500) }
        guard !shown.isEmpty else { return [] }
        var line = label("waited")
        for (name, length) in shown {
            line.add(name, .dim)
            line.add(Format.duration(length) + "  ")
        }
        return [line]
    }

    private var attempts: [StyledLine] {
        (fetch.detail?.attempts ?? []).filter { !$0.isGivenUp }.map {
            AttemptsPage.line($0, label: label("try \($0.number)"))
        }
    }

    private func label(_ text: DisplayText) -> StyledLine { subject.label(text) }
}
