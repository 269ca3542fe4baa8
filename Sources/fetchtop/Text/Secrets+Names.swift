/// What is a credential, by its name or by its looks: one rule for parameters of URLs, for forms and for headers.
extension Secrets {
    /// Whether a header's value is a credential.
    static func isSecret(header name: String) -> Bool {
        let name = name.utf8.span
        // Said in clear by every server: how one may ask, how much is left, and what to do about it.
        if isOne(of: challenges, name) || tellingPrefixes.contains(where: { hasPrefix($0, name) }) { return false }
        if contains("cookie", name) || isCredential(name) { return true }
        return hasLastWord("key", name, upTo: name.count) && !namesOfKeys.contains { contains($0, name) }
    }

    private static let challenges: [StaticString] = ["www-authenticate", "proxy-authenticate"]
    private static let tellingPrefixes: [StaticString] = ["accesscontrol", "ratelimit", "xratelimit"]
    /// Whose keys name something, or are made up for one request.
    private static let namesOfKeys: [StaticString] = [
        "idempotency", "cache", "surrogate", "partition", "public", "websocket",
    ]

    /// Whether a header is for the origin alone that it was written for: a credential by its name, or by its value.
    ///
    /// Asked with each fetch that has headers: most names decide it.
    static func isForOrigin(header name: String, value: String) -> Bool {
        let bytes = name.utf8.span
        if isOne(of: forEverybody, bytes) || hasPrefix("content", bytes) || hasPrefix("accept", bytes) { return false }
        return isSecret(header: name) || hasScheme(value.utf8.span) || URLSecrets.holdsCredential(value.utf8.span)
    }

    /// Without these a request means something else, or whoever answers for it is not named.
    private static let forEverybody: [StaticString] = [
        "user-agent", "from", "range", "host", "expect", "if-range", "if-match", "if-none-match", "if-modified-since",
        "if-unmodified-since",
    ]

    /// `Bearer x`, `Basic x`, `Token x`.
    private static func hasScheme(_ value: Span<UInt8>) -> Bool {
        let schemes: [StaticString] = ["bearer ", "basic ", "token "]
        return schemes.contains { value.count > $0.utf8CodeUnitCount && begins(value, with: $0) }
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
            for word in words {
                guard let end = end(of: word, in: name, at: index) else { continue }
                // How many there are is no secret: `max_tokens`.
                if name[index] | 0x20 != UInt8(ascii: "t") || !isPlural(name, at: end) { return true }
            }
        }
        let part = lastPart(of: name)
        if hasLastWord("pass", name, upTo: part.upperBound) { return true }
        return wholeNames.contains { end(of: $0, in: name, at: part.lowerBound) == part.upperBound }
    }

    private static func isPlural(_ name: Span<UInt8>, at index: Int) -> Bool {
        guard index < name.count, name[index] | 0x20 == UInt8(ascii: "s") else { return false }
        return index + 1 == name.count || !name[index + 1].isASCIILetter || startsWord(name, index + 1)
    }

    /// What servers make of `a[b]`, `b[]` and `b[0]`: a member of a list or of something else, named `b`.
    private static func lastPart(of name: Span<UInt8>) -> Range<Int> {
        var end = name.count
        while end > 0, isBracket(name[end - 1]) || end < name.count && name[end - 1].isASCIIDigit { end -= 1 }
        var start = end
        while start > 0, !isBracket(name[start - 1]) { start -= 1 }
        return start..<end
    }

    private static func hasLastWord(_ word: StaticString, _ name: Span<UInt8>, upTo end: Int) -> Bool {
        let start = end - word.utf8CodeUnitCount
        return start >= 0 && self.end(of: word, in: name, at: start) == end && startsWord(name, start)
    }

    private static func startsWord(_ name: Span<UInt8>, _ index: Int) -> Bool {
        guard index > 0, !separatesWords(name[index - 1]) else { return true }
        return isUppercase(name[index]) && !isUppercase(name[index - 1])
    }

    private static func isUppercase(_ byte: UInt8) -> Bool { byte.isASCIILetter && byte & 0x20 == 0 }

    private static let ofT: [StaticString] = ["token"]
    private static let ofS: [StaticString] = [
        "secret", "signature", "session", "sessid", "samlresponse", "subscriptionkey",
    ]
    private static let ofP: [StaticString] = ["passw", "passphrase", "passcode", "pwd", "privatekey"]
    private static let ofA: [StaticString] = ["apikey", "appkey", "accesskey", "assertion"]
    private static let ofC: [StaticString] = ["credential", "codeverifier"]
    private static let ofJ: [StaticString] = ["jwt"]
    private static let ofH: [StaticString] = ["hmac", "hdnea"]
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
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || isBracket(byte)
    }

    private static func isBracket(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") }

    /// Whether the name is one of these, letter by letter.
    private static func isOne(of words: [StaticString], _ name: Span<UInt8>) -> Bool {
        words.contains { name.count == $0.utf8CodeUnitCount && begins(name, with: $0) }
    }

    /// Whether the name is that word, or begins with it and goes on behind a hyphen.
    private static func hasPrefix(_ word: StaticString, _ name: Span<UInt8>) -> Bool {
        guard let end = end(of: word, in: name, at: 0) else { return false }
        return end == name.count || separatesWords(name[end])
    }

    private static func begins(_ text: Span<UInt8>, with word: StaticString) -> Bool {
        word.withUTF8Buffer { letters in
            guard text.count >= letters.count else { return false }
            for index in 0..<letters.count {
                let byte = text[index]
                guard unsafe (isUppercase(byte) ? byte | 0x20 : byte) == letters[index] else { return false }
            }
            return true
        }
    }

    // MARK: By looks

    /// Long and made only of the letters of base64 or hex, most of them in long words that mix letters and digits: titles
    /// and names of files have short ones. A UUID is the name of something.
    static func looksLikeToken(_ text: Span<UInt8>) -> Bool {
        guard text.count >= 32 else { return false }
        // A URL that is escaped is no token for that; base64 that is escaped is one.
        if let unescaped = UnescapedText.whole(text) { return isRandom(unescaped.span, wasEscaped: true) }
        return isRandom(text, wasEscaped: false)
    }

    private static func isRandom(_ text: Span<UInt8>, wasEscaped: Bool) -> Bool {
        guard text.count >= 32 else { return false }
        var (slashes, mixed) = (0, 0)
        var (letters, digits) = (0, 0)
        func endWord() {
            if letters > 0, digits > 0, letters + digits >= 8 { mixed += letters + digits }
            (letters, digits) = (0, 0)
        }
        for index in text.indices {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): letters += 1
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "."),
                UInt8(ascii: "%"):
                endWord()
            case UInt8(ascii: "/") where wasEscaped:
                slashes += 1
                endWord()
            default: return false
            }
        }
        endWord()
        // Paths have more slashes.
        return mixed >= 20 && slashes * 24 <= text.count && !isUUID(text)
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
                && value.indices.allSatisfy {
                    value[$0].isASCIILetter || separatesWords(value[$0]) && !isBracket(value[$0])
                }
    }
}
