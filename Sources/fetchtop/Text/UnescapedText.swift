/// The text of a URL with its percent escapes undone, and where each byte of it stood.
struct UnescapedText {
    private(set) var bytes: [UInt8] = []
    /// Where each byte begins in the URL; and the end.
    private var places: [Int32] = []

    /// - Returns: nil if there is no escape of a character that means something in a URL: a blank or an accent hides no
    ///   name and no delimiter.
    init?(_ url: Span<UInt8>, from start: Int) {
        guard Self.hasEscape(url, from: start) else { return nil }
        unescape(url, from: start) { Int32(truncatingIfNeeded: $0) }
    }

    private init() {}

    /// The same once more; nil if there is nothing left to undo.
    func unescaped() -> UnescapedText? {
        guard Self.hasEscape(bytes.span, from: 0) else { return nil }
        var inner = UnescapedText()
        inner.unescape(bytes.span, from: 0) { places[$0] }
        return inner
    }

    /// What of the URL became this part of the text.
    func escaped(_ range: Range<Int>) -> Range<Int> { Int(places[range.lowerBound])..<Int(places[range.upperBound]) }

    /// How often escapes are undone. A server unescapes a URL once, one behind it that is handed the URL within once more;
    /// deeper is looked for no further, as each time costs as much as the first: a chain of `%25` has no end.
    static let depth = 4

    /// The text of a name or a value with its escapes undone; nil if it has none.
    static func whole(_ text: Span<UInt8>) -> [UInt8]? {
        guard var unescaped = UnescapedText(text, from: 0) else { return nil }
        for _ in 1..<depth {
            guard let next = unescaped.unescaped() else { break }
            unescaped = next
        }
        return unescaped.bytes
    }

    private mutating func unescape(_ text: Span<UInt8>, from start: Int, place: (Int) -> Int32) {
        bytes.reserveCapacity(text.count - start)
        places.reserveCapacity(text.count - start + 1)
        var index = start
        while index < text.count {
            places.append(place(index))
            if let byte = Self.escape(text, at: index) {
                bytes.append(byte)
                index += 3
            } else {
                bytes.append(text[index])
                index += 1
            }
        }
        places.append(place(index))
    }

    private static func hasEscape(_ text: Span<UInt8>, from start: Int) -> Bool {
        var index = start
        while index + 2 < text.count {
            if let byte = escape(text, at: index), byte > 0x20, byte < 0x7F { return true }
            index += 1
        }
        return false
    }

    private static func escape(_ text: Span<UInt8>, at index: Int) -> UInt8? {
        guard text[index] == UInt8(ascii: "%"), index + 2 < text.count else { return nil }
        guard let high = text[index + 1].hexDigitValue, let low = text[index + 2].hexDigitValue else { return nil }
        return high << 4 | low
    }
}
