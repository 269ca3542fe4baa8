/// The status line and headers of one response, kept as they came and parsed when asked.
public struct HTTPResponseHead: Sendable, Hashable {
    /// The bytes from the status line to the empty line.
    public let bytes: [UInt8]
    /// The status code.
    public let status: Int

    /// Wraps the bytes of a head; the status is read from its first line, 0 when that is malformed.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
        status = Self.status(of: bytes.span)
    }

    init(bytes: [UInt8], status: Int) {
        self.bytes = bytes
        self.status = status
    }

    /// `HTTP/1.1`, `HTTP/2`, as the first line has it.
    public var version: String { String(decoding: statusLine.prefix { $0 != 32 }, as: UTF8.self) }

    /// The reason phrase, which may be empty; in Latin-1 where it is no valid UTF-8.
    public var reason: String {
        let parts = statusLine.split(separator: 32, maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 ? parts[2].fieldText : ""
    }

    /// Whether the status is 2xx or 304.
    var isSuccess: Bool { (200..<300).contains(status) || status == 304 }

    /// The header fields; continuation lines are joined with one space, and a value that is no valid UTF-8 is read as
    /// Latin-1.
    /// - Complexity: O(n) in the number of bytes, at each call.
    public var headers: HTTPHeaders {
        var fields: [HTTPHeaders.Field] = []
        for line in bytes.split(whereSeparator: { $0 == 10 }).dropFirst() {
            let line = line.last == 13 ? line.dropLast() : line
            guard let first = line.first else { continue }
            if first == 32 || first == 9 {
                guard let last = fields.popLast() else { continue }
                fields.append(.init(name: last.name, value: last.value + " " + line.trimmed.fieldText))
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                fields.append(.init(name: line[..<colon].fieldText, value: line[(colon + 1)...].trimmed.fieldText))
            }
        }
        return HTTPHeaders(fields)
    }

    private var statusLine: ArraySlice<UInt8> {
        let line = bytes.prefix { $0 != 10 }
        return line.last == 13 ? line.dropLast() : line
    }

    /// The code of a status line such as `HTTP/1.1 200 OK`.
    static func status(of bytes: Span<UInt8>) -> Int {
        var index = 0
        while index < min(16, bytes.count) && bytes[index] != 32 { index += 1 }
        // More than one, as libcurl takes them.
        let space = index
        while index < bytes.count && (bytes[index] == 32 || bytes[index] == 9) { index += 1 }
        guard index > space && index + 2 < bytes.count else { return 0 }
        var status = 0
        for digit in index...(index + 2) {
            guard bytes[digit] >= 48 && bytes[digit] <= 57 else { return 0 }
            status = status * 10 + Int(bytes[digit] - 48)
        }
        return status
    }
}

extension ArraySlice<UInt8> {
    /// Without leading and trailing spaces and tabs.
    var trimmed: ArraySlice<UInt8> {
        var slice = drop { $0 == 32 || $0 == 9 }
        while let last = slice.last, last == 32 || last == 9 || last == 13 { slice.removeLast() }
        return slice
    }

    /// UTF-8 where it is valid, else each byte as the code point of its number (RFC 9110, section 5.5).
    var fieldText: String {
        if let text = String(validating: self, as: UTF8.self) { return text }
        return String(String.UnicodeScalarView(map { Unicode.Scalar($0) }))
    }
}
