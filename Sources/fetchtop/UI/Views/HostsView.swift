/// The hosts, one a line: what they do, how fast, how quick, and what holds them back.
///
/// ```
///   HOST                 RUN/LIM WAIT  DONE  ERR   P50   P99    BYTES    RATE      WHY
/// > cdn.example.net         6/6    40   312    2  42ms  1.2s    18.2M  4.1M/s ▁▃▅▇ retry-after until 12:03:10
/// ```
enum HostsView {
    static func draw(_ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        let hosts = scene.orders.hosts
        let nameWidth = nameWidth(hosts, scene.store, area.width)
        let room = area.width - 2 - nameWidth
        let columns =
            scene.state.settings.hostColumns.map { HostColumn.fitting(room, chosen: $0) } ?? HostColumn.fitting(room)
        var head = StyledLine(DisplayText("HOST").padded(to: nameWidth), Style(role: .dim, surface: .bar))
        for column in columns {
            head.add(" " + column.title.alignedRight(in: column.width), style: Style(role: .dim, surface: .bar))
        }
        head.add(" WHY NOT MORE", style: Style(role: .dim, surface: .bar))
        ListView.draw(scene, .hosts, hosts.count, heading: head, on: &grid, in: area) { index in
            let host = scene.store.hosts[hosts[index]]
            var line = StyledLine(name(host).truncated(to: nameWidth).padded(to: nameWidth), Style(role(host)))
            for column in columns {
                let (text, role) = column.value(of: host, scene, glyphs)
                line.add(" " + text.alignedRight(in: column.width), role)
            }
            line.add(" ")
            let (text, role) = why(host, scene, area.width - 2 - line.columns)
            line.add(text, role)
            return line
        }
    }

    /// As wide as the names in sight, so that what holds a host back has its place, too.
    static func nameWidth(_ hosts: OrderedList<HostEntry>, _ store: FetchStore, _ width: Int) -> Int {
        let names = hosts.prefix(200).map { name(store.hosts[$0]).columns }.max() ?? 0
        return max(12, min(names, width / 3, 40))
    }

    private static func name(_ host: Host) -> DisplayText {
        DisplayText(sanitising: Punycode.host(host.name), cap: 256)
    }

    private static func role(_ host: Host) -> Role {
        host.counts.inFlight > 0 ? .text : host.counts.pending > 0 ? .queued : .dim
    }

    /// What holds back those that wait, as their rows say it; nothing where nothing waits.
    private static func why(_ host: Host, _ scene: Scene, _ room: Int) -> (DisplayText, Role) {
        let counts = host.counts
        if counts[.queued] > 0, let reason = scene.store.queueReason(of: host.id) {
            return (why(reason, scene, room), .warn)
        }
        if counts[.queued] > 0 {
            return (scene.store.counts.inFlight < scene.run.concurrency ? "its turn" : "slot", .dim)
        }
        if counts[.backoff] > 0 { return ("back-off", .warn) }
        return counts[.paused] > 0 ? ("paused", .warn) : ("", .dim)
    }

    private static func why(_ reason: WaitReason, _ scene: Scene, _ room: Int) -> DisplayText {
        switch reason {
        case .host: return "host limit"
        case .pausedAll: return "fetching paused"
        case .draining: return "draining: will not start"
        case .rate(let until): return "rate, \(Format.duration(max(.zero, until - scene.now)))"
        case .retryAfter(let until):
            let left = Format.duration(max(.zero, until - scene.now))
            let long: DisplayText = "retry-after until \(WaitText.timeOfDay(until, scene)) (\(left))"
            return long.columns <= room ? long : "retry-after \(left)"
        default: return DisplayText(trusted: reason.word)
        }
    }
}
