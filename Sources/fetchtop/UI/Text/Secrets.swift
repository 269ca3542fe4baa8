/// What must not be read over a shoulder: hidden until one asks for it.
enum Secrets {
    static let mask: DisplayText = "***"

    /// Whether a header's value is a credential.
    static func isSecret(header name: String) -> Bool {
        switch name.lowercased() {
        case "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token",
            "x-amz-security-token", "x-csrf-token", "authentication-info":
            return true
        default:
            let lowered = name.lowercased()
            return ["token", "secret", "password", "api-key", "apikey"].contains { lowered.contains($0) }
        }
    }

    /// Whether the value of `key=value` in a query looks like a credential, by its name or by its looks.
    static func isSecret(query key: Substring, value: Substring) -> Bool {
        if value.isEmpty { return false }
        let lowered = key.lowercased()
        let names = [
            "token", "secret", "passw", "pwd", "apikey", "api_key", "api-key", "signature", "credential", "session",
            "auth",
            "jwt",
        ]
        if names.contains(where: { lowered.contains($0) }) || ["sig", "key", "sid"].contains(lowered) { return true }
        return looksLikeToken(value)
    }

    /// A URL as it may be shown or handed on: without its password, its tokens masked.
    static func masked(url: String) -> String {
        let text = url[...]
        let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
        let start = colon.map { text[$0...].hasPrefix("://") ? text.index($0, offsetBy: 3) : text.startIndex }
        let begin = start ?? text.startIndex
        let end = text[begin...].firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? text.endIndex
        let authority = text[begin..<end]
        let host = authority.lastIndex(of: "@").map { "***" + authority[$0...] } ?? String(authority)
        return text[..<begin] + host + URLText.masked(text[end...])
    }

    /// Long and made only of the letters of base64 or hex, with letters and digits mixed.
    private static func looksLikeToken(_ value: Substring) -> Bool {
        guard value.utf8.count >= 32 else { return false }
        var letters = 0
        var digits = 0
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): letters += 1
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "."),
                UInt8(ascii: "%"):
                break
            default: return false
            }
        }
        return digits >= 4 && letters >= 4
    }

    /// A header's value with what is secret masked; the scheme of `Authorization` and names of cookies stay.
    static func masked(header name: String, value: DisplayText) -> DisplayText {
        guard isSecret(header: name) else { return value }
        let keepsFirstWord = ["authorization", "proxy-authorization"].contains(name.lowercased())
        if keepsFirstWord, let space = value.string.firstIndex(of: " ") {
            return DisplayText(trusted: String(value.string[...space])) + mask
        }
        if name.lowercased().hasSuffix("cookie"), let equals = value.string.firstIndex(of: "=") {
            return DisplayText(trusted: String(value.string[...equals])) + mask
        }
        return mask
    }
}
