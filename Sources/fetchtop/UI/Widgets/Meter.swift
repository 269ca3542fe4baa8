/// A bar between brackets with its figures inside, as htop has them.
enum Meter {
    /// - Parameters:
    ///   - shares: Parts of the whole (0...1) with their roles, drawn one after the other.
    ///   - text: Stands at the right end, over the bar.
    static func draw(
        _ shares: [(share: Double, role: Role)], text: DisplayText, on grid: inout Grid, x: Int, y: Int, width: Int,
        glyphs: Glyphs
    ) {
        guard width > 2 else { return }
        let inner = width - 2
        grid.put("[", x: x, y: y, style: .strong)
        grid.put("]", x: x + width - 1, y: y, style: .strong)
        var done = 0.0
        var column = 0
        for (share, role) in shares where share > 0 {
            done += share
            // What there is of something shows, however little.
            let end = min(inner, max(column + 1, Int((done * Double(inner)).rounded())))
            if end > column {
                grid.put(.repeating(glyphs.bar, end - column), x: x + 1 + column, y: y, style: Style(role))
                column = end
            }
        }
        let shown = text.truncated(to: inner)
        let start = x + 1 + inner - shown.columns
        grid.put(shown, x: start, y: y, style: .strong)
    }
}
