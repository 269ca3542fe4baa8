/// ```
/// fetchtop  urls.txt         LIVE 10fps   filter -   sort attention   up 00:02:14
/// ```
enum TitleView {
    static func draw(_ scene: Scene, on grid: inout Grid, in area: Rect) {
        guard !area.isEmpty else { return }
        var right = StyledLine()
        let (word, role) = status(scene)
        right.add(word, style: Style(role, .bold))
        if area.width >= 60 {
            right.add("   filter ", .dim)
            right.add(
                filter(scene).truncated(to: max(8, area.width / 4)), scene.state.filter.effective.isAll ? .dim : .accent
            )
        }
        if area.width >= 72 {
            right.add("   sort ", .dim)
            right.add(DisplayText(trusted: scene.state.arrangement.sort.rawValue), .text)
            if scene.state.arrangement.isInverted { right.add(" inv", .dim) }
            if scene.state.isOrderHeld { right.add(" held", .warn) }
        }
        right.add(area.width >= 60 ? "   up " : "  ", .dim)
        right.add(Format.clock(scene.now - .start), .text)
        var left = StyledLine("fetchtop", Style(.accent, .bold))
        left.add("  ")
        let room = area.width - left.columns - right.columns - 2
        if room > 3 { left.add(scene.run.source.truncated(to: room)) }
        grid.put(left, x: area.x, y: area.y, width: area.width)
        let start = max(left.columns + 2, area.width - right.columns)
        grid.put(right, x: area.x + start, y: area.y, width: area.width - start)
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
