/// What went wrong, grouped: how often, where, since when, and one of them.
///
/// ```
///   COUNT SHARE ERROR                  HOST                    FIRST    LAST  SAMPLE
/// >    61   54% 503                    api.example.com      00:00:12  2s ago #6633 /v1/items?page=3
/// ```
enum ErrorsView {
    static func draw(_ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        let groups = scene.orders.errors.compactMap { scene.index.errors.groups[$0] }
        let total = max(1, scene.index.errors.total)
        let hostWidth = area.width >= 100 ? 30 : area.width >= 60 ? 20 : 12
        var head = StyledLine()
        let style = Style(role: .dim, surface: .bar)
        head.add(" COUNT SHARE ERROR ", style: style)
        head.add(DisplayText("HOST").padded(to: hostWidth), style: style)
        if area.width >= 76 { head.add("    FIRST    LAST ", style: style) }
        head.add(" SAMPLE", style: style)
        ListView.draw(
            scene, .errors, groups.count, heading: head, on: &grid, in: area, empty: "no errors"
        ) { index in
            let group = groups[index]
            var line = StyledLine(Format.count(group.count).alignedRight(in: 6), Style(.strong))
            line.add(Format.percent(group.count, of: total).alignedRight(in: 6), .dim)
            line.add(" ")
            line.add(label(group.key).padded(to: 6), group.key.failure == nil && group.key.status < 500 ? .warn : .err)
            let host = DisplayText(sanitising: Punycode.host(scene.store.hosts[group.key.host].name), cap: 256)
            line.add(host.truncated(to: hostWidth).padded(to: hostWidth))
            if area.width >= 76 {
                line.add(" " + Format.clock(group.firstSeen - .start).alignedRight(in: 8), .dim)
                line.add(" " + Format.duration(scene.now - group.lastSeen).alignedRight(in: 6), .dim)
                line.add(" ")
            }
            let fetch = scene.store[group.sample]
            line.add(" \(DisplayText(trusted: group.sample.description)) ", .dim)
            if let message = fetch.detail?.attempts.last?.failure?.message {
                line.add(DisplayText(sanitising: message, cap: 512), .text)
            } else {
                line.add(URLText(scene.store.url(of: group.sample)).rest, .text)
            }
            return line
        }
    }

    static func label(_ key: ErrorGroups.Key) -> DisplayText {
        key.failure.map { DisplayText(trusted: $0.label) } ?? "\(key.status)"
    }

    /// The filter that shows the fetches of a group.
    static func filter(_ key: ErrorGroups.Key, _ store: FetchStore) -> String {
        let host = "host:\(store.hosts[key.host].name)"
        if let failure = key.failure { return "state:failed error:\(failure.label.lowercased()) \(host)" }
        return "state:http_error code:\(key.status) \(host)"
    }
}
