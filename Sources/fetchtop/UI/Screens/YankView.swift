/// Text to be copied with the terminal's own selection: from the first column, without a frame, so that nothing but the
/// text is selected, and a line that goes on in the next one is one line for the terminal.
enum YankView {
    static func draw(_ yank: Yank, _ scene: Scene, on grid: inout Grid) {
        let text = yank.text(scene.store, scene.requestOptions, isRevealing: scene.state.isRevealing)
        let whole = yank.text(scene.store, scene.requestOptions, isRevealing: true)
        let shown = DisplayText(sanitising: text, cap: DisplayText.Cap.url)
        let width = max(1, grid.size.columns)
        let lines = (shown.columns + width - 1) / width
        let height = min(grid.size.rows, lines + (grid.size.rows >= lines + 2 ? 2 : 0))
        let top = max(0, grid.size.rows - height - 1)
        let area = Rect(x: 0, y: top, width: width, height: height)
        grid.fill(area, style: .text)
        grid.mark(grid.bounds, .key(Key(.escape)))
        var y = area.y
        if height > lines {
            var title = StyledLine(yank.kind == .url ? "URL" : "curl", Style(.accent, .bold))
            title.add("   to copy: mark it with the mouse", .dim)
            if scene.state.settings.usesMouse { title.add(" and Shift held down", .dim) }
            grid.fill(Rect(x: 0, y: y, width: width, height: 1), style: Style(role: .dim, surface: .bar))
            grid.put(title.on(.bar), x: 0, y: y, width: width)
            y += 1
        }
        var rest = shown
        while !rest.isEmpty, y < area.maxY {
            let piece = rest.prefix(width)
            guard !piece.isEmpty else { break }
            grid.put(piece, x: 0, y: y)
            rest = rest.suffix(rest.columns - piece.columns)
            y += 1
        }
        guard y < area.maxY else { return }
        var keys = StyledLine("y", Style(.strong)).adding(" URL   ", .dim)
        keys.add("Y", .strong)
        keys.add(" curl command   ", .dim)
        if text != whole || scene.state.isRevealing {
            keys.add("v", .strong)
            keys.add(scene.state.isRevealing ? " masks secrets   " : " shows secrets   ", .dim)
        }
        keys.add("Esc", .strong)
        keys.add(" closes", .dim)
        grid.fill(Rect(x: 0, y: y, width: width, height: 1), style: Style(role: .dim, surface: .bar))
        grid.put(keys.on(.bar), x: 0, y: y, width: width)
    }
}
