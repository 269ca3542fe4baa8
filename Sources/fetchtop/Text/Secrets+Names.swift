/// What is a credential, by its name or by its looks: one rule for parameters of URLs, for forms and for headers.
extension Secrets {
    /// Whether a header's value is a credential.
    static func isSecret(header name: String) -> Bool {
        let name = name.utf8.span
        // Said in clear by every server: how one may ask, how much is left, and what to do about it.
        for word: StaticString in ["authenticate", "ratelimit", "accesscontrol"] where contains(word, name) {
            return false
        }
        return contains("cookie", name) || isCredential(name)
    }

    /// Whether the value of `name=value` in a URL is a credential.
    static func isSecret(_ value: Span<UInt8>, of name: Span<UInt8>) -> Bool {
        if isCredential(name) || looksLikeToken(value) { return true }
        if isShortLived(name) { return !looksLikeCode(value) }
        guard let name = UnescapedText.whole(name) else { return false }
        return isCredential(name.span) || isShortLived(name.span) && !looksLikeCode(value)
    }

    // MARK: By name

    /// Names are compared in either case and without what parts their words: `api_key`, `Api-Key` and `apiKey` are one.
    private static func isCredential(_ name: Span<UInt8>) -> Bool {
        for index in name.indices {
            // Looked up by the first letter: this is done for each parameter of each record.
            let words: [StaticString]
            switch name[index] | 0x20 {
            case UInt8(ascii: "t"): words = ofT
            case UInt8(ascii: "s"): words = ofS
            case UInt8(ascii: "p"): words = ofP
            case UInt8(ascii: "a"):
                if isAuthority(name, at: index) { return true }
                words = ofA
            case UInt8(ascii: "c"): words = ofC
            case UInt8(ascii: "j"): words = ofJ
            case UInt8(ascii: "h"): words = ofH
            case UInt8(ascii: "d"): words = ofD
            default: continue
            }
            for word in words where end(of: word, in: name, at: index) != nil { return true }
        }
        return wholeNames.contains { end(of: $0, in: name, at: 0) == name.count }
    }

    private static let ofT: [StaticString] = ["token"]
    private static let ofS: [StaticString] = [
        "secret", "signature", "session", "sessid", "samlresponse", "subscriptionkey",
    ]
    private static let ofP: [StaticString] = ["passw", "passphrase", "pwd", "privatekey"]
    private static let ofA: [StaticString] = ["apikey", "accesskey", "assertion"]
    private static let ofC: [StaticString] = ["credential", "codeverifier"]
    private static let ofJ: [StaticString] = ["jwt"]
    private static let ofH: [StaticString] = ["hmac"]
    private static let ofD: [StaticString] = ["devicecode"]

    /// Names that are part of harmless ones.
    private static let wholeNames: [StaticString] = ["sig", "key", "sid", "pass", "otp", "bearer"]

    /// `auth`, `authorization`, `oauth`; but an author is no credential, nor is the name of a host.
    private static func isAuthority(_ name: Span<UInt8>, at index: Int) -> Bool {
        guard let end = end(of: "auth", in: name, at: index) else { return false }
        return self.end(of: "or", in: name, at: end) == nil || self.end(of: "oriz", in: name, at: end) != nil
            || self.end(of: "oris", in: name, at: end) != nil
    }

    /// Names that servers give to what logs somebody in once (OAuth's `code`, CAS's `ticket`), and as often to something
    /// else: `code=404`, `code=USD`.
    private static func isShortLived(_ name: Span<UInt8>) -> Bool {
        end(of: "code", in: name, at: 0) == name.count || end(of: "ticket", in: name, at: 0) == name.count
    }

    private static func contains(_ word: StaticString, _ name: Span<UInt8>) -> Bool {
        name.indices.contains { end(of: word, in: name, at: $0) != nil }
    }

    /// Where a word that begins there ends; nil if it does not. `word` is in lower case.
    private static func end(of word: StaticString, in name: Span<UInt8>, at start: Int) -> Int? {
        word.withUTF8Buffer { letters in
            var index = start
            for position in 0..<letters.count {
                if position > 0 { while index < name.count, separatesWords(name[index]) { index += 1 } }
                guard index < name.count, unsafe name[index] | 0x20 == letters[position] else { return nil }
                index += 1
            }
            return index
        }
    }

    private static func separatesWords(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    // MARK: By looks

    /// Long and made only of the letters of base64 or hex, with letters and digits mixed. A UUID is the name of something.
    static func looksLikeToken(_ text: Span<UInt8>, wasEscaped: Bool = false) -> Bool {
        guard text.count >= 32 else { return false }
        // A URL that is escaped is no token for that; base64 that is escaped is one.
        if let unescaped = UnescapedText.whole(text) { return looksLikeToken(unescaped.span, wasEscaped: true) }
        var slashes = 0
        var letters = 0
        var digits = 0
        for index in text.indices {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): letters += 1
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "."),
                UInt8(ascii: "%"):
                break
            case UInt8(ascii: "/") where wasEscaped: slashes += 1
            default: return false
            }
        }
        // Paths have more of them.
        return digits >= 4 && letters >= 4 && slashes * 24 <= text.count && !isUUID(text)
    }

    private static func isUUID(_ text: Span<UInt8>) -> Bool {
        guard text.count == 36 else { return false }
        return text.indices.allSatisfy { index in
            let isDash = index == 8 || index == 13 || index == 18 || index == 23
            return isDash ? text[index] == UInt8(ascii: "-") : text[index].isASCIIHexDigit
        }
    }

    /// A status, a currency, a language: at most five digits, or at most eight letters.
    private static func looksLikeCode(_ value: Span<UInt8>) -> Bool {
        value.count <= 5 && value.indices.allSatisfy { value[$0].isASCIIDigit }
            || value.count <= 8
                && value.indices.allSatisfy { value[$0].isASCIILetter || separatesWords(value[$0]) }
    }
}
