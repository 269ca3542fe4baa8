/// The phases of an attempt with their beginnings and ends, made from curl's cumulative times.
struct PhaseSpans {
    struct Span: Equatable {
        let role: Role
        let letter: DisplayText
        let start: Double
        let end: Double
        var length: Double { end - start }
    }

    private(set) var spans: [Span] = []
    /// Seconds from the start of the attempt to its end, or to now.
    private(set) var total = 0.0
    let isRunning: Bool

    private static let least = Double(PhaseTimes.leastMicroseconds) * 1e-6

    init(_ fetch: Fetch, live: TransferRecord?, at now: Moment) {
        isRunning = fetch.state.isInFlight
        total = fetch.elapsed(at: now)?.inSeconds ?? 0
        guard fetch.attempts > 0 else { return }
        let times = live?.times
        if isRunning || fetch.detail?.attempts.last?.record.isOnOldConnection != true {
            addConnection(
                lookup: times?.nameLookup ?? fetch.times.nameLookup, connect: times?.connect ?? fetch.times.connect,
                secure: times?.appConnect ?? fetch.times.appConnect)
        }
        let start = addWait(times?.startTransfer ?? fetch.times.startTransfer)
        if isRunning {
            // The phase it is in reaches up to now.
            let look = StateLook(fetch.state)
            add(look.role, DisplayText(trusted: String(fetch.state.letter).lowercased()), to: total)
        } else {
            addEnd(hasAnswer: start && fetch.status > 0, failPhase: fetch.failPhase)
        }
    }

    /// The phases of an attempt that is over.
    init(_ attempt: Attempt) {
        isRunning = false
        total = Double(attempt.totalNanoseconds) * 1e-9
        let times = attempt.record.times
        if !attempt.record.isOnOldConnection {
            addConnection(lookup: times.nameLookup, connect: times.connect, secure: times.appConnect)
        }
        let start = addWait(times.startTransfer)
        addEnd(hasAnswer: start && attempt.record.statusCode > 0, failPhase: attempt.failure?.phase)
    }

    private var end: Double { spans.last?.end ?? 0 }

    private mutating func add(_ role: Role, _ letter: DisplayText, to end: Double?) {
        guard let end, end > self.end else { return }
        spans.append(Span(role: role, letter: letter, start: self.end, end: min(end, max(total, end))))
    }

    private mutating func addConnection(lookup: Duration?, connect: Duration?, secure: Duration?) {
        if let lookup, lookup.inSeconds >= Self.least { add(.dns, "d", to: lookup.inSeconds) }
        // While it runs, nothing else tells whether the connection is new.
        if let connect, !isRunning || connect.inSeconds >= Self.least { add(.connect, "c", to: connect.inSeconds) }
        if let secure, !isRunning || secure.inSeconds >= Self.least { add(.tls, "t", to: secure.inSeconds) }
    }

    /// Whether there was a first byte. Zero means "not yet" while a transfer runs, in libcurl's figures.
    private mutating func addWait(_ start: Duration?) -> Bool {
        guard let start, start > .zero else { return false }
        add(.wait, "w", to: start.inSeconds)
        return true
    }

    /// The rest of the time belongs to what it was doing when it ended: a refused connection never waited.
    private mutating func addEnd(hasAnswer: Bool, failPhase: FailPhase?) {
        if hasAnswer { return add(.receive, "r", to: total) }
        switch failPhase {
        case .dns: add(.dns, "d", to: total)
        case .connect: add(.connect, "c", to: total)
        case .tls: add(.tls, "t", to: total)
        case .request: add(.upload, "u", to: total)
        case .queue, .response, .body, .write, .policy, nil: add(.wait, "w", to: total)
        }
    }

    func span(_ role: Role) -> Span? {
        let parts = spans.filter { $0.role == role }
        guard let first = parts.first, let last = parts.last else { return nil }
        return Span(role: role, letter: first.letter, start: first.start, end: last.end)
    }

    /// A bar of `width` cells, `dccttwwwwwrrrrr>`: each phase at its share, at least one cell if there is room.
    func bar(width: Int) -> StyledLine {
        var line = StyledLine()
        guard total > 0, width > 0 else { return StyledLine(.spaces(width)) }
        var column = 0
        for (index, span) in spans.enumerated() {
            let left = spans.count - index - 1
            let end = index == spans.count - 1 ? width : Int((span.end / total * Double(width)).rounded())
            let cut = max(column + (column < width - left ? 1 : 0), min(width - left, end))
            guard cut > column else { continue }
            line.add(.repeating(span.letter, cut - column), span.role)
            column = cut
        }
        guard isRunning, column == width, width > 1 else { return line }
        var running = StyledLine()
        for (index, piece) in line.spans.enumerated() {
            let isLast = index == line.spans.count - 1
            running.add(isLast ? piece.text.prefix(piece.text.columns - 1) : piece.text, style: piece.style)
            if isLast { running.add(">", style: piece.style) }
        }
        return running
    }
}
