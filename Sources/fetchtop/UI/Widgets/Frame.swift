/// A border with a title in its upper edge.
enum Frame {
    static func draw(_ title: DisplayText, _ area: Rect, _ glyphs: Glyphs, on grid: inout Grid) {
        guard area.width >= 2, area.height >= 2 else { return }
        let line = DisplayText.repeating(glyphs.horizontal, area.width - 2)
        let corners = glyphs.corners
        grid.put(corners.topLeft + line + corners.topRight, x: area.x, y: area.y, style: .faint)
        grid.put(corners.bottomLeft + line + corners.bottomRight, x: area.x, y: area.maxY - 1, style: .faint)
        for y in area.y + 1..<area.maxY - 1 {
            grid.put(glyphs.vertical, x: area.x, y: y, style: .faint)
            grid.put(glyphs.vertical, x: area.maxX - 1, y: y, style: .faint)
        }
        guard !title.isEmpty, area.width > 6 else { return }
        grid.put(
            " " + title.truncated(to: area.width - 6) + " ", x: area.x + 2, y: area.y, style: Style(.accent, .bold))
    }
}
