/// What happened, newest at the bottom; it follows the tail until one scrolls up.
enum LogView {
    static func draw(_ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        var area = area
        let heading = area.takeTop(1)
        grid.fill(heading, style: Style(role: .dim, surface: .bar))
        let entries = scene.index.log.entries
        let back = scene.state.logBack
        var title = StyledLine("TIME     EVENT", Style(role: .dim, surface: .bar))
        if back > 0 { title.add("   \(back) below: End follows again", style: Style(role: .warn, surface: .bar)) }
        grid.put(title, x: heading.x + 2, y: heading.y, width: heading.width - 2)
        guard !entries.isEmpty else {
            grid.put("nothing happened that is worth a line", x: area.x + 2, y: area.y, style: .dim, clip: area)
            return
        }
        let end = max(min(area.height, entries.count), entries.count - back)
        let shown = entries[max(0, end - area.height)..<end]
        for (offset, entry) in shown.enumerated() {
            grid.put(line(entry, scene), x: area.x + 2, y: area.y + offset, width: area.width - 2)
        }
    }

    private static func line(_ entry: RunLog.Entry, _ scene: Scene) -> StyledLine {
        var line = StyledLine(Format.clock(entry.at - .start) + " ", Style(.faint))
        let role: Role = entry.severity == .error ? .err : entry.severity == .warning ? .warn : .text
        switch entry.event {
        case .text(let text): line.add(text, role)
        case .failed(let id):
            let fetch = scene.store[id]
            add(id, to: &line)
            line.add(TableColumn.code(fetch).padded(to: 5), role)
            add(url: id, scene, to: &line)
            if let message = fetch.detail?.attempts.last?.failure?.message {
                line.add("  " + DisplayText(sanitising: message, cap: 512), .dim)
            }
        case .cancelled(let id):
            add(id, to: &line)
            line.add("cancelled ", role)
            add(url: id, scene, to: &line)
        case .backingOff(let id, let until):
            add(id, to: &line)
            line.add("retry after " + Format.duration(max(.zero, until - entry.at)) + "  ", role)
            add(url: id, scene, to: &line)
        case .paused(let id):
            add(id, to: &line)
            line.add("paused ", role)
            add(url: id, scene, to: &line)
        case .changed(let id, let old, let new):
            add(id, to: &line)
            line.add(DisplayText(trusted: "\(old.words) -> \(new.words)  "), role)
            add(url: id, scene, to: &line)
        }
        return line
    }

    private static func add(_ id: FetchID, to line: inout StyledLine) {
        line.add(DisplayText(trusted: id.description).padded(to: 7), .dim)
    }

    private static func add(url id: FetchID, _ scene: Scene, to line: inout StyledLine) {
        let url = URLText(scene.store.url(of: id), revealing: scene.state.isRevealing)
        line.add(url.host + url.rest.elided(to: 60))
    }
}
