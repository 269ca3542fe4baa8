/// A bar with its figures at its end: between brackets as htop has them, or a line where the font has one.
enum Meter {
    /// - Parameters:
    ///   - shares: Parts of the whole (0...1) with their roles, drawn one after the other.
    ///   - text: Stands at the right end, over the bar.
    static func draw(
        _ shares: [(share: Double, role: Role)], text: DisplayText, on grid: inout Grid, x: Int, y: Int, width: Int,
        glyphs: Glyphs
    ) {
        guard width > 2 else { return }
        // A line needs no brackets to show where it ends.
        let isLine = glyphs.tier == .rich
        let (x, inner) = isLine ? (x - 1, width) : (x, width - 2)
        let shown = (isLine ? " " + text : text).truncated(to: inner)
        // Brackets hold the figures, too; a line ends before them, so that its parts are parts of what one sees.
        let length = isLine ? inner - shown.columns : inner
        if isLine {
            grid.put(.repeating(glyphs.horizontal, length), x: x + 1, y: y, style: .faint)
        } else {
            grid.put("[", x: x, y: y, style: .strong)
            grid.put("]", x: x + width - 1, y: y, style: .strong)
        }
        var done = 0.0
        var column = 0
        for (share, role) in shares where share > 0 {
            done += share
            // What there is of something shows, however little.
            let end = min(length, max(column + 1, Int((done * Double(length)).rounded())))
            if end > column {
                grid.put(.repeating(glyphs.bar, end - column), x: x + 1 + column, y: y, style: Style(role))
                column = end
            }
        }
        let start = x + 1 + inner - shown.columns
        grid.put(shown, x: start, y: y, style: .strong)
    }
}
