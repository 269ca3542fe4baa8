/// A history as a row of columns of eight heights.
enum Sparkline {
    /// - Parameter values: Oldest first; the last `width` are drawn, right-aligned.
    static func text(_ values: [Int], width: Int, glyphs: Glyphs) -> DisplayText {
        guard width > 0 else { return .empty }
        let shown = values.suffix(width)
        let peak = shown.max() ?? 0
        let levels = glyphs.levels
        var text = ""
        for value in shown {
            // The lowest is the ground: anything above nothing stands out from it.
            let level = value > 0 ? 1 + Int((Double(value) / Double(peak) * 6).rounded()) : 0
            text += levels[level].string
        }
        return .spaces(width - shown.count) + DisplayText(trusted: text, columns: shown.count)
    }
}
