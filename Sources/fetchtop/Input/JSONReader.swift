/// A strict pull parser for one JSON text (RFC 8259): the caller asks for what it expects and gets that or an error
/// with a position. Nothing is built that nobody asked for, which is what makes a million job lines cheap.
struct JSONReader {
    private let bytes: ArraySlice<UInt8>
    private var at: Int

    /// Deeper nesting is refused: the parser recurses, and no job needs it.
    private static let maxDepth = 64
    private var depth = 0

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    /// What kind of value comes next, judged by its first byte.
    enum Kind { case object, array, string, number, bool, null }

    mutating func nextKind() throws(JSONError) -> Kind {
        skipSpace()
        switch peek() {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return .number
        default: throw unexpected()
        }
    }

    // MARK: Containers

    /// Reads an object; `member` is called with each key and must read the value. What it throws ends the reading.
    mutating func readObject(_ member: (_ key: String, _ value: inout JSONReader) throws -> Void) throws {
        try enter("{", expected: "an object")
        if consume("}") { return leave() }
        repeat {
            let key = try readString()
            try expect(":")
            try member(key, &self)
        } while consume(",")
        try expect("}")
        leave()
    }

    /// Reads an array; `element` is called at each element and must read it.
    mutating func readArray(_ element: (_ value: inout JSONReader) throws -> Void) throws {
        try enter("[", expected: "an array")
        if consume("]") { return leave() }
        repeat { try element(&self) } while consume(",")
        try expect("]")
        leave()
    }

    /// Checks that nothing but white space is left.
    mutating func finish() throws(JSONError) {
        skipSpace()
        guard at == bytes.endIndex else { throw error("text after the end of the JSON value") }
    }

    // MARK: Values

    mutating func readString() throws(JSONError) -> String {
        skipSpace()
        guard consumeByte(UInt8(ascii: "\"")) else { throw error("expected a string") }
        let start = at
        while let byte = peek(), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { at += 1 }
        guard peek() == UInt8(ascii: "\"") else { return try readEscapedString(from: start) }
        at += 1
        return try text(bytes[start..<(at - 1)], startingAt: start)
    }

    mutating func readNumber() throws(JSONError) -> Double {
        let literal = try readNumberText()
        guard let number = Double(String(decoding: literal, as: UTF8.self)), number.isFinite else {
            throw error("number out of range")
        }
        return number
    }

    /// Reads a number without fraction or exponent.
    mutating func readInteger() throws(JSONError) -> Int {
        let literal = try readNumberText()
        guard let number = Int(String(decoding: literal, as: UTF8.self)) else { throw error("expected a whole number") }
        return number
    }

    mutating func readBool() throws(JSONError) -> Bool {
        skipSpace()
        if consumeWord("true") { return true }
        if consumeWord("false") { return false }
        throw error("expected true or false")
    }

    /// Reads `null` if it is next.
    mutating func readNull() -> Bool {
        skipSpace()
        return consumeWord("null")
    }

    /// Reads any value and gives back the bytes that spelt it.
    mutating func readRaw() throws -> ArraySlice<UInt8> {
        skipSpace()
        let start = at
        switch try nextKind() {
        case .object: try readObject { _, value in _ = try value.readRaw() }
        case .array: try readArray { value in _ = try value.readRaw() }
        case .string: _ = try readString()
        case .number: _ = try readNumberText()
        case .bool: _ = try readBool()
        case .null: guard readNull() else { throw unexpected() }
        }
        return bytes[start..<at]
    }

    /// An error at the cursor, for callers that dislike a value.
    func error(_ reason: String) -> JSONError {
        JSONError(reason: reason, column: at - bytes.startIndex + 1)
    }

    // MARK: Strings and numbers

