/// Where a URL holds what must not be read over a shoulder, nor be kept where results are.
///
/// ```
/// https://user:pass@host/path?q=1&token=abc#access_token=def
///              ~~~~                     ~~~              ~~~
/// ```
/// Works on bytes, and looks at each once when there is nothing to hide: every record has a URL.
struct URLSecrets {
    /// The bytes in whose places `***` is shown, in order.
    private(set) var ranges: [Range<Int>] = []
    /// What comes before and after the scheme and the user's name and password.
    private(set) var authority = 0
    private(set) var host = 0

    init(_ url: Span<UInt8>) {
        authority = Self.schemeEnd(of: url)
        var end = authority
        while end < url.count, !Self.endsAuthority(url[end]) { end += 1 }
        host = Self.userinfoEnd(of: url, from: authority, to: end) ?? authority
        if host > authority { hideUserinfo(url, authority, host - 1) }
        hideParameters(url, from: max(end, host))
    }

    /// The URL with `***` in the places of its secrets; nil if it has none.
    static func masked(_ url: Span<UInt8>) -> [UInt8]? {
        guard mayHaveSecrets(url) else { return nil }
        let secrets = URLSecrets(url)
        return secrets.ranges.isEmpty ? nil : secrets.masked(url, 0..<url.count)
    }

    /// A part of the URL with `***` in the places of its secrets.
    func masked(_ url: Span<UInt8>, _ part: Range<Int>) -> [UInt8] {
        var masked: [UInt8] = []
        masked.reserveCapacity(part.count)
        var at = part.lowerBound
        for range in ranges where range.lowerBound >= at && range.upperBound <= part.upperBound {
            for index in at..<range.lowerBound { masked.append(url[index]) }
            masked += "***".utf8
            at = range.upperBound
        }
        for index in at..<part.upperBound { masked.append(url[index]) }
        return masked
    }

    /// Whether there is a byte without which there is no secret. Most URLs have none, and every record has two URLs:
    /// without a way out of it, the loop looks at many bytes at once.
    private static func mayHaveSecrets(_ url: Span<UInt8>) -> Bool {
        var found = false
        for index in url.indices {
            let byte = url[index]
            found =
                found || byte == UInt8(ascii: "@") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
                || byte == UInt8(ascii: "%")
        }
        return found
    }

    // MARK: Who asks

    /// Where the host begins, if there is a user's name or password before it.
    ///
    /// The last `@` of the authority ends it. A password with a `/` in it, which is no URL, ends it as well: what then
    /// looks like a port is none.
    private static func userinfoEnd(of url: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        if let at = last(UInt8(ascii: "@"), in: url, start..<end) { return at + 1 }
        guard end < url.count, let colon = last(UInt8(ascii: ":"), in: url, start..<end), url[start] != 0x5B,
            !(colon + 1..<end).allSatisfy({ url[$0].isASCIIDigit })
        else { return nil }
        return last(UInt8(ascii: "@"), in: url, end..<url.count).map { $0 + 1 }
    }

    /// The password goes; and so does a name that stands alone, or before an empty password: tokens are given like that.
    private mutating func hideUserinfo(_ url: Span<UInt8>, _ start: Int, _ end: Int) {
        var colon = start
        while colon < end, url[colon] != UInt8(ascii: ":") { colon += 1 }
        if colon + 1 >= end || Secrets.looksLikeToken(url, start..<colon) { ranges.append(start..<colon) }
        if colon + 1 < end { ranges.append(colon + 1..<end) }
    }

    // MARK: What is asked

    /// Hides values of the query and of the fragment, and the userinfo of URLs within the URL.
    private mutating func hideParameters(_ url: Span<UInt8>, from start: Int) {
        var (index, name, equals) = (start, start, -1)
        var (hasParameters, hasNested) = (false, false)
        func value() -> Range<Int>? { hasParameters && equals >= 0 ? equals + 1..<index : nil }
        while true {
            let byte = index < url.count ? url[index] : 0
            switch byte {
            case UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "&"), UInt8(ascii: ";"), 0:
                if let value = value() { hide(url, name: name..<equals, value: value) }
                if byte == 0, index >= url.count { return hasNested ? hideNested(url, from: host) : () }
                if byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") { hasParameters = true }
                (name, equals) = (index + 1, -1)
            case UInt8(ascii: "="): if equals < 0 { equals = index }
            case UInt8(ascii: "@"): hasNested = true
            case UInt8(ascii: "%"):
                if index + 2 < url.count, url[index + 1] == 0x34, url[index + 2] == 0x30 { hasNested = true }
            default: break
            }
            index += 1
        }
    }

    private mutating func hide(_ url: Span<UInt8>, name: Range<Int>, value: Range<Int>) {
        guard !value.isEmpty, Secrets.isSecret(url, name: name, value: value) else { return }
        ranges.append(value)
    }

    /// A URL that is a part of another one, as it is (`/proxy/http://u:p@h/`) or escaped (`?u=http%3A%2F%2Fu%3Ap%40h`).
    private mutating func hideNested(_ url: Span<UInt8>, from start: Int) {
        var index = start
        while index < url.count {
            let isPlain = Self.has("://", url, at: index)
            guard isPlain || Self.has("%3a%2f%2f", url, at: index) else {
                index += 1
                continue
            }
            let begin = index + (isPlain ? 3 : 9)
            var (end, at) = (begin, -1)
            while end < url.count, !Self.endsAuthority(url[end]), url[end] != UInt8(ascii: "&"),
                isPlain || !Self.has("%2f", url, at: end)
            {
                if isPlain ? url[end] == UInt8(ascii: "@") : Self.has("%40", url, at: end) { at = end }
                end += 1
            }
            if at > begin { hide(begin..<at) }
            index = end
        }
    }

    /// Adds a range, unless it is hidden already.
    private mutating func hide(_ range: Range<Int>) {
        guard !ranges.contains(where: { $0.overlaps(range) }) else { return }
        ranges.insert(range, at: ranges.firstIndex { $0.lowerBound > range.lowerBound } ?? ranges.count)
    }

    // MARK: Bytes

    private static func schemeEnd(of url: Span<UInt8>) -> Int {
        var index = 0
        while index < url.count, url[index].isASCIILetter || url[index].isASCIIDigit || "+-.".utf8.contains(url[index])
        {
            index += 1
        }
        return index > 0 && has("://", url, at: index) ? index + 3 : 0
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
    static func has(_ word: StaticString, _ url: Span<UInt8>, at start: Int) -> Bool {
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
