/// On tall terminals, the distribution of total times at a glance, powers of two from left to right.
enum LatencyStrip {
    static func draw(_ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        var area = area
        let heading = area.takeTop(1)
        grid.put(.repeating(glyphs.horizontal, heading.width), x: heading.x, y: heading.y, style: .faint)
        grid.put(" total time of what succeeded ", x: heading.x + 2, y: heading.y, style: .dim)
        let labels = area.takeBottom(1)
        let octaves = scene.store.statistics.succeeded.total.octaves
        guard !octaves.isEmpty, !area.isEmpty, let first = octaves.firstIndex(where: { $0 > 0 }) else {
            grid.put("no fetch has finished yet", x: area.x + 2, y: area.y, style: .dim)
            return
        }
        let shown = Array(octaves[first...])
        let width = max(8, min(14, area.width / max(1, shown.count)))
        let peak = shown.max() ?? 1
        for (index, count) in shown.enumerated() {
            let x = area.x + index * width
            guard x + width <= area.maxX else { break }
            let eighths = Int((Double(count) / Double(peak) * Double(area.height * 8)).rounded())
            for row in 0..<area.height {
                let filled = max(0, min(8, eighths - row * 8))
                guard filled > 0 else { break }
                let text = filled == 8 ? glyphs.block : glyphs.levels[filled - 1]
                grid.put(
                    .repeating(text, width - 1), x: x, y: area.maxY - 1 - row,
                    style: Style(.heat(0.8 * Double(index) / Double(max(1, shown.count)))))
            }
            let edge = Format.below(LatencyBars.edge(index + first))
            let label = edge + (count > 0 ? " \(Format.count(count))" : "")
            // Half of a number would be another one.
            grid.put(label.columns < width ? label : edge, x: x, y: labels.y, style: .dim)
        }
    }
}
