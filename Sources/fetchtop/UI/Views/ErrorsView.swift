/// What went wrong, grouped: how often, where, since when, and one of them.
///
/// ```
///   COUNT SHARE ERROR HOST                    FIRST       LAST SAMPLE
/// >    61   54% 503   api.example.com      00:00:12     2s ago #6633 /v1/items?page=3
/// ```
enum ErrorsView {
    static func draw(_ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        let keys = scene.orders.errors
        let breadth = area.width
        let columns =
            scene.state.settings.errorColumns.map { ErrorColumn.fitting(breadth, chosen: $0) }
            ?? ErrorColumn.fitting(breadth)
        var head = StyledLine()
        let style = Style(role: .dim, surface: .bar)
        for column in columns { head.add(column.aligned(column.title, breadth) + " ", style: style) }
        head.add("SAMPLE", style: style)
        let idWidth = "#\(scene.store.count)".utf8.count
        ListView.draw(
            scene, .errors, keys.count, heading: head, on: &grid, in: area, empty: "no errors"
        ) { index in
            // Only those in sight are looked up: there may be as many as hosts.
            guard let group = scene.index.errors[keys[index]] else { return StyledLine() }
            var line = StyledLine()
            for column in columns {
                let (text, style) = column.value(of: group, scene, breadth)
                line.add(column.aligned(text, breadth) + " ", style: style)
            }
            let fetch = scene.store[group.sample]
            line.add(DisplayText(trusted: group.sample.description).padded(to: idWidth) + " ", .dim)
            if let message = fetch.detail?.attempts.last?.failure?.message {
                line.add(DisplayText(sanitising: message, cap: DisplayText.Cap.reason), .text)
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
