/// Where a URL holds what must not be read over a shoulder, nor be kept where results are.
///
/// ```
/// https://user:pass@host/path;jsessionid=1F?q=1&token=abc#access_token=def
///              ~~~~                      ~~           ~~~              ~~~
/// ```
/// What is escaped is looked at as it is and as servers read it: a `to%6ben` is a token, and `u=http%3A%2F%2Fu%3Ap%40h`
/// has a password. Works on bytes, and looks at each once when there is nothing to hide: every record has a URL.
struct URLSecrets {
    /// The bytes in whose places `***` is shown, in order.
    private(set) var ranges: [Range<Int>] = []
    /// What comes before and after the scheme and the user's name and password.
    private(set) var authority = 0
    private(set) var host = 0

    /// - Parameter inText: A word of a sentence, in which `me@example.com` is an address to write to.
    init(_ url: Span<UInt8>, inText: Bool = false) {
        authority = Self.schemeEnd(of: url)
        var end = authority
        while end < url.count, !Self.endsAuthority(url[end]) { end += 1 }
        host = Self.userinfoEnd(of: url, from: authority, to: end, limit: url.count) ?? authority
        if inText, authority == 0, host > 0, Self.isMailbox(url, host - 1) { host = 0 }
        if host > authority { hideUserinfo(url, authority, host - 1) }
        // In words that are no URL there may be one from the start on.
        let start = authority > 0 ? max(end, host) : host
        hideAll(url, parametersFrom: max(end, host), nestedFrom: start)
        merge()
        guard var text = UnescapedText(url, from: start) else { return }
        for level in 1...UnescapedText.depth {
            var inner = URLSecrets()
            inner.hideAll(text.bytes.span, parametersFrom: 0, nestedFrom: 0)
            for range in inner.ranges { hide(text.escaped(range)) }
            guard level < UnescapedText.depth, let next = text.unescaped() else { break }
            text = next
        }
        merge()
    }

    private init() {}

    /// The URL with `***` in the places of its secrets; nil if it has none.
    static func masked(_ url: Span<UInt8>, inText: Bool = false) -> [UInt8]? {
        guard mayHaveSecrets(url) else { return nil }
        let secrets = URLSecrets(url, inText: inText)
        return secrets.ranges.isEmpty ? nil : secrets.masked(url, 0..<url.count)
    }

    /// A part of the URL with `***` in the places of its secrets.
    func masked(_ url: Span<UInt8>, _ part: Range<Int>) -> [UInt8] {
        var masked: [UInt8] = []
        masked.reserveCapacity(part.count)
        var at = part.lowerBound
        for range in ranges where range.overlaps(part) {
            for index in at..<max(at, range.lowerBound) { masked.append(url[index]) }
            masked += "***".utf8
            at = min(range.upperBound, part.upperBound)
        }
        for index in at..<part.upperBound { masked.append(url[index]) }
        return masked
    }

    /// Whether there is a byte without which there is no secret. Most URLs have none, and every record has two URLs:
    /// without a way out of it, the loop looks at many bytes at once.
    static func mayHaveSecrets(_ url: Span<UInt8>) -> Bool {
        var found = false
        var previous: UInt8 = 0
        for index in url.indices {
            let byte = url[index]
            found =
                found || byte == UInt8(ascii: "@") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
                || byte == UInt8(ascii: "%") || byte == UInt8(ascii: ";")
                // Of the start of a signed token.
                || (byte == UInt8(ascii: "J") && previous == UInt8(ascii: "y"))
            previous = byte
        }
        return found
    }

    // MARK: Who asks

    /// Where the host begins, if there is a user's name or password before it.
    ///
    /// The last `@` of the authority ends it. A password with a `/` in it, which is no URL, ends it as well: what then
    /// looks like a port is none.
    private static func userinfoEnd(of url: Span<UInt8>, from start: Int, to end: Int, limit: Int) -> Int? {
        if let at = last(UInt8(ascii: "@"), in: url, start..<end) { return at + 1 }
        guard end < limit, let colon = last(UInt8(ascii: ":"), in: url, start..<end), url[start] != 0x5B,
            !(colon + 1..<end).allSatisfy({ url[$0].isASCIIDigit })
        else { return nil }
        return last(UInt8(ascii: "@"), in: url, end..<limit).map { $0 + 1 }
    }

    /// Whether what stands before that `@` is the name of a mailbox: no password, or `mailto:`.
    private static func isMailbox(_ text: Span<UInt8>, _ at: Int) -> Bool {
        let start = text[0] == UInt8(ascii: "+") ? 1 : 0
        return !(0..<at).contains { text[$0] == UInt8(ascii: ":") } || has("mailto:", text, at: start)
    }

    /// Whether there is a URL with a password or a signed token in a text.
    static func holdsCredential(_ text: Span<UInt8>) -> Bool {
        guard mayHaveSecrets(text) else { return false }
        var secrets = URLSecrets()
        secrets.hideNested(text, from: 0)
        secrets.hideSignedTokens(text, from: 0)
        return !secrets.ranges.isEmpty
    }

