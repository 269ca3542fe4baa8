/// The setup screen, low on the screen so that the header and the first rows show what changes.
///
/// ```
/// ┌─ Setup ───────────────────────────────────────────────────────────────┐
/// │ Columns               Meters               Display                     │
/// │ > [x] ID    number      [x] Job   progress   Theme      auto (dark)    │
/// │   [x] S     state       [x] Net   traffic    Colours    auto (256)     │
/// ```
enum SetupView {
    private static let widths: [Setup.Panel: Int] = [.columns: 23, .meters: 21, .display: 28]

    static func draw(
        _ setup: Setup, _ settings: DisplaySettings, _ capabilities: Capabilities, _ glyphs: Glyphs,
        on grid: inout Grid
    ) {
        let screen = grid.bounds
        guard screen.width >= 20, screen.height >= 5 else {
            grid.fill(Rect(x: 0, y: 0, width: screen.width, height: 1), style: .text)
            grid.put(
                line(setup, setup.panel, setup.cursor(setup.panel), settings, capabilities), x: 0, y: 0,
                width: screen.width)
            return
        }
        let all = widths.values.reduce(4, +) + 2
        let panels = screen.width >= all + 2 ? Setup.Panel.allCases : [setup.panel]
        let needed = panels.reduce(4) { $0 + (widths[$1] ?? 0) } + panels.count - 1
        // A narrow strip of what lies below on both sides would only disturb.
        let width = screen.width - needed < 12 ? screen.width : needed
        let longest = panels.map(setup.count).max() ?? 0
        let height = min(screen.height, longest + 5)
        let area = Rect(x: (screen.width - width) / 2, y: screen.height - height, width: width, height: height)
        grid.fill(area, style: .text)
        Frame.draw("Setup", area, glyphs, on: &grid)
        var inner = area.inset(2, 1)
        drawKeys(on: &grid, in: inner.takeBottom(inner.height > 3 ? 1 : 0))
        if inner.height > 5 { _ = inner.takeBottom(1) }
        for panel in panels {
            let place = inner.takeLeft(panel == panels.last ? inner.width : widths[panel] ?? 0)
            _ = inner.takeLeft(1)
            draw(panel, setup, settings, capabilities, on: &grid, in: place)
        }
    }

    private static func draw(
        _ panel: Setup.Panel, _ setup: Setup, _ settings: DisplaySettings, _ capabilities: Capabilities,
        on grid: inout Grid, in area: Rect
    ) {
        var area = area
        let isActive = panel == setup.panel
        let top = area.takeTop(1)
        grid.put(
            setup.title(panel), x: top.x, y: top.y, style: isActive ? Style(.accent, .bold) : Style(.dim, .bold),
            clip: top)
        let cursor = setup.cursor(panel)
        let count = setup.count(panel)
        let skip = max(0, min(cursor - area.height + 1, count - area.height))
        for place in skip..<min(count, skip + area.height) {
            let row = Rect(x: area.x, y: area.y + place - skip, width: area.width, height: 1)
            grid.mark(row, .setting(panel, place))
            grid.put(line(setup, panel, place, settings, capabilities), x: row.x, y: row.y, width: row.width, clip: row)
            if isActive, place == cursor { grid.lay(.selection, in: row) }
        }
    }

    private static func line(
        _ setup: Setup, _ panel: Setup.Panel, _ place: Int, _ settings: DisplaySettings, _ capabilities: Capabilities
    ) -> StyledLine {
        switch panel {
        case .columns:
            let entry = setup.columns[place]
            let width = max(7, (setup.columns.map(\.element.title.columns).max() ?? 0) + 1)
            return check(entry.isShown, entry.element.title, width: width, entry.element.meaning)
        case .meters:
            let entry = setup.meters[place]
            return check(entry.isShown, entry.element.title, width: 5, entry.element.meaning)
        case .display:
            let item = DisplayItem.allCases[place]
            var line = StyledLine(" ")
            line.add(item.title.padded(to: 11))
            line.add(item.value(settings, capabilities), .accent)
            return line
        }
    }

    private static func check(_ isShown: Bool, _ title: DisplayText, width: Int, _ meaning: DisplayText) -> StyledLine {
        var line = StyledLine(" [", .faint)
        line.add(isShown ? "x" : " ", style: Style(.ok, .bold))
        line.add("] ", .faint)
        line.add(title.padded(to: width), isShown ? .text : .dim)
        line.add(meaning, .dim)
        return line
    }

    private static func drawKeys(on grid: inout Grid, in area: Rect) {
        guard !area.isEmpty else { return }
        var line = StyledLine()
        let keys: [(DisplayText, DisplayText)] = [
            ("Esc", "save"), ("Space", "change"), ("Tab", "next list"), ("[ ]", "move"), ("D", "defaults"),
            ("u", "undo"),
        ]
        for (key, word) in keys {
            line.add(key, style: .strong)
            line.add(" " + word + "   ", .dim)
        }
        grid.mark(Rect(x: area.x, y: area.y, width: 8, height: 1), .key(Key(.escape)))
        grid.put(line, x: area.x, y: area.y, width: area.width, clip: area)
    }
}

extension TableColumn {
    /// What stands in it, for the setup screen.
    var meaning: DisplayText {
        switch self {
        case .id: "number"
        case .state: "state"
        case .code: "status"
        case .time: "duration"
        case .ttfb: "first byte"
        case .received: "received"
        case .size: "length"
        case .rate: "speed"
        case .try: "attempts"
        case .method: "method"
        case .proto: "version"
        case .phases: "waterfall"
        case .ip: "address"
        }
    }
}

extension Layout.Meter {
    var title: DisplayText {
        switch self {
        case .job: "Job"
        case .net: "Net"
        case .latency: "TTFB"
        case .now: "Now"
        case .done: "Done"
        }
    }

    /// What it shows, for the setup screen.
    var meaning: DisplayText {
        switch self {
        case .job: "progress"
        case .net: "traffic"
        case .latency: "latency"
        case .now: "states"
        case .done: "outcomes"
        }
    }
}
