/// A URL taken apart for drawing: host in punycode, credentials masked, the parts styled differently.
struct URLText: Hashable, Sendable {
    let scheme: DisplayText  // with "://"
    let userinfo: DisplayText  // with "@"
    let host: DisplayText  // with port
    let rest: DisplayText  // path, query, fragment

    /// - Parameter revealing: Shows passwords and tokens as they are.
    init(_ url: String, revealing: Bool = false) {
        let capped =
            url.utf8.count > DisplayText.Cap.url ? Substring(url.unicodeScalars.prefix(DisplayText.Cap.url)) : url[...]
        let bytes = Array(capped.utf8)
        let secrets = URLSecrets(bytes.span)
        var end = secrets.host
        while end < bytes.count, ![UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")].contains(bytes[end]) {
            end += 1
        }
        func text(_ part: Range<Int>) -> String {
            String(decoding: revealing ? Array(bytes[part]) : secrets.masked(bytes.span, part), as: UTF8.self)
        }
        scheme = DisplayText(sanitising: text(0..<secrets.authority), cap: 64)
        userinfo = DisplayText(sanitising: text(secrets.authority..<secrets.host), cap: 256)
        host = DisplayText(sanitising: Punycode.host(text(secrets.host..<end)[...]), cap: 512)
        rest = DisplayText(sanitising: text(end..<bytes.count), cap: DisplayText.Cap.url)
    }

    var text: DisplayText { scheme + userinfo + host + rest }
}
