/// A view that is a list of lines with a cursor: what hosts, errors, the timeline and the futures have in common.
enum ListView {
    /// - Parameter line: Makes one line; asked only for those in sight.
    static func draw(
        _ scene: Scene, _ view: ViewName, _ count: Int, heading: StyledLine, on grid: inout Grid, in area: Rect,
        empty: DisplayText = "nothing yet", line: (Int) -> StyledLine
    ) {
        var area = area
        let top = area.takeTop(1)
        guard !top.isEmpty else { return }
        grid.fill(top, style: Style(role: .dim, surface: .bar))
        grid.put(heading, x: top.x + 2, y: top.y, width: top.width - 2)
        if count > area.height, top.width > 40 {
            let note: DisplayText = " \(scene.state.list(view).cursor + 1)/\(count) "
            grid.put(note, x: top.maxX - note.columns, y: top.y, style: Style(role: .faint, surface: .bar))
        }
        guard count > 0 else {
            grid.put(empty, x: area.x + 2, y: area.y + min(1, max(0, area.height - 1)), style: .dim, clip: area)
            return
        }
        let list = scene.state.list(view).settled(count: count, height: area.height)
        for offset in 0..<min(area.height, count - list.top) {
            let index = list.top + offset
            grid.put(line(index), x: area.x + 2, y: area.y + offset, width: area.width - 2)
            let place = Rect(x: area.x, y: area.y + offset, width: area.width, height: 1)
            grid.mark(place, .line(index))
            if index == list.cursor {
                grid.lay(.selection, in: place)
                grid.put(">", x: place.x, y: place.y, style: Style(role: .accent, surface: .selection, emphasis: .bold))
            }
        }
    }
}

/// Where the cursor and the window of a list are.
struct ListState: Hashable, Sendable {
    var cursor = 0
    var top = 0

    /// Within a list of `count` lines of which `height` show.
    func settled(count: Int, height: Int) -> ListState {
        var state = self
        state.cursor = max(0, min(count - 1, cursor))
        state.top = max(state.top, state.cursor - height + 1)
        state.top = max(0, min(state.top, state.cursor, count - height))
        return state
    }

    mutating func move(_ movement: Command.Movement, page: Int) {
        switch movement {
        case .up: cursor -= 1
        case .down: cursor += 1
        case .pageUp: cursor -= page
        case .pageDown: cursor += page
        case .halfUp: cursor -= max(1, page / 2)
        case .halfDown: cursor += max(1, page / 2)
        case .top: cursor = 0
        case .bottom: cursor = Int.max / 2
        }
        cursor = max(0, cursor)
    }
}
