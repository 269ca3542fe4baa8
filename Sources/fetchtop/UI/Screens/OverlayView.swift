/// What lies over a view: questions, menus, help.
enum OverlayView {
    static func draw(_ scene: Scene, _ capabilities: Capabilities, _ glyphs: Glyphs, on grid: inout Grid) {
        if let work = scene.work { return draw(work, glyphs, on: &grid) }
        // What lies below is out of the mouse's reach.
        if case .none = scene.state.overlay {} else { grid.mark(grid.bounds, .nothing) }
        switch scene.state.overlay {
        case .none, .prompt: break
        case .help(let scroll, let editor):
            HelpView.draw(scene.keyMap, scroll: scroll, search: editor.text, glyphs, on: &grid)
        case .confirm(let confirmation):
            let lines = lines(of: confirmation, height: grid.size.rows - 2)
            let answer = lines.count - 1
            let (area, skip) = box("", lines, glyphs, on: &grid)
            guard answer - skip < area.height else { return }
            grid.mark(Rect(x: area.x, y: area.y + answer - skip, width: 5, height: 1), .key(Key(.character("y"))))
            grid.mark(Rect(x: area.x + 8, y: area.y + answer - skip, width: 4, height: 1), .key(Key(.character("n"))))
        case .menu(let menu):
            var lines: [StyledLine] = []
            for (index, item) in menu.items.enumerated() {
                lines.append(
                    StyledLine(
                        (index == menu.choice ? "> " : "  ") + item.label, Style(index == menu.choice ? .accent : .text)
                    ))
            }
            let (area, skip) = box(menu.title, lines, glyphs, on: &grid, keeping: menu.choice)
            for offset in 0..<min(area.height, lines.count - skip) {
                grid.mark(Rect(x: area.x, y: area.y + offset, width: area.width, height: 1), .item(skip + offset))
            }
        case .yank(let yank): YankView.draw(yank, scene, on: &grid)
        case .setup(let setup): SetupView.draw(setup, scene.state.settings, capabilities, glyphs, on: &grid)
        }
    }

    /// How far something is that takes longer than a frame.
    private static func draw(_ work: Errand.Progress, _ glyphs: Glyphs, on grid: inout Grid) {
        grid.mark(grid.bounds, .nothing)
        let width = max(work.title.columns, min(48, grid.size.columns - 8))
        let lines = [
            StyledLine(work.title, Style(.strong, .bold)), StyledLine(.spaces(width)),
            StyledLine("Esc", Style(.strong)).adding(" stops", .dim),
        ]
        let (area, skip) = box("", lines, glyphs, on: &grid)
        guard skip == 0, area.height > 1 else { return }
        Meter.draw(
            [Meter.Part(Double(work.done) / Double(max(1, work.count)), .accent)], text: "\(work.done)/\(work.count)",
            on: &grid,
            x: area.x, y: area.y + 1, width: min(width, area.width), glyphs: glyphs)
    }

    /// The question and the answers always show; what it is about, and blank lines, as far as there is room.
    private static func lines(of confirmation: Confirmation, height: Int) -> [StyledLine] {
        let room = height - 2
        let isAiry = room >= min(confirmation.details.count, 1) + 2
        let space = isAiry ? [StyledLine()] : []
        let details = confirmation.details.prefix(max(0, isAiry ? room - 2 : room)).map { StyledLine($0, .dim) }
        let question = StyledLine(confirmation.question, Style(.strong, .bold))
        let answers = StyledLine("y", Style(.ok, .bold)).adding(" yes   ", .text).adding("n", .err).adding(" no")
        return [question] + (details.isEmpty ? [] : space + details) + space + [answers]
    }

    /// A frame in the middle of the screen around some lines, cut to what fits.
    ///
    /// - Returns: Where the lines stand, and how many are scrolled out above.
    @discardableResult
    private static func box(
        _ title: DisplayText, _ lines: [StyledLine], _ glyphs: Glyphs, on grid: inout Grid, keeping choice: Int = 0
    ) -> (area: Rect, skip: Int) {
        let screen = grid.bounds
        guard screen.width >= 6, screen.height >= 3 else {
            // No room for a frame: the first line alone.
            if let first = lines.first {
                grid.fill(Rect(x: 0, y: 0, width: screen.width, height: 1), style: .text)
                grid.put(first, x: 0, y: 0, width: screen.width)
            }
            return (Rect(x: 0, y: 0, width: screen.width, height: min(1, screen.height)), 0)
        }
        let width = min(screen.width, max(title.columns + 6, (lines.map(\.columns).max() ?? 0) + 4))
        let height = min(screen.height, lines.count + 2)
        let area = Rect(
            x: (screen.width - width) / 2, y: max(0, (screen.height - height) / 3), width: width, height: height)
        grid.fill(area, style: .text)
        Frame.draw(title, area, glyphs, on: &grid)
        let inner = area.inset(2, 1)
        let skip = max(0, min(choice - inner.height + 1, lines.count - inner.height))
        for (offset, line) in lines.dropFirst(skip).prefix(inner.height).enumerated() {
            grid.put(line, x: inner.x, y: inner.y + offset, width: inner.width)
        }
        return (inner, skip)
    }
}
