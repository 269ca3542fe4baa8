/// The hosts, one a line: what they do, how fast, how quick, and what holds them back.
///
/// ```
///   HOST                 RUN/LIM WAIT  DONE  ERR   P50   P99    BYTES    RATE      WHY
/// > cdn.example.net         6/6    40   312    2  42ms  1.2s    18.2M  4.1M/s ▁▃▅▇ retry-after until 12:03:10
/// ```
enum HostsView {
    static func draw(_ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        let hosts = scene.orders.hosts
        // As wide as the names in sight, so that what holds a host back has its place, too.
        let names = hosts.prefix(200).map { name(scene.store.hosts[$0]).columns }.max() ?? 0
        let nameWidth = max(12, min(names, area.width / 3, 40))
        let heading = fields(area.width - 2 - nameWidth)
        var head = StyledLine(DisplayText("HOST").padded(to: nameWidth), Style(role: .dim, surface: .bar))
        for field in heading {
            head.add(" " + field.title.alignedRight(in: field.width), style: Style(role: .dim, surface: .bar))
        }
        head.add(" WHY NOT MORE", style: Style(role: .dim, surface: .bar))
        ListView.draw(scene, .hosts, hosts.count, heading: head, on: &grid, in: area) { index in
            let host = scene.store.hosts[hosts[index]]
            var line = StyledLine(name(host).truncated(to: nameWidth).padded(to: nameWidth), Style(role(host)))
            for field in heading {
                let (text, role) = field.value(host, scene, glyphs)
                line.add(" " + text.alignedRight(in: field.width), role)
            }
            line.add(" ")
            if let reason = host.gate.reason {
                let room = area.width - 2 - line.columns
                line.add(why(reason, scene, room), .warn)
            } else if host.counts.pending > 0 {
                line.add("slot", .dim)
            }
            return line
        }
    }

    private static func name(_ host: Host) -> DisplayText {
        DisplayText(sanitising: Punycode.host(host.name), cap: 256)
    }

    private static func role(_ host: Host) -> Role {
        host.counts.inFlight > 0 ? .text : host.counts.pending > 0 ? .queued : .dim
    }

    private static func why(_ reason: WaitReason, _ scene: Scene, _ room: Int) -> DisplayText {
        switch reason {
        case .host: return "host limit"
        case .rate(let until): return "rate, \(Format.duration(max(.zero, until - scene.now)))"
        case .retryAfter(let until):
            let left = Format.duration(max(.zero, until - scene.now))
            let long: DisplayText = "retry-after until \(WaitText.timeOfDay(until, scene)) (\(left))"
            return long.columns <= room ? long : "retry-after \(left)"
        default: return DisplayText(trusted: reason.word)
        }
    }

    private struct Field {
        let title: DisplayText
        let width: Int
        let value: (Host, Scene, Glyphs) -> (DisplayText, Role)
    }

    /// The fields that fit, those that matter most first; what is left of the line says why no more run.
    private static func fields(_ width: Int) -> [Field] {
        func count(_ value: Int, _ role: Role = .text) -> (DisplayText, Role) {
            (Format.count(value), value > 0 ? role : .faint)
        }
        func time(_ histogram: Histogram?, _ fraction: Double) -> (DisplayText, Role) {
            (histogram?.percentile(fraction).map(Format.duration) ?? "-", histogram == nil ? .faint : .text)
        }
        let all: [(rank: Int, field: Field)] = [
            (
                0,
                Field(title: "RUN/LIM", width: 7) { host, _, _ in
                    ("\(host.counts.inFlight)/\(host.limit)", host.counts.inFlight >= host.limit ? .warn : .text)
                }
            ),
            (0, Field(title: "WAIT", width: 6) { host, _, _ in count(host.counts.pending, .queued) }),
            (0, Field(title: "DONE", width: 6) { host, _, _ in count(host.counts.finished) }),
            (1, Field(title: "ERR", width: 5) { host, _, _ in count(host.counts.failures, .err) }),
            (2, Field(title: "P50", width: 6) { host, _, _ in time(host.latency, 0.5) }),
            (2, Field(title: "P99", width: 6) { host, _, _ in time(host.latency, 0.99) }),
            (6, Field(title: "TTFB", width: 6) { host, _, _ in time(host.timeToFirstByte, 0.5) }),
            (7, Field(title: "RETRY", width: 5) { host, _, _ in count(host.retries, .warn) }),
            (
                5,
                Field(title: "BYTES", width: 6) { host, _, _ in
                    (Format.bytes(host.receivedBytes), host.receivedBytes > 0 ? .text : .faint)
                }
            ),
            (
                3,
                Field(title: "RATE", width: 7) { host, scene, _ in
                    let rate = host.rate.perSecond(at: scene.now)
                    return (rate > 0 ? Format.rate(rate) : "-", rate > 0 ? .receive : .faint)
                }
            ),
            (
                4,
                Field(title: "LAST 16 S", width: 16) { host, scene, glyphs in
                    (Sparkline.text(host.rate.history(16, at: scene.now), width: 16, glyphs: glyphs), .receive)
                }
            ),
        ]
        // The reason is worth more than a figure: `retry-after until 12:03:10 (1m02s)`.
        var left = width - (width >= 84 ? 36 : 18)
        var ranks: Set<Int> = [0]
        left -= all.filter { $0.rank == 0 }.reduce(0) { $0 + $1.field.width + 1 }
        for rank in 1...7 {
            let needed = all.filter { $0.rank == rank }.reduce(0) { $0 + $1.field.width + 1 }
            guard needed <= left else { break }
            left -= needed
            ranks.insert(rank)
        }
        return all.filter { ranks.contains($0.rank) }.map(\.field)
    }
}
