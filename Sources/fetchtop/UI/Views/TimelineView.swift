/// A browser's network waterfall: one row an attempt, a letter a phase, time from left to right.
///
/// ```
///   TIMELINE 10s                 00:02:04        00:02:09        00:02:14
///   + 4711 cdn.example.net/i~    dccttwwwwwwrrrrrrrrr
/// > R 4712 api.example.com/v~              wwwwwwwwwwwwwwwwrrrrrrrrrrrrr>
///   in flight                    ▂▂▂▂▂▂▂▂▂▇▇▇▇▇▇▇▇▇▇▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
/// ```
/// A cell shows the phase that fills most of it, and an attempt at least one cell: bars are as long as the time they took.
enum TimelineView {
    static func draw(_ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        var area = area
        let heading = area.takeTop(1)
        let footer = area.takeBottom(area.height >= 6 ? 1 : 0)
        let label = min(area.width >= 160 ? 58 : 40, max(10, area.width / 3))
        let chart = Rect(x: area.x + label + 1, y: area.y, width: area.width - label - 1, height: area.height)
        guard chart.width > 4 else { return }
        let axis = Axis(window: scene.timeline.window, width: chart.width)
        drawAxis(axis, label, on: &grid, in: heading, chart: chart)
        let rows = scene.timeline.rows
        let list = scene.state.list(.timeline)
        for (offset, start) in rows.dropFirst(list.top).prefix(area.height).enumerated() {
            let line = Rect(x: area.x, y: area.y + offset, width: area.width, height: 1)
            let row = Row(start, scene)
            grid.mark(line, .attempt(start))
            draw(row, scene, on: &grid, x: area.x + 2, y: line.y, width: label - 2)
            drawBar(row, axis, on: &grid, in: Rect(x: chart.x, y: line.y, width: chart.width, height: 1))
            guard list.top + offset == list.cursor else { continue }
            grid.lay(.selection, in: line)
            grid.put(">", x: line.x, y: line.y, style: Style(role: .accent, surface: .selection, emphasis: .bold))
        }
        if rows.isEmpty {
            grid.put(
                "nothing started in this time", x: area.x + 2, y: area.y + min(1, max(0, area.height - 1)), style: .dim,
                clip: area)
        }
        guard !footer.isEmpty else { return }
        grid.put("in flight", x: footer.x + 2, y: footer.y, style: .dim)
        grid.put(
            Sparkline.text(inFlight(rows, scene, axis), width: chart.width, glyphs: glyphs), x: chart.x, y: footer.y,
            style: Style(.accent))
    }

    /// The lines there are for bars in a body of so many.
    static func height(_ rows: Int) -> Int { max(1, rows >= 7 ? rows - 2 : rows - 1) }

    private struct Axis {
        let window: TimelineWindow
        let width: Int
        /// Where a moment lies, in columns; outside of the chart for one outside the time shown.
        func place(_ seconds: Double) -> Double { (seconds - window.start) / window.span * Double(width) }
    }

    /// An attempt: the one that runs or was the last, or one before it.
    private struct Row {
        let id: FetchID
        let begin: Double
        let spans: PhaseSpans
        let state: FetchState
        let code: DisplayText

        init(_ start: StartList.Start, _ scene: Scene) {
            let fetch = scene.store[start.id]
            id = start.id
            begin = (start.at - .start).inSeconds
            if fetch.startedAt != start.at, let attempt = fetch.attempt(startedAt: start.at) {
                spans = PhaseSpans(attempt)
                state = attempt.failure == nil ? .httpError : .failed
                code = attempt.failure.map { DisplayText(trusted: $0.kind.label) } ?? "\(attempt.record.statusCode)"
            } else {
                let live = fetch.id == scene.shownFetch ? scene.liveRecord : nil
                spans = PhaseSpans(fetch, live: live, at: scene.now)
                state = fetch.state
                code = TableColumn.code(fetch)
            }
        }
    }