    /// The password goes; and so does a name that stands alone, or before an empty password: tokens are given like that.
    private mutating func hideUserinfo(_ url: Span<UInt8>, _ start: Int, _ end: Int) {
        var colon = start
        while colon < end, url[colon] != UInt8(ascii: ":") { colon += 1 }
        if colon + 1 >= end || Secrets.looksLikeToken(url.extracting(start..<colon)) { hide(start..<colon) }
        hide(min(colon + 1, end)..<end)
    }

    // MARK: What is asked

    /// Hides values of parameters, the userinfo of URLs within the URL, and signed tokens wherever they stand.
    private mutating func hideAll(_ url: Span<UInt8>, parametersFrom start: Int, nestedFrom nested: Int) {
        hideParameters(url, from: start)
        hideNested(url, from: nested)
        hideSignedTokens(url, from: nested)
    }

    /// Values of the query and of the fragment (`?a=b&c=d#e=f`), and of the parameters of a path (`/a;b=c/d`).
    private mutating func hideParameters(_ url: Span<UInt8>, from start: Int) {
        enum Place { case path, pathParameter, query }
        var place = Place.path
        var (index, name, equals) = (start, start, -1)
        while true {
            let byte = index < url.count ? url[index] : 0
            switch byte {
            case UInt8(ascii: "="): if equals < 0 { equals = index }
            case UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "&"), UInt8(ascii: ";"), UInt8(ascii: "/"), 0:
                if byte == UInt8(ascii: "/"), place != .pathParameter { break }
                if place != .path, equals >= 0, equals + 1 < index,
                    Secrets.isSecret(url.extracting(equals + 1..<index), of: url.extracting(name..<equals))
                {
                    hide(equals + 1..<index)
                }
                switch byte {
                case 0 where index >= url.count: return
                case UInt8(ascii: "?"), UInt8(ascii: "#"): place = .query
                case UInt8(ascii: ";"): if place == .path { place = .pathParameter }
                case UInt8(ascii: "/"): place = .path
                default: break
                }
                (name, equals) = (index + 1, -1)
            default: break
            }
            index += 1
        }
    }

    /// A URL that is a part of another one: `/proxy/http://u:p@h/`.
    private mutating func hideNested(_ url: Span<UInt8>, from start: Int) {
        guard let lastAt = Self.last(UInt8(ascii: "@"), in: url, start..<url.count) else { return }
        var index = start
        while index + 3 < lastAt {
            guard url[index] == UInt8(ascii: ":"), Self.has("://", url, at: index) else {
                index += 1
                continue
            }
            let begin = index + 3
            var end = begin
            while end < url.count, !Self.endsAuthority(url[end]), url[end] != UInt8(ascii: "&") { end += 1 }
            var limit = end
            while limit < url.count, url[limit] != UInt8(ascii: "&"), !Self.has("://", url, at: limit) { limit += 1 }
            if let host = Self.userinfoEnd(of: url, from: begin, to: end, limit: limit) { hide(begin..<host - 1) }
            index = end
        }
    }

    /// Hides a token that is signed or encrypted (JWT), which begins with the `{"` of its head in base64.
    private mutating func hideSignedTokens(_ url: Span<UInt8>, from start: Int) {
        var index = start
        while index + 16 <= url.count {
            guard url[index] == UInt8(ascii: "e"), url[index + 1] == UInt8(ascii: "y"),
                url[index + 2] == UInt8(ascii: "J")
            else {
                index += 1
                continue
            }
            var (end, dots) = (index, 0)
            while end < url.count, Self.isOfSignedToken(url[end]) {
                if url[end] == UInt8(ascii: ".") { dots += 1 }
                end += 1
            }
            if dots > 0, end - index >= 16 { hide(index..<end) }
            index = end
        }
    }

    private static func isOfSignedToken(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ".")
    }

    private mutating func hide(_ range: Range<Int>) {
        if !range.isEmpty { ranges.append(range) }
    }

    /// Puts the ranges in order; those that overlap or touch become one. At the end, for a URL can have thousands.
    private mutating func merge() {
        guard ranges.count > 1 else { return }
        var merged: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, last.upperBound >= range.lowerBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        ranges = merged
    }

    // MARK: Bytes

    private static func schemeEnd(of url: Span<UInt8>) -> Int {
        var index = 0
        while index < url.count, url[index].isASCIILetter || url[index].isASCIIDigit || "+-.".utf8.contains(url[index])
        {
            index += 1
        }
        if index > 0, has("://", url, at: index) { return index + 3 }
        // Of the same scheme as the page that it is in.
        if has("//", url, at: 0) { return 2 }
        // Mistyped; what is refused is told of, too.
        return (index == 4 || index == 5) && has("http", url, at: 0) && has(":/", url, at: index) ? index + 2 : 0
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    private static func last(_ byte: UInt8, in url: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var index = range.upperBound
        while index > range.lowerBound {
            index -= 1
            if url[index] == byte { return index }
        }
        return nil
    }

    /// Whether a text stands there, in letters of either case; `word` is in lower case.
    private static func has(_ word: StaticString, _ url: Span<UInt8>, at start: Int) -> Bool {
        guard start + word.utf8CodeUnitCount <= url.count else { return false }
        return word.withUTF8Buffer { letters in
            for index in 0..<letters.count {
                let byte = url[start + index]
                guard unsafe (byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte) == letters[index] else { return false }
            }
            return true
        }
    }
}
