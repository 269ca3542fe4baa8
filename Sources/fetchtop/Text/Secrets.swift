/// What must not be read over a shoulder: hidden until one asks for it.
enum Secrets {
    static let mask: DisplayText = "***"

    /// A URL as it may be shown, recorded or handed on: without its password, its tokens masked.
    static func masked(url: String) -> String {
        URLSecrets.masked(url.utf8.span).map { String(decoding: $0, as: UTF8.self) } ?? url
    }

    /// A sentence as it may be shown and recorded: the URLs in it without passwords and tokens.
    static func masked(text: String) -> String {
        guard URLSecrets.mayHaveSecrets(text.utf8.span) else { return text }
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        var masked: [String] = []
        var index = 0
        while index < words.count {
            let last = lastWord(of: words, from: index)
            masked.append(self.masked(word: text[words[index].startIndex..<words[last].endIndex]))
            index = last + 1
        }
        return masked.joined(separator: " ")
    }

    /// Where the password of a URL ends that has blanks in it: with the next `@`, if there is no slash before.
    private static func lastWord(of words: [Substring], from first: Int) -> Int {
        guard breaksOffInPassword(words[first]) else { return first }
        for index in words.indices.dropFirst(first + 1) {
            if let stop = words[index].utf8.first(where: { "@/".utf8.contains($0) }) {
                return stop == UInt8(ascii: "@") ? index : first
            }
        }
        return first
    }

    /// `http://user:pass`, but not `http://host:80`.
    private static func breaksOffInPassword(_ word: Substring) -> Bool {
        guard let scheme = word.utf8.firstRange(of: "://".utf8) else { return false }
        let authority = word.utf8[scheme.upperBound...]
        guard let colon = authority.lastIndex(of: UInt8(ascii: ":")),
            !authority.contains(where: { "/?#@'\")>]".utf8.contains($0) })
        else { return false }
        return !authority[colon...].dropFirst().allSatisfy(\.isASCIIDigit)
    }

    /// Quotes and brackets around a URL are no part of it.
    private static func masked(word: Substring) -> String {
        let bytes = word.utf8
        let start = bytes.firstIndex { !"'\"(<[".utf8.contains($0) } ?? bytes.endIndex
        let end = bytes[start...].lastIndex { !"'\")>],.:".utf8.contains($0) }.map { bytes.index(after: $0) } ?? start
        guard let masked = URLSecrets.masked(Array(bytes[start..<end]).span, inText: true) else { return String(word) }
        return word[..<start] + String(decoding: masked, as: UTF8.self) + word[end...]
    }

    /// A form's text (`a=1&password=2`), JSON, or any other body, with what looks like a credential masked.
    static func masked(form text: String) -> String {
        if let first = text.utf8.first(where: { $0 > 0x20 }), "{[".utf8.contains(first) {
            return String(decoding: JSONSecrets.masked(text.utf8.span), as: UTF8.self)
        }
        let fields = text.split(separator: "&", omittingEmptySubsequences: false).map(masked(field:))
        let form = fields.joined(separator: "&")
        // What follows the question mark of a URL has the same form.
        let query = Array("?\(form)".utf8)
        return URLSecrets.masked(query.span).map { String(decoding: $0.dropFirst(), as: UTF8.self) } ?? form
    }

    /// A form's field whose value is JSON; escaped, it is hidden altogether if there is a credential in it.
    private static func masked(field: Substring) -> String {
        guard let equals = field.utf8.firstIndex(of: UInt8(ascii: "=")) else { return String(field) }
        let value = Array(field.utf8[equals...].dropFirst())
        let unescaped = UnescapedText.whole(value.span)
        let json = unescaped ?? value
        guard let first = json.first(where: { $0 > 0x20 }), "{[".utf8.contains(first) else { return String(field) }
        let masked = JSONSecrets.masked(json.span)
        if masked == json { return String(field) }
        return field[...equals] + (unescaped == nil ? String(decoding: masked, as: UTF8.self) : "***")
    }

    /// A header's value with what is secret masked: the scheme of `Authorization` and names of cookies stay, and a URL
    /// (`Location`) without its secrets.
    static func masked(header name: String, value: String) -> String {
        let lowered = name.lowercased()
        guard isSecret(header: name) else {
            // One URL, whatever is in it: a blank does not end it.
            let isURL = ["location", "content-location", "referer"].contains(lowered)
            guard isURL, let masked = URLSecrets.masked(value.utf8.span, inText: true) else {
                return masked(text: value)
            }
            return String(decoding: masked, as: UTF8.self)
        }
        if ["authorization", "proxy-authorization"].contains(lowered), let space = value.firstIndex(of: " "),
            value[..<space].utf8.count <= 16
        {
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