    private static func drawAxis(_ axis: Axis, _ label: Int, on grid: inout Grid, in heading: Rect, chart: Rect) {
        let window = axis.window
        grid.fill(heading, style: Style(role: .dim, surface: .bar))
        var title = StyledLine("TIMELINE " + Format.seconds(window.span), Style(role: .dim, surface: .bar))
        if window.back > 0.05 {
            title.add("  " + Format.seconds(window.back) + " back", style: Style(role: .warn, surface: .bar))
        } else if title.columns + 9 <= label - 2 {
            title.add("  + - h l", style: Style(role: .faint, surface: .bar))
        }
        grid.put(title, x: heading.x + 2, y: heading.y, width: label - 2, clip: heading)
        // Round times, each over its column; where there is no room for two, the end is what one reads a clock for.
        let step = Self.steps.first { $0 >= window.span / Double(max(1, chart.width / 11)) } ?? window.span
        var seconds = chart.width < 20 ? window.end : (window.start / step).rounded(.up) * step
        var free = chart.x
        while seconds <= window.end + step / 1_000 {
            let text = step < 1 ? Format.precise(seconds) + "s" : Format.clock(.seconds(seconds.rounded()))
            let x = min(chart.maxX - text.columns, chart.x + Int(axis.place(seconds).rounded(.down)))
            if x >= free {
                grid.put(text, x: x, y: heading.y, style: Style(role: .dim, surface: .bar))
                free = x + text.columns + 2
            }
            seconds += step
        }
    }

    private static let steps: [Double] = [
        0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600,
    ]

    private static func draw(_ row: Row, _ scene: Scene, on grid: inout Grid, x: Int, y: Int, width: Int) {
        let look = StateLook(row.state)
        grid.put(look.letter, x: x, y: y, style: Style(look.role, .bold))
        let url = URLText(scene.store.url(of: row.id), revealing: scene.state.isRevealing)
        var column = x + 2
        if width >= 24 { column = grid.put("\(row.id.rawValue) ", x: column, y: y, style: .dim) }
        let parts = url.parts(in: x + width - column, withScheme: false)
        for (text, role) in parts { column = grid.put(text, x: column, y: y, style: Style(look.isOver ? .dim : role)) }
    }

    private static func drawBar(_ row: Row, _ axis: Axis, on grid: inout Grid, in place: Rect) {
        let (begin, end) = (axis.place(row.begin), axis.place(row.begin + row.spans.total))
        let first = max(0, Int(begin.rounded(.down)))
        let last = min(place.width, max(Int(end.rounded(.up)), Int(begin.rounded(.down)) + 1))
        guard first < last else { return }
        let spans = row.spans.spans.map { span in
            (span: span, from: axis.place(row.begin + span.start), to: axis.place(row.begin + span.end))
        }
        for cell in first..<last {
            func share(_ from: Double, _ to: Double) -> Double { min(to, Double(cell + 1)) - max(from, Double(cell)) }
            guard let most = spans.max(by: { share($0.from, $0.to) < share($1.from, $1.to) }) else { break }
            grid.put(most.span.letter, x: place.x + cell, y: place.y, style: Style(most.span.role), clip: place)
        }
        if row.spans.isRunning {
            grid.put(">", x: place.x + last - 1, y: place.y, style: Style(.accent, .bold), clip: place)
        } else if row.state.isFailure {
            let look = StateLook(row.state)
            let text = look.letter + " " + row.code
            guard let column = Self.place(of: text.columns, bar: first..<last, in: place.width) else { return }
            grid.put(text, x: place.x + column, y: place.y, style: Style(look.role), clip: place)
        }
    }

    /// Behind the bar, else before it, else over its end: half of a code would be another one.
    private static func place(of columns: Int, bar: Range<Int>, in width: Int) -> Int? {
        if bar.upperBound + columns <= width { return bar.upperBound }
        if bar.lowerBound > columns { return bar.lowerBound - columns - 1 }
        return columns <= width ? width - columns : nil
    }

    private static func inFlight(_ rows: [StartList.Start], _ scene: Scene, _ axis: Axis) -> [Int] {
        var steps = Array(repeating: 0, count: axis.width + 1)
        for start in rows {
            let begin = (start.at - .start).inSeconds
            let length = scene.store[start.id].length(of: start, at: scene.now) ?? 0
            steps[max(0, min(axis.width, Int(axis.place(begin).rounded(.down))))] += 1
            steps[max(0, min(axis.width, Int(axis.place(begin + length).rounded(.down)) + 1))] -= 1
        }
        var running = 0
        return steps.dropLast().map { step in
            running += step
            return running
        }
    }
}
