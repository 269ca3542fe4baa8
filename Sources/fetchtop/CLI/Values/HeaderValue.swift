/// A header as curl's `-H` spells it: `Name: value`; `Name:` removes a header that would be sent by default,
/// `Name;` sends one without a value.
enum HeaderValue {
    /// What `-H` asks for.
    enum Change: Hashable, Sendable {
        case set(name: String, value: String)
        case remove(name: String)
        case empty(name: String)
    }

    /// - Throws: `ValueError` if there is no name, or if a character could end the header early.
    static func parse(_ text: String) throws(ValueError) -> Change {
        if let problem = problem(inValue: text) { throw ValueError(problem) }
        guard let separator = text.firstIndex(where: { $0 == ":" || $0 == ";" }) else {
            throw ValueError("not a header; write 'Name: value'")
        }
        let name = String(text[..<separator])
        guard isName(name) else { throw ValueError("not a header name: '\(quotable(name))'") }
        let value = text[text.index(after: separator)...].trimmingBlanks
        if text[separator] == ";" {
            guard value.isEmpty else { throw ValueError("write 'Name: value', or 'Name;' for no value") }
            return .empty(name: name)
        }
        return value.isEmpty ? .remove(name: name) : .set(name: name, value: value)
    }

    /// A line that is no header, as it may be quoted: a token is likely to stand behind the name, and may stand alone.
    static func quotable(_ text: String) -> String {
        let name = text.prefix { isName(String($0)) }
        if name.utf8.count == text.utf8.count, name.utf8.count <= 32, name.utf8.count(where: \.isASCIIDigit) < 4 {
            return text
        }
        guard name.utf8.count <= 32, name.utf8.count(where: \.isASCIIDigit) < 4 else { return "***" }
        let rest = text.dropFirst(name.count)
        let separator = rest.hasPrefix(":") || rest.hasPrefix(";") ? rest.prefix(1) : ""
        return "\(name)\(separator)\(name.isEmpty ? "" : " ")***"
    }

    /// True if `name` is a token as HTTP wants it.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { $0.isASCIIDigit || $0.isASCIILetter || "!#$%&'*+-.^_`|~".utf8.contains($0) }
    }

    /// Why `value` may not be sent, or nil: a line break or NUL would let it smuggle in a second header.
    static func problem(inValue value: String) -> String? {
        value.utf8.contains { $0 == 0x0a || $0 == 0x0d || $0 == 0 } ? "a line break or NUL in a header" : nil
    }
}
