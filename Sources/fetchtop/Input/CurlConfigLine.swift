/// One line of a curl configuration file, split as curl's `tool_parsecfg.c` does: a name, with or without dashes; then
/// `=`, `:` or blanks; then a value, in double quotes with backslash escapes or up to the next blank.
struct CurlConfigLine: Equatable {
    let name: String
    /// Nil if there is none; an empty one must be quoted.
    let value: String?

    /// - Throws: `JobError` for a value followed by more words: curl only warns, and then does something else than was
    ///   meant.
    init(_ line: ArraySlice<UInt8>) throws(JobError) {
        let text = line.trimmingBlanks
        let isDashed = text.first == UInt8(ascii: "-")
        let isSeparator = { (byte: UInt8) in !isDashed && (byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":")) }
        let nameBytes = text.prefix { !$0.isBlank && !isSeparator($0) }
        guard let name = nameBytes.validated else { throw JobError("not UTF-8") }
        self.name = String(name.drop { $0 == "-" })
        let rest = text.dropFirst(nameBytes.count).drop { $0.isBlank || isSeparator($0) }
        guard let first = rest.first, first != UInt8(ascii: "#") || isDashed else {
            value = nil
            return
        }
        if first == UInt8(ascii: "\"") {
            value = try Self.unquoted(rest.dropFirst())
            return
        }
        let word = rest.prefix { !$0.isBlank }
        let after = rest.dropFirst(word.count).trimmingBlanks
        guard after.isEmpty || after.first == UInt8(ascii: "#") else {
            throw JobError(
                "the value of '\(HeaderValue.quotable(String(name)))' has unquoted blanks; put it in double quotes")
        }
        guard let value = word.validated else { throw JobError("not UTF-8") }
        self.value = value
    }

    private static func unquoted(_ bytes: ArraySlice<UInt8>) throws(JobError) -> String {
        var result: [UInt8] = []
        var at = bytes.startIndex
        while at < bytes.endIndex, bytes[at] != UInt8(ascii: "\"") {
            if bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.endIndex {
                at += 1
                switch bytes[at] {
                case UInt8(ascii: "t"): result.append(9)
                case UInt8(ascii: "n"): result.append(10)
                case UInt8(ascii: "r"): result.append(13)
                case UInt8(ascii: "v"): result.append(11)
                case let byte: result.append(byte)
                }
            } else {
                result.append(bytes[at])
            }
            at += 1
        }
        guard let text = result[...].validated else { throw JobError("not UTF-8") }
        return text
    }
}
