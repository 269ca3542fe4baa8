/// A URL taken apart for drawing: host in punycode, credentials masked, the parts styled differently.
struct URLText: Hashable, Sendable {
    let scheme: DisplayText  // with "://"
    let userinfo: DisplayText  // with "@"
    let host: DisplayText  // with port
    let rest: DisplayText  // path, query, fragment

    /// - Parameter revealing: Shows user names, passwords and tokens as they are.
    init(_ url: String, revealing: Bool = false) {
        let capped =
            url.utf8.count > DisplayText.Cap.url ? Substring(url.unicodeScalars.prefix(DisplayText.Cap.url)) : url[...]
        var remaining = capped
        if let mark = remaining.firstRange(ofASCII: "://") {
            scheme = DisplayText(sanitising: String(remaining[..<mark.upperBound]), cap: 64)
            remaining = remaining[mark.upperBound...]
        } else {
            scheme = .empty
        }
        let end = remaining.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? remaining.endIndex
        var authority = remaining[..<end]
        if let at = authority.lastIndex(of: "@") {
            let user = String(authority[...at])
            userinfo = revealing ? DisplayText(sanitising: user, cap: 256) : Secrets.mask + "@"
            authority = authority[authority.index(after: at)...]
        } else {
            userinfo = .empty
        }
        host = DisplayText(sanitising: Punycode.host(authority), cap: 512)
        rest = DisplayText(
            sanitising: revealing ? String(remaining[end...]) : Self.masked(remaining[end...]), cap: DisplayText.Cap.url
        )
    }

    var text: DisplayText { scheme + userinfo + host + rest }

    /// The parts with their roles, in at most `limit` columns: the path gives way first, in its middle, because URLs
    /// of one list differ at the end; then the scheme; and of the host the end stays, which says whose it is.
    func parts(in limit: Int, withScheme: Bool = true) -> [(DisplayText, Role)] {
        let scheme = withScheme ? scheme : .empty
        let full: [(DisplayText, Role)] = [(scheme, .dim), (userinfo, .warn), (host, .text), (rest, .text)]
        let width = scheme.columns + userinfo.columns + host.columns + rest.columns
        if width <= limit { return full }
        let head = scheme.columns + userinfo.columns + host.columns
        if head + 8 <= limit {
            return full.dropLast() + [(rest.elided(to: limit - head), .text)]
        }
        if userinfo.columns + host.columns + 2 <= limit {
            let space = limit - userinfo.columns - host.columns
            return [(userinfo, .warn), (host, .text), (rest.elided(to: space), .text)]
        }
        return [(host.truncatedLeft(to: limit), .text)]
    }

    static func masked(_ rest: Substring) -> String {
        guard let question = rest.firstIndex(of: "?") else { return String(rest) }
        let start = rest.index(after: question)
        let end = rest[start...].firstIndex(of: "#") ?? rest.endIndex
        let query = rest[start..<end].split(separator: "&", omittingEmptySubsequences: false).map { pair -> String in
            guard let equals = pair.firstIndex(of: "=") else { return String(pair) }
            let value = pair[pair.index(after: equals)...]
            return Secrets.isSecret(query: pair[..<equals], value: value) ? pair[...equals] + "***" : String(pair)
        }
        return rest[..<start] + query.joined(separator: "&") + rest[end...]
    }
}

extension Substring {
    /// Where an ASCII text first stands.
    fileprivate func firstRange(ofASCII needle: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
            start = index(after: start)
        }
        return nil
    }
}
