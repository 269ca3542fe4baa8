/// A bar with its figures at its end: between brackets as htop has them, or a line where the font has one.
enum Meter {
    /// A part of the whole, 0...1.
    struct Part {
        let share: Double
        let role: Role
        /// Begun and not done: drawn otherwise, so that also without colours nobody takes it for done.
        let isUnderWay: Bool

        init(_ share: Double, _ role: Role, isUnderWay: Bool = false) {
            self.share = share
            self.role = role
            self.isUnderWay = isUnderWay
        }
    }

    /// - Parameters:
    ///   - parts: Drawn one after the other.
    ///   - text: Stands at the right end, over the bar.
    static func draw(
        _ parts: [Part], text: DisplayText, on grid: inout Grid, x: Int, y: Int, width: Int,
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
        for part in parts where part.share > 0 {
            done += part.share
            // What there is of something shows, however little.
            let end = min(length, max(column + 1, Int((done * Double(length)).rounded())))
            if end > column {
                let glyph = part.isUnderWay ? glyphs.barUnderWay : glyphs.bar
                grid.put(.repeating(glyph, end - column), x: x + 1 + column, y: y, style: Style(part.role))
                column = end
            }
        }
        let start = x + 1 + inner - shown.columns
        grid.put(shown, x: start, y: y, style: .strong)
    }
}
