/// A column of the hosts' table, between the name and what holds the host back.
enum HostColumn: String, CaseIterable, Sendable {
    case running, waiting, done, errors, p50, p99, ttfb, retries, connections, bytes, rate, history

    var title: DisplayText {
        switch self {
        case .running: "RUN/LIM"
        case .waiting: "WAIT"
        case .done: "DONE"
        case .errors: "ERR"
        case .p50: "P50"
        case .p99: "P99"
        case .ttfb: "TTFB"
        case .retries: "RETRY"
        case .connections: "CONNS"
        case .bytes: "BYTES"
        case .rate: "RATE"
        case .history: "LAST 16 S"
        }
    }

    /// What stands in it, for the setup screen.
    var meaning: DisplayText {
        switch self {
        case .running: "running"
        case .waiting: "waiting"
        case .done: "finished"
        case .errors: "failed"
        case .p50: "median"
        case .p99: "slow 1%"
        case .ttfb: "1st byte"
        case .retries: "retries"
        case .connections: "opened"
        case .bytes: "received"
        case .rate: "speed"
        case .history: "history"
        }
    }

    var width: Int {
        switch self {
        case .running, .rate: 7
        case .errors, .retries, .connections: 5
        case .history: 16
        case .waiting, .done, .p50, .p99, .ttfb, .bytes: 6
        }
    }

    /// Where there is little room: lower is more wanted.
    private var rank: Int {
        switch self {
        case .running, .waiting, .done: 0
        case .errors: 1
        case .p50, .p99: 2
        case .rate: 3
        case .history: 4
        case .bytes: 5
        case .ttfb: 6
        case .retries, .connections: 7
        }
    }

    /// Those that fit, what matters most first; what is left of the line says why no more run.
    static func fitting(_ width: Int) -> [HostColumn] {
        // The reason is worth more than a figure: `retry-after until 12:03:10 (1m02s)`.
        var left = width - (width >= 84 ? 36 : 18)
        var ranks: Set<Int> = []
        for rank in 0...7 {
            let needed = allCases.filter { $0.rank == rank }.reduce(0) { $0 + $1.width + 1 }
            guard needed <= left || rank == 0 else { break }
            left -= needed
            ranks.insert(rank)
        }
        return allCases.filter { ranks.contains($0.rank) }
    }

    /// Those somebody chose, as far as they fit.
    static func fitting(_ width: Int, chosen: [HostColumn]) -> [HostColumn] {
        var left = width
        return chosen.filter { column in
            left -= column.width + 1
            return left >= 0
        }
    }

    func value(of host: Host, _ scene: Scene, _ glyphs: Glyphs) -> (text: DisplayText, role: Role) {
        switch self {
        case .running:
            ("\(host.counts.inFlight)/\(host.limit)", host.counts.inFlight >= host.limit ? .warn : .text)
        case .waiting: Self.count(host.counts.pending, .queued)
        case .done: Self.count(host.counts.finished, .text)
        case .errors: Self.count(host.counts.failures, .err)
        case .p50: Self.time(host.latency, 0.5)
        case .p99: Self.time(host.latency, 0.99)
        case .ttfb: Self.time(host.timeToFirstByte, 0.5)
        case .retries: Self.count(host.retries, .warn)
        case .connections: Self.count(host.connections, .text)
        case .bytes: (Format.bytes(host.receivedBytes), host.receivedBytes > 0 ? .text : .faint)
        case .rate: Self.rate(host.rate.perSecond(at: scene.now))
        case .history: (Self.history(host.rate.history(16, at: scene.now), glyphs), .receive)
        }
    }

    private static func count(_ value: Int, _ role: Role) -> (DisplayText, Role) {
        (Format.count(value), value > 0 ? role : .faint)
    }

    private static func time(_ histogram: Histogram?, _ fraction: Double) -> (DisplayText, Role) {
        (histogram?.percentile(fraction).map(Format.duration) ?? "-", histogram == nil ? .faint : .text)
    }

    private static func rate(_ rate: Double) -> (DisplayText, Role) {
        (rate > 0 ? Format.rate(rate) : "-", rate > 0 ? .receive : .faint)
    }

    /// Sixteen seconds of nothing are no news.
    private static func history(_ history: [Int], _ glyphs: Glyphs) -> DisplayText {
        history.contains { $0 > 0 } ? Sparkline.text(history, width: 16, glyphs: glyphs) : .empty
    }
}
