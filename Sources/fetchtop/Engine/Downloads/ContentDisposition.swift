/// The file name that a server proposes: `attachment; filename="x"; filename*=UTF-8''%e2%82%ac` (RFC 6266).
enum ContentDisposition {
    /// The proposed name as it came, not yet safe; the extended form is preferred.
    static func fileName(_ value: String) -> String? {
        var plain: String?
        for parameter in parameters(value) {
            switch parameter.name {
            case "filename*":
                if let name = decodeExtended(parameter.value) { return name }
            case "filename": plain = plain ?? parameter.value
            default: break
            }
        }
        return plain
    }

    /// Splits at semicolons outside of quoted strings.
    private static func parameters(_ value: String) -> [(name: String, value: String)] {
        var parameters: [(String, String)] = []
        var rest = value[...]
        while let semicolon = rest.firstIndex(of: ";") {
            rest = rest[rest.index(after: semicolon)...].drop { $0 == " " || $0 == "\t" }
            guard let equals = rest.firstIndex(where: { $0 == "=" || $0 == ";" }), rest[equals] == "=" else { continue }
            let name = rest[..<equals].filter { $0 != " " }.lowercased()
            rest = rest[rest.index(after: equals)...].drop { $0 == " " }
            parameters.append((name, rest.first == "\"" ? takeQuoted(&rest) : takeToken(&rest)))
        }
        return parameters
    }

    private static func takeToken(_ rest: inout Substring) -> String {
        let end = rest.firstIndex(of: ";") ?? rest.endIndex
        var token = rest[..<end]
        rest = rest[end...]
        while token.last == " " { token.removeLast() }
        return String(token)
    }

    private static func takeQuoted(_ rest: inout Substring) -> String {
        var text = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst(), character != "\"" {
            if character == "\\", let next = rest.popFirst() { text.append(next) } else { text.append(character) }
        }
        return text
    }

    /// `UTF-8'en'%e2%82%ac.txt`; other character sets are not guessed at.
    private static func decodeExtended(_ value: String) -> String? {
        let parts = value.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
        var bytes: [UInt8] = []
        var rest = Array(parts[2].utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
