/// The reader behind ``URLGlob``: one pass over the bytes, following curl's `tool_urlglob.c` rule for rule, so that a
/// URL that works there means the same here.
///
/// Rules one would not guess: `[::1]` and `[]` are no globs; outside braces a backslash escapes only `{}[]`, inside them
/// anything; ranges count upwards only; a letter range spans at most `a` to `z`; a first number with a leading zero
/// sets the width of all.
struct GlobParser {
    private let bytes: [UInt8]
    private var at = 0
    private var parts: [URLGlob.Part] = []
    private var literal: [UInt8] = []
    private var names: Set<String> = []
    private var total = 1

    /// curl refuses larger sets and more globs; so do we, to catch a run-away URL before it becomes a run-away run.
    private static let maxElements = 100_000
    private static let maxGlobs = 255

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func parse() throws(GlobError) -> (parts: [URLGlob.Part], count: Int) {
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "{"):
                at += 1
                try readGlob(.brace)
            case UInt8(ascii: "["):
                if let end = endOfPlainBrackets() {
                    literal += bytes[at..<end]
                    at = end
                } else {
                    try refuseBrokenAddress()
                    at += 1
                    try readGlob(.bracket)
                }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                throw error("unmatched close brace/bracket")
            case UInt8(ascii: "\\") where at + 1 < bytes.count && Self.isSpecial(bytes[at + 1]):
                literal.append(bytes[at + 1])
                at += 2
            case let byte:
                literal.append(byte)
                at += 1
            }
        }
        flushLiteral()
        return (parts, total)
    }

    // MARK: Globs

    private enum Opener { case brace, bracket }

    /// Reads a glob whose opening character is behind the cursor.
    private mutating func readGlob(_ opener: Opener) throws(GlobError) {
        flushLiteral()
        let name = try globName()
        let pattern =
            switch opener {
            case .brace: try readSet()
            case .bracket: try readRange()
            }
        let (product, overflow) = total.multipliedReportingOverflow(by: pattern.count)
        guard !overflow else { throw error("range overflow") }
        total = product
        parts.append(.glob(pattern, name: name))
        guard parts.count < Self.maxGlobs else { throw error("too many globs") }
    }

    /// Reads `<name>` after an opening brace or bracket. Anything else there is not an error: it is read as before
    /// names existed.
    private mutating func globName() throws(GlobError) -> String? {
        guard at < bytes.count, bytes[at] == UInt8(ascii: "<"),
            let close = bytes[at...].firstIndex(of: UInt8(ascii: ">")), (2...65).contains(close - at)
        else { return nil }
        let name = String(decoding: bytes[(at + 1)..<close], as: UTF8.self)
        guard names.insert(name).inserted else { throw error("duplicate glob name '\(name)'") }
        at = close + 1
        return name
    }

    private mutating func readSet() throws(GlobError) -> URLGlob.Pattern {
        let start = at  // just behind the brace
        var elements: [String] = []
        var element: [UInt8] = []
        while true {
            guard at < bytes.count else { throw GlobError(reason: "unmatched brace", position: start) }
            switch bytes[at] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): throw error("nested brace")
            case UInt8(ascii: "]"): throw error("unexpected close bracket")
            case UInt8(ascii: "}"), UInt8(ascii: ","):
                let closes = bytes[at] == UInt8(ascii: "}")
                if closes && at == start { throw error("empty string within braces") }
                guard elements.count < Self.maxElements else { throw error("range overflow") }
                elements.append(String(decoding: element, as: UTF8.self))
                element.removeAll(keepingCapacity: true)
                at += 1
                if closes { return .set(elements) }
            case UInt8(ascii: "\\") where at + 1 < bytes.count:
                element.append(bytes[at + 1])
                at += 2
            case let byte:
                element.append(byte)
                at += 1
            }
        }
    }

    private mutating func readRange() throws(GlobError) -> URLGlob.Pattern {
        guard at < bytes.count else { throw error("bad range specification") }
        if bytes[at].isASCIILetter { return try readLetters() }
        if bytes[at].isASCIIDigit { return try readNumbers() }
        throw error("bad range specification")
    }

    private mutating func readLetters() throws(GlobError) -> URLGlob.Pattern {
        // The shape must be exactly letter, dash, character, then `]` or `:`; otherwise curl points at its start.
        guard at + 3 < bytes.count, bytes[at + 1] == UInt8(ascii: "-") else { throw error("bad range") }
        let first = bytes[at]
        let last = bytes[at + 2]
        at += 3
        let step = try readStep()
        let span = Int(last) - Int(first)
        guard span >= 0, span <= 25, step < 256, span == 0 ? step == 1 : step <= span else { throw error("bad range") }
        return .letters(first: first, count: span / step + 1, step: step)
    }

    private mutating func readNumbers() throws(GlobError) -> URLGlob.Pattern {
        let width = bytes[at] == UInt8(ascii: "0") ? bytes[at...].prefix { $0.isASCIIDigit }.count : 0
        guard let first = readNumber(), consume("-") else { throw error("bad range") }
        while at < bytes.count, bytes[at].isBlank { at += 1 }
        guard let last = readNumber() else { throw error("bad range") }
        let step = try readStep()
        guard first <= last, first == last ? step == 1 : step <= last - first else { throw error("bad range") }
        guard !last.addingReportingOverflow(step).overflow else { throw error("range end/step overflow") }
        let (count, overflow) = ((last - first) / step).addingReportingOverflow(1)
        guard !overflow else { throw error("range overflow") }
        return .numbers(first: first, count: count, step: step, width: width)
    }

    /// Reads `]` (a step of 1) or `:N]`.
    private mutating func readStep() throws(GlobError) -> Int {
        if consume("]") { return 1 }
        guard consume(":"), let step = readNumber(), consume("]"), step > 0 else { throw error("bad range") }
        return step
    }

    // MARK: Bytes

    private mutating func readNumber() -> Int? {
        var value: Int?
        var end = at
        while end < bytes.count, bytes[end].isASCIIDigit {
            let (scaled, tooBig) = (value ?? 0).multipliedReportingOverflow(by: 10)
            let (sum, tooBigSum) = scaled.addingReportingOverflow(Int(bytes[end] - UInt8(ascii: "0")))
            guard !tooBig, !tooBigSum else { return nil }
            value = sum
            end += 1
        }
        at = end
        return value
    }

    private mutating func consume(_ character: UnicodeScalar) -> Bool {
        guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    /// The end of `[]` or of `[IPv6 address]` at the cursor, which are literal text.
    private func endOfPlainBrackets() -> Int? {
        guard let close = bytes[at...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
        if close == at + 1 { return close + 1 }
        return IPv6Literal.isValid(bytes[(at + 1)..<close]) ? close + 1 : nil
    }

    /// Where the host begins, what has two colons was meant to be an IPv6 address: no range has more than one.
    private func refuseBrokenAddress() throws(GlobError) {
        let before = bytes[..<at]
        guard before.suffix(3).elementsEqual("://".utf8) || before.last == UInt8(ascii: "@") else { return }
        let end = bytes[at...].firstIndex { "]/?#".utf8.contains($0) } ?? bytes.count
        guard bytes[at..<end].count(where: { $0 == UInt8(ascii: ":") }) > 1 else { return }
        let address = String(decoding: bytes[at..<end], as: UTF8.self)
        let isClosed = end < bytes.count && bytes[end] == UInt8(ascii: "]")
        throw error(
            isClosed
                ? "'\(address)]' is no IPv6 address: it stands"
                : "the bracket of the IPv6 address '\(address)' is not closed: it opens")
    }

    private mutating func flushLiteral() {
        guard !literal.isEmpty else { return }
        parts.append(.literal(String(decoding: literal, as: UTF8.self)))
        literal.removeAll(keepingCapacity: true)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
    }

    private func error(_ reason: String) -> GlobError {
        GlobError(reason: reason, position: at + 1)
    }
}
