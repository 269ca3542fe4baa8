/// JSON with `***` in the places of values that are credentials by the names of their members or by their looks.
///
/// What only begins like JSON is gone through all the same: nothing is refused, and nothing but values changes.
struct JSONSecrets {
    private var output: [UInt8] = []
    /// The string seen last, until it turns out to be a value.
    private var name: Range<Int>?
    private var isValue = false

    static func masked(_ text: Span<UInt8>) -> [UInt8] {
        var secrets = JSONSecrets()
        var index = 0
        while index < text.count { index = secrets.step(text, index) }
        return secrets.output
    }

    /// Goes on by a string, a number or a delimiter.
    private mutating func step(_ text: Span<UInt8>, _ start: Int) -> Int {
        let byte = text[start]
        var end = start + 1
        if byte == UInt8(ascii: "\"") {
            while end < text.count, text[end] != UInt8(ascii: "\"") {
                end += text[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            end = min(end, text.count)
            output.append(byte)
            if isValue { append(value: text, start + 1..<end) } else { append(text, start + 1..<end) }
            if !isValue { name = start + 1..<end }
            if end < text.count { output.append(byte) }
            return end + 1
        }
        switch byte {
        case UInt8(ascii: ":"): isValue = name != nil
        // The values of a list are all of its name.
        case UInt8(ascii: "["), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): break
        case UInt8(ascii: ",") where isInList: break
        case UInt8(ascii: "]"), UInt8(ascii: ","), UInt8(ascii: "{"), UInt8(ascii: "}"): (name, isValue) = (nil, false)
        default:
            while end < text.count, !",]} \t\r\n".utf8.contains(text[end]) { end += 1 }
            if isValue { append(value: text, start..<end) } else { append(text, start..<end) }
            return end
        }
        if byte == UInt8(ascii: "["), isValue { isInList = true }
        if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") { isInList = false }
        output.append(byte)
        return end
    }

    private var isInList = false

    private mutating func append(value text: Span<UInt8>, _ range: Range<Int>) {
        let value = text.extracting(range)
        if let name, Secrets.isSecret(value, of: text.extracting(name)) {
            output += "***".utf8
        } else if let masked = URLSecrets.masked(value) {
            output += masked
        } else {
            append(text, range)
        }
    }

    private mutating func append(_ text: Span<UInt8>, _ range: Range<Int>) {
        for index in range { output.append(text[index]) }
    }
}
