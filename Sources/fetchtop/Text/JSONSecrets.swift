/// JSON with `***` in the places of values that are credentials by the names of their members or by their looks.
///
/// What only begins like JSON is gone through all the same: nothing is refused, and nothing but values changes.
struct JSONSecrets {
    private var output: [UInt8] = []
    private var levels = [Level(isList: false)]
    /// The text seen last, until it turns out to be a name.
    private var last: Range<Int>?

    /// An object or a list.
    private struct Level {
        let isList: Bool
        /// The name of a list, which all of its values have.
        let listName: [UInt8]?
        /// The name of the value that comes next.
        var name: [UInt8]?
        var isValue: Bool

        init(isList: Bool, name: [UInt8]? = nil) {
            self.isList = isList
            listName = name
            self.name = name
            isValue = isList
        }
    }

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
            append(text, start + 1..<end)
            if end < text.count { output.append(byte) }
            return end + 1
        }
        let top = levels.count - 1
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): break
        case UInt8(ascii: ":"):
            guard let last else { break }
            levels[top].name = Self.unescaped(text.extracting(last))
            levels[top].isValue = true
        case UInt8(ascii: "["):
            levels.append(Level(isList: true, name: levels[top].isValue ? levels[top].name : nil))
        case UInt8(ascii: "{"): levels.append(Level(isList: false))
        case UInt8(ascii: "]"), UInt8(ascii: "}"): if top > 0 { levels.removeLast() }
        case UInt8(ascii: ","):
            levels[top].name = levels[top].listName
            levels[top].isValue = levels[top].isList
        default:
            while end < text.count, !",:[]{}\" \t\r\n".utf8.contains(text[end]) { end += 1 }
            append(text, start..<end)
            return end
        }
        output.append(byte)
        return end
    }

    /// A name or a value.
    private mutating func append(_ text: Span<UInt8>, _ range: Range<Int>) {
        last = range
        let raw = text.extracting(range)
        let level = levels[levels.count - 1]
        if level.isValue, isSecret(raw, of: level.name ?? []) {
            output += "***".utf8
        } else if let masked = URLSecrets.masked(raw) {
            output += masked
        } else {
            for index in range { output.append(text[index]) }
        }
    }

    /// As it stands and as it is read, in which a URL or a signed token may come to light.
    private func isSecret(_ value: Span<UInt8>, of name: [UInt8]) -> Bool {
        if Secrets.isSecret(value, of: name.span) { return true }
        guard value.indices.contains(where: { value[$0] == UInt8(ascii: "\\") }) else { return false }
        let unescaped = Self.unescaped(value)
        return Secrets.isSecret(unescaped.span, of: name.span)
            || URLSecrets.masked(value) == nil && URLSecrets.masked(unescaped.span) != nil
    }

    /// What the escapes of a string stand for; what is no string stays as it is.
    private static func unescaped(_ text: Span<UInt8>) -> [UInt8] {
        let raw = text.indices.map { text[$0] }
        guard raw.contains(UInt8(ascii: "\\")) else { return raw }
        let quote = [UInt8(ascii: "\"")]
        var reader = JSONReader((quote + raw + quote)[...])
        return (try? reader.readString()).map { Array($0.utf8) } ?? raw
    }
}
