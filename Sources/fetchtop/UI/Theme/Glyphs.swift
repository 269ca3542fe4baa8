/// The characters drawings are made of, by what the terminal can show.
struct Glyphs: Sendable {
    let tier: GlyphTier

    init(_ tier: GlyphTier) { self.tier = tier }

    /// The eight heights of a sparkline's columns.
    var levels: [DisplayText] {
        switch tier {
        case .ascii: ["_", ".", ":", "-", "=", "+", "*", "#"]
        // The shades are in every console font; columns of eight heights are not.
        case .basic: ["·", "░", "░", "▒", "▒", "▓", "▓", "█"]
        case .rich: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        }
    }

    var bar: DisplayText { tier == .rich ? "━" : "|" }
    var barUnderWay: DisplayText { tier == .rich ? "╍" : ":" }
    var block: DisplayText { tier == .ascii ? "#" : "█" }
    /// What failed, beside what did not: also without colours.
    var failed: DisplayText { tier == .ascii ? "x" : "▓" }
    var track: DisplayText { tier == .ascii ? "." : "·" }
    var horizontal: DisplayText { tier == .ascii ? "-" : "─" }
    var vertical: DisplayText { tier == .ascii ? "|" : "│" }
    var corners: (topLeft: DisplayText, topRight: DisplayText, bottomLeft: DisplayText, bottomRight: DisplayText) {
        tier == .ascii ? ("+", "+", "+", "+") : ("┌", "┐", "└", "┘")
    }
    var down: DisplayText { tier == .ascii ? "dn " : "↓" }
    var up: DisplayText { tier == .ascii ? "up " : "↑" }
    var tag: DisplayText { tier == .ascii ? "*" : "•" }
    var ascending: DisplayText { tier == .ascii ? "^" : "▲" }
    var descending: DisplayText { tier == .ascii ? "v" : "▼" }
    var shades: [DisplayText] { tier == .ascii ? [" ", ".", ":", "*", "#"] : [" ", "░", "▒", "▓", "█"] }
}
