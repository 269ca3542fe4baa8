/// The lines of the details, top to bottom: what it is, where the time went, the connection, attempts, headers.
struct DetailsText {
    private let fetch: Fetch
    private let scene: Scene
    private let glyphs: Glyphs
    private let width: Int
    private let record: TransferRecord?

    init(_ id: FetchID, _ scene: Scene, _ glyphs: Glyphs, width: Int) {
        fetch = scene.store[id]
        self.scene = scene
        self.glyphs = glyphs
        self.width = width
        record = fetch.state.isInFlight ? scene.liveRecord : fetch.detail?.attempts.last?.record
    }

    var lines: [StyledLine] {
        heading + waterfall + [StyledLine()] + progress + connection + waits + attempts + headers
    }

    // MARK: - What it is

    private var heading: [StyledLine] {
        let look = StateLook(fetch.state)
        var right = StyledLine()
        right.add(look.letter, style: Style(look.role, .bold))
        right.add(" ")
        right.add(DisplayText(trusted: fetch.state.word), look.role)
        if let progress = fetch.progress, fetch.state.isInFlight { right.add(" \(Int(progress * 100))%") }
        right.add("  try \(fetch.attempts)", .dim)
        var line = StyledLine()
        line.add(DisplayText(trusted: fetch.id.description), style: Style(.strong, .bold))
        line.add(" ")
        line.add(DisplayText(sanitising: fetch.extras?.values.method ?? "GET", cap: 32), .accent)
        line.add(" ")
        let url = URLText(scene.store.url(of: fetch.id), revealing: scene.state.isRevealing)
        let room = width - line.columns - right.columns - 2
        for (text, role) in url.parts(in: max(0, room)) { line.add(text, role) }
        line.tab(to: width - right.columns)
        line.add(right)
        var result = [line]
        if url.text.columns > room, scene.state.details.isOpen {
            // What does not fit goes on below: nobody should have to guess a URL's end.
            var rest = url.text
            while !rest.isEmpty, result.count < 6 {
                let piece = rest.prefix(max(1, width - 2))
                result.append(StyledLine("  ").adding(piece, .dim))
                rest = rest.suffix(rest.columns - piece.columns)
            }
        }
        if let reason = scene.store.waitReason(of: fetch.id) {
            result.append(StyledLine("waits for ", .dim).adding(WaitText.text(reason, fetch, scene), .warn))
        }
        if let failure = fetch.detail?.attempts.last?.failure, fetch.state != .succeeded {
            var line = StyledLine(DisplayText(trusted: failure.kind.label) + " ", Style(.err, .bold))
            line.add(DisplayText(sanitising: failure.message, cap: 1024), .err)
            result.append(line)
        }
        return result
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
        var lines = [row("queue", bar(0, lead, ".", .queued), Format.spacedDuration(.seconds(queue)))]
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

    private var progress: [StyledLine] {
        guard fetch.attempts > 0 else { return [] }
        var line = label("body")
        line.add(Format.bytes(fetch.receivedBytes))
        if let expected = fetch.expectedBytes { line.add(" of " + Format.bytes(expected), .dim) }
        if let rate = fetch.rate(at: scene.now) {
            line.add("  avg ", .dim)
            line.add(Format.rate(rate))
            if let expected = fetch.expectedBytes, fetch.state == .receiving, rate > 0 {
                line.add("  eta ", .dim)
                line.add(Format.seconds(Double(max(0, expected - fetch.receivedBytes)) / rate))
            }
        }
        if let type = record?.contentType { line.add("  " + DisplayText(sanitising: type, cap: 128), .dim) }
        if let file = fetch.detail?.saved?.fileName {
            line.add("  -> " + DisplayText(sanitising: file, cap: 512), .accent)
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
            line.add(record.connectCount > 0 ? "  new" : "  reused", .dim)
        }
        if let ip = record.remoteIP, !ip.isEmpty {
            line.add("  " + DisplayText(sanitising: ip, cap: 64) + ":\(record.remotePort ?? 0)")
            if let local = record.localIP {
                line.add(" <- " + DisplayText(sanitising: local, cap: 64) + ":\(record.localPort ?? 0)", .dim)
            }
        }
        if line.columns > 9 { lines.append(line) }
        if let tls = record.tls { lines.append(self.tls(tls, verify: record.sslVerifyResult)) }
        if record.redirectCount > 0 {
            var line = label("redirect").adding("\(record.redirectCount) to ", .dim)
            if let url = record.effectiveURL { line.add(URLText(url, revealing: scene.state.isRevealing).text) }
            lines.append(line)
        }
        return lines
    }

    private func tls(_ tls: TLSRecord, verify: Int?) -> StyledLine {
        var line = label("tls")
        let parts: [(DisplayText, String?)] = [
            ("", tls.version), ("", tls.cipher), ("subject ", tls.certificateSubject),
            ("issuer ", tls.certificateIssuer),
            ("until ", tls.certificateExpiry),
        ]
        for (name, value) in parts {
            guard let value, !value.isEmpty else { continue }
            if line.columns > 9 { line.add("  ") }
            line.add(name, .dim)
            line.add(DisplayText(sanitising: value, cap: 256))
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

    // MARK: - Attempts and headers

    private var attempts: [StyledLine] {
        (fetch.detail?.attempts ?? []).map { attempt in
            var line = label("try \(attempt.number)")
            if let failure = attempt.failure {
                line.add(DisplayText(trusted: failure.kind.label) + " ", .err)
                line.add(DisplayText(sanitising: failure.message, cap: 256), .dim)
            } else {
                let isGood = attempt.record.statusCode < 400
                line.add("\(attempt.record.statusCode)", isGood ? .ok : .warn)
            }
            line.add("  " + Format.duration(attempt.finishedAt - attempt.startedAt))
            if let after = attempt.retryAfter { line.add("  Retry-After " + Format.duration(after), .warn) }
            if let backoff = attempt.backoff { line.add("  -> next after " + Format.duration(backoff), .warn) }
            return line
        }
    }

    private var headers: [StyledLine] {
        guard let head = fetch.detail?.head else { return [] }
        let headers = head.headers
        guard scene.state.details.showsHeaders else {
            return headers.isEmpty ? [] : [label("headers").adding("\(headers.count), # shows them", .faint)]
        }
        return [StyledLine()]
            + headers.map { header in
                var line = StyledLine(DisplayText(sanitising: header.name, cap: 256) + ": ", Style(.accent))
                let value = DisplayText(sanitising: header.value, cap: DisplayText.Cap.header)
                line.add(scene.state.isRevealing ? value : Secrets.masked(header: header.name, value: value))
                return line
            }
    }

    private func label(_ text: DisplayText) -> StyledLine { StyledLine(text.padded(to: 9), .dim) }
}
