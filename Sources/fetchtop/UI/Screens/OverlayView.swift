/// What lies over a view: questions, menus, help.
enum OverlayView {
    static func draw(_ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid) {
        switch scene.state.overlay {
        case .none, .prompt: break
        case .help(let scroll, let editor):
            HelpView.draw(scene.keyMap, scroll: scroll, search: editor.text, glyphs, on: &grid)
        case .confirm(let confirmation):
            var lines = [StyledLine(confirmation.question, Style(.strong, .bold)), StyledLine()]
            lines += confirmation.details.map { StyledLine($0, .dim) }
            lines += [
                StyledLine(),
                StyledLine("y", Style(.ok, .bold)).adding(" yes   ", .text).adding("n", .err).adding(" no"),
            ]
            box("", lines, glyphs, on: &grid)
        case .menu(let menu):
            var lines: [StyledLine] = []
            for (index, item) in menu.items.enumerated() {
                lines.append(
                    StyledLine(
                        (index == menu.choice ? "> " : "  ") + item.label, Style(index == menu.choice ? .accent : .text)
                    ))
            }
            box(menu.title, lines, glyphs, on: &grid, keeping: menu.choice)
        case .message(let title, let texts):
            box(title, texts.flatMap { wrap($0, width: max(8, grid.size.columns - 6)) }, glyphs, on: &grid)
        }
    }

    private static func wrap(_ text: DisplayText, width: Int) -> [StyledLine] {
        var lines: [StyledLine] = []
        var rest = text
        while !rest.isEmpty {
            let piece = rest.prefix(width)
            guard !piece.isEmpty else { break }
            lines.append(StyledLine(piece))
            rest = rest.suffix(rest.columns - piece.columns)
        }
        return lines
    }

    /// A frame in the middle of the screen around some lines, cut to what fits.
    private static func box(
        _ title: DisplayText, _ lines: [StyledLine], _ glyphs: Glyphs, on grid: inout Grid, keeping choice: Int = 0
    ) {
        let screen = grid.bounds
        guard screen.width >= 6, screen.height >= 3 else {
            // No room for a frame: the first line alone.
            if let first = lines.first {
                grid.fill(Rect(x: 0, y: 0, width: screen.width, height: 1), style: .text)
                grid.put(first, x: 0, y: 0, width: screen.width)
            }
            return
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
    }
}
