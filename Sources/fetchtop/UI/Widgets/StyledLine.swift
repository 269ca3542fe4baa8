/// A line made of differently styled pieces.
struct StyledLine: Equatable, Sendable {
    private(set) var spans: [(text: DisplayText, style: Style)] = []
    private(set) var columns = 0

    init() {}

    init(_ text: DisplayText, _ style: Style = .text) { add(text, style: style) }

    static func == (a: StyledLine, b: StyledLine) -> Bool {
        a.columns == b.columns && a.spans.elementsEqual(b.spans) { $0.text == $1.text && $0.style == $1.style }
    }

    mutating func add(_ text: DisplayText, style: Style) {
        guard !text.isEmpty else { return }
        spans.append((text, style))
        columns += text.columns
    }

    mutating func add(_ text: DisplayText, _ role: Role = .text) { add(text, style: Style(role)) }

    /// Blanks up to `column`, and at least `gap` of them.
    mutating func tab(to column: Int, gap: Int = 1) { add(.spaces(max(column - columns, gap))) }

    mutating func add(_ other: StyledLine) { for span in other.spans { add(span.text, style: span.style) } }

    func adding(_ other: StyledLine) -> StyledLine {
        var copy = self
        copy.add(other)
        return copy
    }

    /// The same on another surface.
    func on(_ surface: Surface) -> StyledLine {
        var copy = StyledLine()
        for span in spans { copy.add(span.text, style: span.style.on(surface)) }
        return copy
    }

    func adding(_ text: DisplayText, _ role: Role = .text) -> StyledLine {
        var copy = self
        copy.add(text, role)
        return copy
    }
}

extension Grid {
    /// Draws a line cut to `width` columns, the cut shown as `~`.
    mutating func put(_ line: StyledLine, x: Int, y: Int, width: Int, clip: Rect? = nil) {
        var column = x
        var left = width
        for (index, span) in line.spans.enumerated() {
            guard left > 0 else { return }
            let following = line.spans[(index + 1)...].contains { !$0.text.isEmpty }
            var text = span.text.columns > left ? span.text.truncated(to: left) : span.text
            if following, span.text.columns == left { text = span.text.prefix(left - 1) + "~" }
            put(text, x: column, y: y, style: span.style, clip: clip)
            column += text.columns
            left -= text.columns
        }
    }
}
