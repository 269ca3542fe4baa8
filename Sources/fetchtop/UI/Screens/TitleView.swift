/// ```
/// fetchtop  urls.txt         LIVE 10fps   filter -   sort attention   up 00:02:14
/// ```
enum TitleView {
    static func draw(_ scene: Scene, on grid: inout Grid, in area: Rect) {
        guard !area.isEmpty else { return }
        var left = StyledLine("fetchtop", Style(.accent, .bold))
        left.add("  ")
        let right = right(scene, area.width, room: area.width - left.columns - 2)
        let room = area.width - left.columns - right.columns - 2
        if room > 3 { left.add(scene.run.source.truncated(to: room)) }
        grid.put(left, x: area.x, y: area.y, width: area.width)
        let start = max(left.columns + 2, area.width - right.columns)
        grid.put(right, x: area.x + start, y: area.y, width: area.width - start)
    }

    /// How the run stands and for how long; what there is no room for is left out whole, the filter last.
    private static func right(_ scene: Scene, _ width: Int, room: Int) -> StyledLine {
        let (word, role) = status(scene)
        var end = StyledLine(width >= 60 ? "   up " : "  ", .dim)
        end.add(Format.clock(scene.now - .start), .text)
        var line = StyledLine(word, Style(role, .bold))
        if scene.run.problemCount > 0 {
            let count = scene.run.problemCount
            let note: DisplayText = count == 1 ? "   1 bad line" : "   \(count) bad lines"
            if line.columns + note.columns + end.columns <= room { line.add(note, .warn) }
        }
        let isAll = scene.state.filter.effective.isAll
        let filter = filter(scene).truncated(to: max(8, width / 4))
        let sort = sort(scene)
        let label: DisplayText = "   filter "
        let left = room - line.columns - end.columns - label.columns
        if width >= 60, left >= min(8, filter.columns) {
            let hasSort = width >= 72 && left >= filter.columns + sort.columns
            line.add(label, .dim)
            line.add(filter.truncated(to: left), isAll ? .dim : .accent)
            if hasSort { line.add(sort) }
        }
        return line.adding(end)
    }

    private static func sort(_ scene: Scene) -> StyledLine {
        var line = StyledLine("   sort ", .dim)
        line.add(DisplayText(trusted: scene.state.arrangement.sort.rawValue), .text)
        if scene.state.arrangement.isInverted { line.add(" inv", .dim) }
        if scene.state.isOrderHeld { line.add(" held", .warn) }
        return line
    }

    /// The one word that says how the run stands.
    static func status(_ scene: Scene) -> (DisplayText, Role) {
        let run = scene.run
        if scene.state.frozenSince != nil {
            return ("FROZEN \(Format.duration(run.frozenFor)) (+\(run.eventsMissed) events)", .info)
        }
        if case .reading = run.mode { return ("READING", .info) }
        if run.isDone { return ("DONE", scene.store.counts.failures > 0 ? .warn : .ok) }
        if run.isDraining { return ("DRAINING", .warn) }
        if run.isPaused { return ("FETCHING PAUSED", .warn) }
        return ("LIVE \(run.framesPerSecond)fps", .ok)
    }

    private static func filter(_ scene: Scene) -> DisplayText {
        let filter = scene.state.filter
        if filter.text.isEmpty { return "-" }
        let text = DisplayText(sanitising: filter.text, cap: 120)
        return filter.isOn ? text + " (\(scene.matches.count)\(scene.matches.isCounting ? ".." : ""))" : text + " (off)"
    }
}
