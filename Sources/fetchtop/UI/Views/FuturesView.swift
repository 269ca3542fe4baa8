/// The loop itself, live: how busy it is, what its turns cost, and everything that waits: named futures, coroutines, timers.
enum FuturesView {
    static func draw(_ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        var area = area
        let loop = scene.run.loop
        let top = area.takeTop(min(area.height, area.height >= 14 ? 10 : 4))
        var y = top.y
        func line(_ line: StyledLine) {
            guard y < top.maxY else { return }
            grid.put(line, x: top.x + 2, y: y, width: top.width - 2)
            y += 1
        }
        line(
            figures([
                ("turns", Format.count(Int(clamping: loop.turns))),
                (
                    "callbacks",
                    Format.count(Int(clamping: loop.callbacks)) + ", "
                        + Format.count(Int(loop.callbacksPerSecond)) + "/s"
                ),
                ("busy", "\(Int((loop.busyShare * 100).rounded()))%"),
            ]))
        line(
            figures([
                ("turn mean", Format.duration(scene.run.meanTurn)), ("max", Format.duration(scene.run.maxTurn)),
                ("timers", "\(loop.timerCount)"), ("watches", "\(loop.watches.reduce(0) { $0 + $1.count })"),
            ]))
        line(figures([("slowest", loop.slowestName + " " + Format.duration(loop.slowest))]))
        if top.height > 5 {
            // The rare ones go where there is no room for all.
            var watches = loop.watches.map { ($0.name, "\($0.count)" as DisplayText) }
            while watches.count > 1, figures(watches).columns > top.width - 2 { watches.removeLast() }
            line(figures(watches))
            line(StyledLine("turns by length; heights are logarithms of their number", Style(.dim)))
            drawHistogram(
                loop, glyphs, on: &grid, in: Rect(x: top.x + 2, y: y, width: top.width - 2, height: top.maxY - y))
        }
        drawEntries(scene, on: &grid, in: area)
    }

    private static func figures(_ pairs: [(DisplayText, DisplayText)]) -> StyledLine {
        var line = StyledLine()
        for (name, value) in pairs {
            if line.columns > 0 { line.add("   ") }
            line.add(name + " ", .dim)
            line.add(value)
        }
        return line
    }

    /// Turns by duration, one column a power of two of microseconds.
    private static func drawHistogram(_ loop: LoopFigures, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        guard area.height >= 3 else { return }
        let buckets = loop.turnHistogram
        guard let last = buckets.lastIndex(where: { $0 > 0 }) else { return }
        let height = area.height - 1
        let peak = Double(buckets.max() ?? 1)
        let width = max(5, min(9, area.width / (last + 1)))
        for index in 0...last {
            let x = area.x + index * width
            guard x + width <= area.maxX else { break }
            // Logarithmic: one slow turn among a million is what one looks for.
            let share = buckets[index] == 0 ? 0 : (1 + logarithm(Double(buckets[index]))) / (1 + logarithm(peak))
            let eighths = Int((share * Double(height * 8)).rounded())
            for row in 0..<height {
                let filled = max(0, min(8, eighths - row * 8))
                guard filled > 0 else { break }
                let text = filled == 8 ? glyphs.block : glyphs.levels[filled - 1]
                grid.put(
                    .repeating(text, width - 1), x: x, y: area.y + height - 1 - row,
                    style: Style(.heat(Double(index) / 16)))
            }
            // Where columns are narrow every other one has a label, which may reach under its neighbour.
            guard width > 7 || index % 2 == 0 else { continue }
            let edge = Double(UInt64(2) << UInt64(index)) * 1e-6
            grid.put(Format.below(edge), x: x, y: area.maxY - 1, style: .faint, clip: area)
        }
    }

    /// The base-2 logarithm to within a bit, which is all a bar shows.
    private static func logarithm(_ value: Double) -> Double {
        guard value >= 1 else { return 0 }
        return Double(value.exponent) + value.significand - 1
    }

    private static func drawEntries(_ scene: Scene, on grid: inout Grid, in area: Rect) {
        let entries = scene.run.loop.entries
        let style = Style(role: .dim, surface: .bar)
        let nameWidth = max(12, min(60, area.width - 2 - 20 - 24))
        var head = StyledLine(DisplayText("STATE").padded(to: 10), style)
        head.add(DisplayText("AGE").alignedRight(in: 8) + "  ", style: style)
        head.add(DisplayText("FUTURE, COROUTINE OR TIMER").truncated(to: nameWidth).padded(to: nameWidth), style: style)
        head.add(" WAITS FOR", style: style)
        ListView.draw(
            scene, .futures, entries.count, heading: head, on: &grid, in: area,
            empty: "no named future, coroutine or timer is alive"
        ) { index in
            let entry = entries[index]
            let role: Role =
                switch entry.state {
                case "pending", "waiting": .wait
                case "failed": .err
                case "timer": .info
                default: .ok
                }
            var line = StyledLine(DisplayText(sanitising: entry.state, cap: 16).padded(to: 10), Style(role))
            let time = Format.duration(entry.time)
            line.add((entry.isTimer ? "in " + time : time).alignedRight(in: 8) + "  ")
            let name = DisplayText(sanitising: entry.name, cap: 256)
            line.add(name.truncated(to: nameWidth).padded(to: nameWidth))
            if let waitingFor = entry.waitingFor {
                line.add(" " + DisplayText(sanitising: waitingFor, cap: 256), .dim)
            }
            return line
        }
    }
}
