/// The URLs in pasted text: a list, a log, a page of prose, JSON, Markdown.
///
/// ```
/// see http://a.example/in, and (https://b.example/a). <http://c.example/>  ->  three URLs, three other words
/// ```
/// What stands around a URL is no part of it: quotation marks and brackets that open before it end it, and so does
/// punctuation before a blank. A bracket that opens inside it stays (`/wiki/Swift_(bird)`).
struct PastedURLs {
    private(set) var urls: [String] = []
    /// Words in which there is no URL, or one that cannot be fetched.
    private(set) var otherCount = 0

    init() {}

    init(_ bytes: [UInt8]) { add(bytes[...]) }

    /// Looks through more of the text, which ends with a word.
    mutating func add(_ bytes: ArraySlice<UInt8>) {
        for word in bytes.split(whereSeparator: { $0 <= 0x20 }) {
            let found = Self.urls(in: word)
            if found.isEmpty { otherCount += 1 }
            urls += found
        }
    }

    /// Stretches of a few kilobytes, each of whole words.
    static func pieces(of bytes: [UInt8]) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = 0
        while start < bytes.count {
            let least = min(bytes.count, start + pieceLength)
            let end = bytes[least...].firstIndex { $0 <= 0x20 } ?? bytes.count
            pieces.append(start..<end)
            start = end
        }
        return pieces
    }

    private static let pieceLength = 2_048
    private static let schemes = [Array("http://".utf8), Array("https://".utf8)]
    /// No URL holds one of these as it is: there they end one.
    private static let ends = Set("\"<>`".utf8)
    private static let punctuation = Set(".,;:!?'*_|\\".utf8)
    private static let brackets: [UInt8: UInt8] = [
        UInt8(ascii: ")"): UInt8(ascii: "("), UInt8(ascii: "]"): UInt8(ascii: "["),
        UInt8(ascii: "}"): UInt8(ascii: "{"),
    ]

    private static func urls(in word: ArraySlice<UInt8>) -> [String] {
        var urls: [String] = []
        var rest = word
        while let start = start(in: rest) {
            var end = rest[start...].firstIndex(where: ends.contains) ?? rest.endIndex
            // `http://a,http://b`: lists without blanks.
            let next = rest[(start + 1)..<end].indices.first { isSeparator(rest[$0]) && begins(rest[($0 + 1)..<end]) }
            if let next { end = next }
            let url = String(decoding: trimmed(rest[start..<end]), as: UTF8.self)
            if URLCheck.problem(with: url) == nil { urls.append(url) }
            rest = rest[end...]
        }
        return urls
    }

    /// Where a URL begins: at the word's start, or behind something that is no part of a name.
    private static func start(in text: ArraySlice<UInt8>) -> Int? {
        text.indices.first { place in
            guard text[place] | 0x20 == UInt8(ascii: "h"), begins(text[place...]) else { return false }
            return place == text.startIndex || !text[place - 1].isASCIILetter && !text[place - 1].isASCIIDigit
        }
    }

    private static func begins(_ text: ArraySlice<UInt8>) -> Bool {
        schemes.contains { scheme in
            text.count > scheme.count
                && zip(text, scheme).allSatisfy { $0 == $1 || $0 | 0x20 == $1 && $0.isASCIILetter }
        }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "|")
    }

    /// Without the punctuation of the sentence around it, and without brackets that it did not open itself.
    private static func trimmed(_ url: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var url = url
        while let last = url.last {
            if punctuation.contains(last) {
                url.removeLast()
            } else if let opening = brackets[last],
                url.count(where: { $0 == last }) > url.count(where: { $0 == opening })
            {
                url.removeLast()
            } else if let quote = typographicQuotes.first(where: { url.suffix($0.count).elementsEqual($0) }) {
                url.removeLast(quote.count)
            } else {
                break
            }
        }
        return url
    }

    private static let typographicQuotes = ["”", "“", "’", "»", "…", "。", "，"].map { Array($0.utf8) }
}
