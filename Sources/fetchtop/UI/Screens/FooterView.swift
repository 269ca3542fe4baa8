/// The last line: function keys, or a prompt, or what just happened.
///
/// ```
/// F1Help F2Setup F3Find F4Filter F5Group F6Sort F7Conc- F8Conc+ F9Cancel F10Quit
/// ```
enum FooterView {
    static func draw(_ scene: Scene, on grid: inout Grid, in area: Rect) {
        guard !area.isEmpty else { return }
        if case .prompt(let prompt) = scene.state.overlay { return draw(prompt, scene, on: &grid, in: area) }
        if let message = scene.state.message {
            grid.put(message.text.truncated(to: area.width), x: area.x, y: area.y, style: Style(message.role, .bold))
            return
        }
        keys(scene.keyMap, on: &grid, in: area)
    }

    private static func keys(_ map: KeyMap, on grid: inout Grid, in area: Rect) {
        var column = area.x
        let footer = map.footer
        let needed = footer.reduce(0) { $0 + $1.key.columns + $1.label.columns + 1 } - 1
        // Too narrow for all: those that matter most stay.
        let shown = needed <= area.width ? footer : footer.filter { [1, 4, 9, 10].contains($0.number) }
        for entry in shown {
            let (key, label) = (entry.key, entry.label)
            guard column + key.columns + label.columns <= area.maxX else { break }
            let place = Rect(x: column, y: area.y, width: key.columns + label.columns, height: 1)
            grid.mark(place, .command(entry.command))
            grid.put(key, x: column, y: area.y, style: Style(.strong))
            column += key.columns
            grid.put(label, x: column, y: area.y, style: Style(role: .text, surface: .label))
            column += label.columns + 1
        }
    }

    /// An input line scrolls so that the cursor stays in sight.
    private static func draw(_ prompt: Prompt, _ scene: Scene, on grid: inout Grid, in area: Rect) {
        let surface: Surface = prompt.complaint == nil ? .prompt : .invalid
        grid.fill(area, style: Style(role: .text, surface: surface))
        let label = prompt.kind.label.truncated(to: area.width / 2)
        grid.put(label, x: area.x, y: area.y, style: Style(role: .strong, surface: surface, emphasis: .bold))
        let room = area.width - label.columns - 1
        let before = safe(prompt.editor.scalars[..<prompt.editor.cursor])
        let after = safe(prompt.editor.scalars[prompt.editor.cursor...])
        let head = before.suffix(room)
        let start = area.x + label.columns
        grid.put(
            head + after.prefix(room - head.columns), x: start, y: area.y, style: Style(role: .text, surface: surface))
        grid.cursor = (start + head.columns, area.y)
        if prompt.complaint == nil {
            let isFresh = prompt.editor.scalars.isEmpty
            let note = prompt.suggestions ?? (isFresh ? prompt.kind.hint : note(prompt, scene))
            let left = area.width - label.columns - head.columns - after.columns - 3
            let shown = note.truncated(to: left)
            if left > 8 {
                grid.put(shown, x: area.maxX - shown.columns - 1, y: area.y, style: Style(role: .dim, surface: surface))
            }
        }
        guard let complaint = prompt.complaint else { return }
        let used = label.columns + head.columns + after.columns + 2
        let shown = complaint.truncated(to: area.width - used - 1)
        grid.put(shown, x: area.maxX - shown.columns, y: area.y, style: Style(role: .warn, surface: surface))
    }

    /// What a filter comes to, and what a command wants, while one types.
    private static func note(_ prompt: Prompt, _ scene: Scene) -> DisplayText {
        if prompt.kind == .command { return CommandCatalog.usage(of: prompt.editor.text) }
        guard prompt.kind == .filter else { return .empty }
        return Format.count(scene.matches.count) + (scene.matches.isCounting ? ".. of " : " of ")
            + Format.count(scene.store.count)
    }

    private static func safe(_ scalars: ArraySlice<Unicode.Scalar>) -> DisplayText {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return DisplayText(sanitising: String(view), cap: 16 << 10)
    }
}