    private mutating func readEscapedString(from start: Int) throws(JSONError) -> String {
        var decoded = Array(bytes[start..<at])
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                return try text(decoded[...], startingAt: start)
            case UInt8(ascii: "\\"):
                at += 1
                decoded.append(contentsOf: try readEscape())
            case 0..<0x20:
                throw error("unescaped control character in a string")
            default:
                decoded.append(byte)
                at += 1
            }
        }
        throw error("unterminated string")
    }

    private mutating func readEscape() throws(JSONError) -> [UInt8] {
        guard let byte = peek() else { throw error("unterminated string") }
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"): return try Array(String(readUnicodeEscape()).utf8)
        default:
            at -= 1
            throw error("unknown escape in a string")
        }
    }

    private mutating func readUnicodeEscape() throws(JSONError) -> Character {
        let first = try readHex4()
        if let scalar = UnicodeScalar(first) { return Character(scalar) }
        // Half of a surrogate pair: the other half must follow.
        guard (0xD800..<0xDC00).contains(first), consumeByte(UInt8(ascii: "\\")), consumeByte(UInt8(ascii: "u")) else {
            throw error("lone surrogate in a string")
        }
        let second = try readHex4()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = UnicodeScalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw error("lone surrogate in a string") }
        return Character(scalar)
    }

    private mutating func readHex4() throws(JSONError) -> UInt32 {
        let digits = bytes[at...].prefix(4)
        guard digits.count == 4, digits.allSatisfy(\.isASCIIHexDigit),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error("expected four hex digits") }
        at += 4
        return value
    }

    private mutating func readNumberText() throws(JSONError) -> ArraySlice<UInt8> {
        skipSpace()
        let start = at
        _ = consumeByte(UInt8(ascii: "-"))
        let whole = consumeDigits()
        guard whole > 0, whole == 1 || bytes[at - whole] != UInt8(ascii: "0") else { throw error("expected a number") }
        if consumeByte(UInt8(ascii: ".")), consumeDigits() == 0 { throw error("expected digits") }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
            at += 1
            if !consumeByte(UInt8(ascii: "+")) { _ = consumeByte(UInt8(ascii: "-")) }
            guard consumeDigits() > 0 else { throw error("expected digits") }
        }
        return bytes[start..<at]
    }

    private func text(_ bytes: ArraySlice<UInt8>, startingAt start: Int) throws(JSONError) -> String {
        guard let text = bytes.validated else {
            throw JSONError(reason: "string is not UTF-8", column: start - self.bytes.startIndex + 1)
        }
        return text
    }

    // MARK: Bytes

    private func peek() -> UInt8? { at < bytes.endIndex ? bytes[at] : nil }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { at += 1 }
    }

    private mutating func consumeByte(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        at += 1
        return true
    }

    private mutating func consumeDigits() -> Int {
        let start = at
        while let byte = peek(), byte.isASCIIDigit { at += 1 }
        return at - start
    }

    private mutating func consumeWord(_ word: String) -> Bool {
        guard bytes[at...].starts(with: word.utf8) else { return false }
        at += word.utf8.count
        return true
    }

    private mutating func consume(_ character: UnicodeScalar) -> Bool {
        skipSpace()
        return consumeByte(UInt8(ascii: character))
    }

    private mutating func expect(_ character: UnicodeScalar) throws(JSONError) {
        guard consume(character) else {
            throw at == bytes.endIndex ? error("unexpected end of the line") : error("expected '\(character)'")
        }
    }

    private mutating func enter(_ character: UnicodeScalar, expected: String) throws(JSONError) {
        guard consume(character) else { throw error("expected \(expected)") }
        depth += 1
        guard depth <= Self.maxDepth else { throw error("nested too deeply") }
    }

    private mutating func leave() { depth -= 1 }

    private func unexpected() -> JSONError {
        at == bytes.endIndex ? error("unexpected end of the line") : error("expected a value")
    }
}

/// What is wrong with a JSON text, and in which column (bytes from 1).
struct JSONError: Error, Equatable, CustomStringConvertible {
    let reason: String
    let column: Int

    var description: String { "\(reason), column \(column)" }
}
