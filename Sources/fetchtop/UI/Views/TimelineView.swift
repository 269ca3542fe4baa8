/// A browser's network waterfall: one row an attempt, a letter a phase, time from left to right.
///
/// ```
///   00:02:04                 00:02:09                 00:02:14
///   4711 cdn.example.net/i~  ..dccttwwwwwwrrrrrrrrrrrrrrrrrrr>
///   4712 api.example.com/v~                  wwwwwwwwwwwwwwww>
///   in flight ▂▃▅▆▇▇▆▅▅▆▇█▇▆▅▆▇▇▆▅▄▅▆▇
/// ```
enum TimelineView {
    /// Seconds across the screen, by zoom step.
    static let spans: [Double] = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600]

    static func draw(_ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        var area = area
        let heading = area.takeTop(1)
        let footer = area.takeBottom(area.height >= 6 ? 1 : 0)
        let label = min(area.width >= 160 ? 56 : 38, max(8, area.width / 3))
        let chart = Rect(x: area.x + label + 1, y: area.y, width: area.width - label - 1, height: area.height)
        guard chart.width > 4 else { return }
        let span = spans[max(0, min(spans.count - 1, scene.state.timelineZoom))]
        // A run younger than the time shown begins at the left edge.
        let end = max(span, (scene.now - .start).inSeconds - scene.state.timelineShift * span / 4)
        let axis = Axis(start: end - span, span: span, width: chart.width)
        drawAxis(axis, back: scene.state.timelineShift * span / 4, label, on: &grid, in: heading, chart: chart)
        let rows = visible(scene, axis)
        let list = scene.state.list(.timeline)
        // The newest at the bottom, like a log, until one scrolls.
        let skip = max(
            0, min(rows.count - area.height, list.cursor == 0 ? rows.count : rows.count - area.height - list.cursor))
        for (offset, start) in rows.dropFirst(skip).prefix(area.height).enumerated() {
            let y = area.y + offset
            grid.mark(Rect(x: area.x, y: y, width: area.width, height: 1), .fetch(start.id))
            drawLabel(start.id, scene, on: &grid, x: area.x, y: y, width: label)
            drawBar(start, axis, scene, on: &grid, in: Rect(x: chart.x, y: y, width: chart.width, height: 1))
        }
        if rows.isEmpty { grid.put("nothing started in this time", x: area.x + 2, y: area.y, style: .dim, clip: area) }
        guard !footer.isEmpty else { return }
        grid.put("in flight", x: footer.x + 2, y: footer.y, style: .dim)
        let counts = inFlight(rows, scene, axis)
        grid.put(
            Sparkline.text(counts, width: chart.width, glyphs: glyphs), x: chart.x, y: footer.y, style: Style(.accent))
    }

    private struct Axis {
        let start: Double
        let span: Double
        let width: Int
        var end: Double { start + span }
        /// The column of a moment; outside the chart for one outside the time shown.
        func column(_ seconds: Double) -> Int { Int(((seconds - start) / span * Double(width)).rounded(.down)) }
    }

    /// Attempts that touch the time shown, in the order they started.
    private static func visible(_ scene: Scene, _ axis: Axis) -> [StartList.Start] {
        var rows: [StartList.Start] = []
        for start in scene.index.starts.elements.reversed() {
            let begin = (start.at - .start).inSeconds
            if begin > axis.end { continue }
            let fetch = scene.store[start.id]
            let isCurrent = fetch.startedAt == start.at
            let length = isCurrent ? (fetch.elapsed(at: scene.now) ?? .zero).inSeconds : 0
            if begin + length < axis.start, !(isCurrent && fetch.state.isInFlight) {
                // Long before: only what is still in flight can reach into the window.
                if begin < axis.start - 120 { break }
                continue
            }
            if isCurrent { rows.append(start) }
            if rows.count >= 1_000 { break }
        }
        return rows.reversed()
    }

    private static func drawAxis(
        _ axis: Axis, back: Double, _ label: Int, on grid: inout Grid, in heading: Rect, chart: Rect
    ) {
        grid.fill(heading, style: Style(role: .dim, surface: .bar))
        var title = StyledLine("TIMELINE " + Format.seconds(axis.span), Style(role: .dim, surface: .bar))
        if back > 0 {
            title.add("  " + Format.seconds(back) + " back ", style: Style(role: .warn, surface: .bar))
        } else {
            title.add("  + - h l", style: Style(role: .faint, surface: .bar))
        }
        grid.put(title, x: heading.x + 2, y: heading.y, width: label - 1, clip: heading)
        let ticks = max(1, chart.width / 22)
        for tick in 0...ticks {
            let seconds = axis.start + axis.span * Double(tick) / Double(ticks)
            guard seconds >= 0 else { continue }
            let text =
                axis.span < 10
                ? Format.fixed(seconds) + "s" : Format.clock(.milliseconds(Int64(seconds * 1000)))
            let x = chart.x + min(chart.width - text.columns, tick * chart.width / ticks)
            grid.put(text, x: x, y: heading.y, style: Style(role: .dim, surface: .bar))
        }
    }

    private static func drawLabel(_ id: FetchID, _ scene: Scene, on grid: inout Grid, x: Int, y: Int, width: Int) {
        let fetch = scene.store[id]
        let look = StateLook(fetch.state)
        grid.put(look.letter, x: x, y: y, style: Style(look.role, .bold))
        let url = URLText(scene.store.url(of: id), revealing: scene.state.isRevealing)
        var column = x + 2
        if width > 24 {
            column = grid.put("\(id.rawValue) ", x: column, y: y, style: .dim)
        }
        let parts = url.parts(in: x + width - column, withScheme: false)
        for (text, role) in parts { column = grid.put(text, x: column, y: y, style: Style(look.isOver ? .dim : role)) }
    }

    private static func drawBar(
        _ start: StartList.Start, _ axis: Axis, _ scene: Scene, on grid: inout Grid, in place: Rect
    ) {
        let fetch = scene.store[start.id]
        let begin = (start.at - .start).inSeconds
        let spans = PhaseSpans(fetch, live: nil, at: scene.now)
        var drawn = Int.min
        for span in spans.spans {
            let from = max(0, max(drawn, axis.column(begin + span.start)))
            let to = min(place.width, max(from + 1, axis.column(begin + span.end)))
            guard to > from, from < place.width else { continue }
            let text = DisplayText.repeating(span.letter, to - from)
            grid.put(text, x: place.x + from, y: place.y, style: Style(span.role), clip: place)
            drawn = to
        }
        guard drawn > 0 else { return }
        if spans.isRunning {
            grid.put(
                ">", x: place.x + min(place.width, drawn) - 1, y: place.y, style: Style(.accent, .bold), clip: place)
        } else if fetch.state.isFailure, drawn < place.width {
            let look = StateLook(fetch.state)
            grid.put(
                look.letter + " " + TableColumn.code(fetch), x: place.x + drawn, y: place.y, style: Style(look.role),
                clip: place)
        }
    }

    private static func inFlight(_ rows: [StartList.Start], _ scene: Scene, _ axis: Axis) -> [Int] {
        var steps = Array(repeating: 0, count: axis.width + 1)
        for start in rows {
            let fetch = scene.store[start.id]
            let begin = (start.at - .start).inSeconds
            let length = (fetch.elapsed(at: scene.now) ?? .zero).inSeconds
            steps[max(0, min(axis.width, axis.column(begin)))] += 1
            steps[max(0, min(axis.width, axis.column(begin + length) + 1))] -= 1
        }
        var running = 0
        return steps.dropLast().map { step in
            running += step
            return running
        }
    }
}
