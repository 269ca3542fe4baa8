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
            guard peak > 0, value > 0 else {
                text += value > 0 ? levels[0].string : glyphs.tier == .ascii ? "_" : levels[0].string
                continue
            }
            // Anything above nothing shows at least a little.
            let level = Int((Double(value) / Double(peak) * 7).rounded())
            text += levels[max(0, min(7, level))].string
        }
        return .spaces(width - shown.count) + DisplayText(trusted: text, columns: shown.count)
    }
}
