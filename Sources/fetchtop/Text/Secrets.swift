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
        return text.split(separator: " ", omittingEmptySubsequences: false).map(masked(word:)).joined(separator: " ")
    }

    /// Quotes and brackets around a URL are no part of it.
    private static func masked(word: Substring) -> String {
        let bytes = word.utf8
        let start = bytes.firstIndex { !"'\"(<[".utf8.contains($0) } ?? bytes.endIndex
        let end = bytes[start...].lastIndex { !"'\")>],.:".utf8.contains($0) }.map { bytes.index(after: $0) } ?? start
        return word[..<start] + masked(url: String(word[start..<end])) + word[end...]
    }

    /// A form's text (`a=1&password=2`), JSON, or any other body, with what looks like a credential masked.
    static func masked(form text: String) -> String {
        if let first = text.utf8.first(where: { $0 > 0x20 }), "{[".utf8.contains(first) {
            return String(decoding: JSONSecrets.masked(text.utf8.span), as: UTF8.self)
        }
        // What follows the question mark of a URL has the same form.
        let query = Array("?\(text)".utf8)
        return URLSecrets.masked(query.span).map { String(decoding: $0.dropFirst(), as: UTF8.self) } ?? text
    }

    /// A header's value with what is secret masked: the scheme of `Authorization` and names of cookies stay, and a URL
    /// (`Location`) without its secrets.
    static func masked(header name: String, value: String) -> String {
        guard isSecret(header: name) else { return masked(text: value) }
        let lowered = name.lowercased()
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
