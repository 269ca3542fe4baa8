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

    /// Whether the value of `name=value` in a URL looks like a credential, by its name or by its looks.
    static func isSecret(_ url: Span<UInt8>, name: Range<Int>, value: Range<Int>) -> Bool {
        for index in name {
            for word in words
            where URLSecrets.has(word, url, at: index) && index + word.utf8CodeUnitCount <= name.upperBound {
                return true
            }
            // An author is no authority.
            if URLSecrets.has("auth", url, at: index), index + 4 <= name.upperBound,
                !URLSecrets.has("author", url, at: index) || URLSecrets.has("authori", url, at: index)
            {
                return true
            }
        }
        for word in wholeNames
        where name.count == word.utf8CodeUnitCount && URLSecrets.has(word, url, at: name.lowerBound) {
            return true
        }
        return looksLikeToken(url, value)
    }

    /// In the name of a credential.
    private static let words: [StaticString] = [
        "token", "secret", "passw", "pwd", "apikey", "api_key", "api-key", "signature", "credential", "session", "jwt",
    ]
    /// The name of a credential.
    private static let wholeNames: [StaticString] = ["sig", "key", "sid"]

    /// A URL as it may be shown, recorded or handed on: without its password, its tokens masked.
    static func masked(url: String) -> String {
        URLSecrets.masked(url.utf8.span).map { String(decoding: $0, as: UTF8.self) } ?? url
    }

    /// A sentence as it may be shown and recorded: the URLs in it without passwords and tokens.
    static func masked(text: String) -> String {
        let marks = "@?#".utf8
        guard text.utf8.contains(where: { marks.contains($0) }) else { return text }
        return text.split(separator: " ", omittingEmptySubsequences: false).map { masked(url: String($0)) }
            .joined(separator: " ")
    }

    /// Long and made only of the letters of base64 or hex, with letters and digits mixed. A UUID is the name of something.
    static func looksLikeToken(_ url: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count >= 32 else { return false }
        var letters = 0
        var digits = 0
        var isUUID = range.count == 36
        for index in range {
            let byte = url[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): letters += 1
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "."),
                UInt8(ascii: "%"):
                break
            default: return false
            }
            let isDashPlace = [8, 13, 18, 23].contains(index - range.lowerBound)
            if isDashPlace != (byte == UInt8(ascii: "-")) { isUUID = false }
        }
        return digits >= 4 && letters >= 4 && !isUUID
    }

    /// A form's text (`a=1&password=2`), or any other body, with what looks like a credential masked.
    static func masked(form text: String) -> String {
        // What follows the question mark of a URL has the same form.
        let query = Array("?\(text)".utf8)
        return URLSecrets.masked(query.span).map { String(decoding: $0.dropFirst(), as: UTF8.self) } ?? text
    }

    /// A header's value with what is secret masked: the scheme of `Authorization` and names of cookies stay, and a URL
    /// (`Location`) without its secrets.
    static func masked(header name: String, value: String) -> String {
        guard isSecret(header: name) else { return masked(text: value) }
        let lowered = name.lowercased()
        if ["authorization", "proxy-authorization"].contains(lowered), let space = value.firstIndex(of: " ") {
            return value[...space] + "***"
        }
        if lowered.hasSuffix("cookie"), let equals = value.firstIndex(of: "=") { return value[...equals] + "***" }
        return "***"
    }

    /// The same for what is drawn.
    static func masked(header name: String, value: DisplayText) -> DisplayText {
        DisplayText(trusted: masked(header: name, value: value.string))
    }
}
