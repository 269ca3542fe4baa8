/// Every fetch a cell, or as many a cell as it takes to show them all; the most urgent of a cell shows.
enum MapView {
    /// How many fetches a cell stands for.
    static func perCell(_ count: Int, _ area: Size) -> Int {
        let cells = max(1, area.columns * area.rows)
        return max(1, (count + cells - 1) / cells)
    }

    /// The cells that there is room for in a body: without the heading, and the legend where there is one.
    static func cells(_ body: Size) -> Size {
        Size(columns: max(1, body.columns), rows: max(1, body.rows >= 5 ? body.rows - 2 : body.rows - 1))
    }

    static func draw(_ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        var area = area
        let heading = area.takeTop(1)
        grid.fill(heading, style: Style(role: .dim, surface: .bar))
        let legend = area.takeBottom(area.height >= 4 ? 1 : 0)
        let count = scene.store.count
        let perCell = perCell(count, area.size)
        let cursor = max(0, min(scene.state.mapCursor, (count - 1) / perCell))
        var title = StyledLine("\(count) fetches", Style(role: .dim, surface: .bar))
        if perCell > 1 { title.add(", \(perCell) a cell, the worst shows", style: Style(role: .dim, surface: .bar)) }
        if count > 0 {
            let first = cursor * perCell + 1
            let last = min(count, first + perCell - 1)
            title.add(
                first == last ? "   #\(first)" : "   #\(first)-\(last)", style: Style(role: .accent, surface: .bar))
            let url = URLText(scene.store.url(of: FetchID(index: first - 1)))
            title.add("  " + url.host + url.rest, style: Style(role: .dim, surface: .bar))
        }
        grid.put(title, x: heading.x + 2, y: heading.y, width: heading.width - 2)
        guard count > 0, !area.isEmpty else { return }
        let states = scene.index.states
        grid.mark(area, .cells(columns: area.width))
        for cell in 0..<min(area.width * area.height, (count + perCell - 1) / perCell) {
            guard let state = states.worst(in: cell * perCell..<min(count, (cell + 1) * perCell)) else { continue }
            let look = StateLook(state)
            let x = area.x + cell % area.width
            let y = area.y + cell / area.width
            let text = state == .queued ? glyphs.track : look.letter
            grid.put(
                text, x: x, y: y,
                style: Style(
                    role: look.role, surface: cell == cursor ? .selection : .plain,
                    emphasis: cell == cursor ? .bold : []))
        }
        drawLegend(on: &grid, in: legend)
    }

    private static func drawLegend(on grid: inout Grid, in area: Rect) {
        guard !area.isEmpty else { return }
        var line = StyledLine()
        let states: [(FetchState, DisplayText)] = [
            (.succeeded, "ok"), (.httpError, "4xx 5xx"), (.failed, "failed"), (.receiving, "recv"), (.waiting, "wait"),
            (.backoff, "back-off"), (.cancelled, "cancelled"),
        ]
        for (state, name) in states {
            let look = StateLook(state)
            line.add(look.letter, style: Style(look.role, .bold))
            line.add(" " + name + "  ", .dim)
        }
        let hint: DisplayText = "Enter filters to the cell"
        if line.columns + hint.columns <= area.width - 2 { line.add(hint, .faint) }
        grid.put(line, x: area.x + 2, y: area.y, width: area.width - 2)
    }
}
