/// Text that is safe to draw: no control, no invisible and no reordering character in it, its width known.
///
/// The one gate between what servers, lists and files say and the screen. Drawing functions take nothing else, so
/// text from outside cannot reach the terminal without passing `init(sanitising:)`. Literals in the source are
/// trusted, and interpolation accepts only numbers and other display texts.
struct DisplayText: Hashable, Sendable, CustomStringConvertible {
    let string: String
    /// How many columns it takes.
    let columns: Int

    static let empty = DisplayText(trusted: "", columns: 0)

    /// The most bytes of each kind of field that get past the gate; the rest becomes one visible `~`.
    enum Cap {
        static let reason = 256
        static let header = 8 << 10
        static let url = 8 << 10
        static let line = 4 << 10
    }

    /// Makes text from outside drawable; see `Sanitiser` for the rules.
    init(sanitising text: String, cap: Int = Cap.line) {
        if text.utf8.count <= cap, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
            self.init(trusted: text, columns: text.utf8.count)
        } else {
            self.init(sanitising: text.utf8, cap: cap)
        }
    }

    /// Makes bytes from outside drawable; what is not UTF-8 appears as `\xNN`.
    init(sanitising bytes: some Sequence<UInt8>, cap: Int = Cap.line) {
        var sanitiser = Sanitiser()
        sanitiser.add(bytes, cap: cap)
        self.init(trusted: sanitiser.output, columns: sanitiser.columns)
    }

    /// Text known to be drawable. Only this folder's code and literals may claim that.
    init(trusted string: String, columns: Int) {
        self.string = string
        self.columns = columns
    }

    init(trusted string: String) {
        self.init(trusted: string, columns: CharacterWidth.columns(of: string))
    }

    var description: String { string }
    var isEmpty: Bool { columns == 0 }

    /// As many columns as the text has bytes: it is plain ASCII, and every position is a character.
    private var isPlain: Bool { columns == string.utf8.count }

    static func + (a: DisplayText, b: DisplayText) -> DisplayText {
        DisplayText(trusted: a.string + b.string, columns: a.columns + b.columns)
    }

    /// The start of the text that fits into `limit` columns.
    func prefix(_ limit: Int) -> DisplayText {
        if columns <= limit { return self }
        if limit <= 0 { return .empty }
        if isPlain { return DisplayText(trusted: String(string.prefix(limit)), columns: limit) }
        var kept = String.UnicodeScalarView()
        var used = 0
        for scalar in string.unicodeScalars {
            let width = CharacterWidth.columns(of: scalar)
            if used + width > limit { break }
            kept.append(scalar)
            used += width
        }
        return DisplayText(trusted: String(kept), columns: used)
    }

    /// The end of the text that fits into `limit` columns.
    func suffix(_ limit: Int) -> DisplayText {
        if columns <= limit { return self }
        if limit <= 0 { return .empty }
        var start = string.unicodeScalars.endIndex
        var used = 0
        var candidate = start
        while candidate > string.unicodeScalars.startIndex {
            candidate = string.unicodeScalars.index(before: candidate)
            let width = CharacterWidth.columns(of: string.unicodeScalars[candidate])
            if used + width > limit { break }
            used += width
            // A combining mark may not lead: only positions with a base character count.
            if width > 0 { start = candidate }
        }
        return DisplayText(trusted: String(string.unicodeScalars[start...]))
    }

    /// The text in at most `limit` columns; a cut shows as `~`.
    func truncated(to limit: Int) -> DisplayText {
        if columns <= limit { return self }
        if limit <= 0 { return .empty }
        return prefix(limit - 1) + "~"
    }

    /// The text in at most `limit` columns with its end kept; a cut shows as `~`.
    func truncatedLeft(to limit: Int) -> DisplayText {
        if columns <= limit { return self }
        if limit <= 0 { return .empty }
        return "~" + suffix(limit - 1)
    }

    /// The text in at most `limit` columns with its middle cut out, the end kept longer than the start.
    func elided(to limit: Int) -> DisplayText {
        if columns <= limit { return self }
        if limit < 4 { return truncatedLeft(to: limit) }
        let head = prefix((limit - 1) / 4)
        return head + "~" + suffix(limit - 1 - head.columns)
    }

    /// Blanks on the right up to `width` columns.
    func padded(to width: Int) -> DisplayText { self + .spaces(width - columns) }

    /// Blanks on the left up to `width` columns, as numbers stand in tables.
    func alignedRight(in width: Int) -> DisplayText { .spaces(width - columns) + self }

    static func spaces(_ count: Int) -> DisplayText { repeating(" ", count) }

    /// `unit`, which is one column wide, `count` times.
    static func repeating(_ unit: DisplayText, _ count: Int) -> DisplayText {
        count <= 0
            ? .empty
            : DisplayText(trusted: String(repeating: unit.string, count: count), columns: count * unit.columns)
    }
}

extension DisplayText: ExpressibleByStringInterpolation {
    struct StringInterpolation: StringInterpolationProtocol {
        var string = ""

        init(literalCapacity: Int, interpolationCount: Int) { string.reserveCapacity(literalCapacity) }
        mutating func appendLiteral(_ literal: String) { string += literal }
        mutating func appendInterpolation(_ text: DisplayText) { string += text.string }
        mutating func appendInterpolation(_ number: some BinaryInteger) { string += String(number) }
    }

    init(stringLiteral value: String) { self.init(trusted: value) }
    init(stringInterpolation: StringInterpolation) { self.init(trusted: stringInterpolation.string) }
}
