/// The hosts, one a line: what they do, how fast, how quick, and what holds them back.
///
/// ```
///   HOST                 RUN/LIM WAIT  DONE  ERR   P50   P99    BYTES    RATE      WHY
/// > cdn.example.net         6/6    40   312    2  42ms  1.2s    18.2M  4.1M/s ▁▃▅▇ retry-after until 12:03:10
/// ```
enum HostsView {
    static func draw(_ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        let hosts = scene.orders.hosts
        let heading: [Field] = fields(area.width)
        let used = heading.reduce(0) { $0 + $1.width + 1 }
        // The reason why no more run needs its place as much as the name.
        let nameWidth = max(12, min(40, area.width - used - (area.width >= 100 ? 34 : 16)))
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
                line.add(why(reason, host, scene), .warn)
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

    private static func why(_ reason: WaitReason, _ host: Host, _ scene: Scene) -> DisplayText {
        switch reason {
        case .host: "host limit"
        case .rate(let until): "rate, \(Format.duration(max(.zero, until - scene.now)))"
        case .retryAfter(let until):
            "retry-after \(WaitText.timeOfDay(until, scene)) (\(Format.duration(max(.zero, until - scene.now))))"
        default: DisplayText(trusted: reason.word)
        }
    }

    private struct Field {
        let title: DisplayText
        let width: Int
        let value: (Host, Scene, Glyphs) -> (DisplayText, Role)
    }

    private static func fields(_ width: Int) -> [Field] {
        func count(_ value: Int, _ role: Role = .text) -> (DisplayText, Role) {
            (Format.count(value), value > 0 ? role : .faint)
        }
        func time(_ histogram: Histogram?, _ fraction: Double) -> (DisplayText, Role) {
            (histogram?.percentile(fraction).map(Format.duration) ?? "-", .text)
        }
        var fields = [
            Field(title: "RUN/LIM", width: 7) { host, _, _ in
                ("\(host.counts.inFlight)/\(host.limit)", host.counts.inFlight >= host.limit ? .warn : .text)
            },
            Field(title: "WAIT", width: 6) { host, _, _ in count(host.counts.pending, .queued) },
            Field(title: "DONE", width: 6) { host, _, _ in count(host.counts.finished) },
            Field(title: "ERR", width: 5) { host, _, _ in count(host.counts.failures, .err) },
        ]
        if width >= 60 {
            fields.append(Field(title: "P50", width: 6) { host, _, _ in time(host.latency, 0.5) })
            fields.append(Field(title: "P99", width: 6) { host, _, _ in time(host.latency, 0.99) })
        }
        if width >= 76 {
            fields.append(
                Field(title: "RATE", width: 7) { host, scene, _ in
                    (Format.rate(host.rate.perSecond(at: scene.now)), .receive)
                })
        }
        if width >= 140 {
            fields.append(Field(title: "BYTES", width: 6) { host, _, _ in (Format.bytes(host.receivedBytes), .text) })
            fields.append(Field(title: "RETRY", width: 5) { host, _, _ in count(host.retries, .warn) })
            fields.append(Field(title: "TTFB", width: 6) { host, _, _ in time(host.timeToFirstByte, 0.5) })
            fields.append(
                Field(title: "", width: 16) { host, scene, glyphs in
                    (Sparkline.text(host.rate.history(16, at: scene.now), width: 16, glyphs: glyphs), .receive)
                })
        }
        return fields
    }
}
