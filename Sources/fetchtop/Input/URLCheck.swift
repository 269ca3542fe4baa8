/// Whether a URL can be fetched, decided before it is queued and without libcurl: a bad line of a list is reported with
/// its number at once, not as one more failed transfer among thousands.
///
/// Only what is certainly wrong is refused: the scheme must be http or https, a host must be there, and no byte may be
/// one that could smuggle something into a request. Internationalised names are left to libcurl.
enum URLCheck {
    /// What is wrong with `url`, or nil.
    static func problem(with url: String) -> URLProblem? {
        problem(in: url.utf8.span)
    }

    /// What is wrong with the URL that `url` spells, or nil.
    static func problem(in url: Span<UInt8>) -> URLProblem? {
        guard !url.isEmpty else { return .empty }
        if let bad = firstIllegal(in: url) { return bad }
        let afterScheme: Int
        switch scheme(of: url) {
        case .end(let end): afterScheme = end
        case .problem(let problem): return problem
        }
        var end = afterScheme
        while end < url.count, !isAuthorityEnd(url[end]) { end += 1 }
        return authorityProblem(url, from: afterScheme, to: end)
    }

    /// The URL that a line of a list spells: with `http://` in front if it is plainly a host (`127.0.0.1:8080/x`,
    /// `example.com/`). What stands alone, which is a host on the command line, is none here: a line of junk, or the name of
    /// a file, would become one.
    static func listed(_ url: String) throws(URLProblem) -> String {
        guard let problem = problem(with: url) else { return url }
        guard problem == .noScheme, namesHost(url.utf8.span) else { throw problem }
        if let problem = self.problem(with: "http://" + url) { throw problem }
        return "http://" + url
    }

    /// A name with a dot in it or an address, with a port, a path or a query; `localhost`; nothing before an `@`. A number,
    /// a version and a time of day are none.
    private static func namesHost(_ url: Span<UInt8>) -> Bool {
        var end = 0
        while end < url.count, !isAuthorityEnd(url[end]) { end += 1 }
        guard end > 0, url[0] != UInt8(ascii: "[") else { return end > 0 }
        guard !(0..<end).contains(where: { url[$0] == UInt8(ascii: "@") }) else { return false }
        var colon = 0
        while colon < end, url[colon] != UInt8(ascii: ":") { colon += 1 }
        let hasPort = colon + 1 < end
        if hasPort, !isPort(url, colon + 1..<end) { return false }
        if matches(url, "localhost", upTo: colon) { return true }
        guard hasPort || end < url.count && url[end] != UInt8(ascii: "#") else { return false }
        guard colon > 2, (1..<colon - 1).contains(where: { url[$0] == UInt8(ascii: ".") }) else { return false }
        var label = colon
        while label > 0, url[label - 1].isASCIIDigit { label -= 1 }
        // Only of an address is the last part a number.
        guard label < colon, url[label - 1] == UInt8(ascii: ".") else { return true }
        return (0..<colon).count { url[$0] == UInt8(ascii: ".") } == 3
            && (0..<colon).allSatisfy { url[$0].isASCIIDigit || url[$0] == UInt8(ascii: ".") }
    }

    /// Adds `http://` to a URL without a scheme, as curl does for its arguments.
    static func guessingScheme(_ url: String) -> String {
        url.contains("://") ? url : "http://" + url
    }

    // MARK: Steps

    private static func firstIllegal(in url: Span<UInt8>) -> URLProblem? {
        for index in url.indices where url[index] <= UInt8(ascii: " ") || url[index] == 0x7f {
            return url[index] == UInt8(ascii: " ")
                ? .space(position: index + 1) : .controlCharacter(url[index], position: index + 1)
        }
        return nil
    }

    private enum SchemeResult { case end(Int), problem(URLProblem) }

    private static func scheme(of url: Span<UInt8>) -> SchemeResult {
        var end = 0
        while end < url.count, url[end].isASCIILetter || url[end].isASCIIDigit || isSchemePunctuation(url[end]) {
            end += 1
        }
        guard end > 0, end < url.count, url[end] == UInt8(ascii: ":") else { return .problem(.noScheme) }
        let isHTTP = matches(url, "http", upTo: end) || matches(url, "https", upTo: end)
        guard end + 2 < url.count, url[end + 1] == UInt8(ascii: "/"), url[end + 2] == UInt8(ascii: "/") else {
            // `example.com:8080/x` and `http:x` look alike; only a known scheme is taken for one.
            return .problem(isHTTP ? .noHost : .noScheme)
        }
        guard isHTTP else { return .problem(.unsupportedScheme(text(url, 0..<end))) }
        return .end(end + 3)
    }

    private static func authorityProblem(_ url: Span<UInt8>, from start: Int, to end: Int) -> URLProblem? {
        // The user name and password may contain an @; the last one ends them.
        var host = start
        for index in start..<end where url[index] == UInt8(ascii: "@") { host = index + 1 }
        guard host < end else { return .noHost }
        var hostEnd = host
        if url[host] == UInt8(ascii: "[") {
            while hostEnd < end, url[hostEnd] != UInt8(ascii: "]") { hostEnd += 1 }
            let literal = (host + 1)..<max(host + 1, hostEnd)
            guard hostEnd < end else { return .unclosedBracket(quotable(url, host..<end, end)) }
            guard IPv6Literal.isValid(literal.map { url[$0] }) else { return .badHost(quotable(url, host..<end, end)) }
            hostEnd += 1
        } else {
            while hostEnd < end, url[hostEnd] != UInt8(ascii: ":") { hostEnd += 1 }
            guard hostEnd > host else { return .noHost }
            guard isHostName(url, host..<hostEnd) else { return .badHost(quotable(url, host..<hostEnd, end)) }
        }
        guard hostEnd < end else { return nil }
        return url[hostEnd] == UInt8(ascii: ":") && isPort(url, (hostEnd + 1)..<end)
            ? nil : .badPort(quotable(url, hostEnd..<end, end))
    }

    /// What a message may quote of an authority: with an `@` behind its end, it may be half a password with a slash in it.
    private static func quotable(_ url: Span<UInt8>, _ range: Range<Int>, _ end: Int) -> String {
        (end..<url.count).contains { url[$0] == UInt8(ascii: "@") } ? "***" : text(url, range)
    }

    // MARK: Bytes

    /// An empty port is allowed (`http://host:/`), as in libcurl.
    private static func isPort(_ url: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var port = 0
        for index in range {
            guard url[index].isASCIIDigit, port < 65_536 else { return false }
            port = port * 10 + Int(url[index] - UInt8(ascii: "0"))
        }
        return port < 65_536
    }

    /// libcurl's rule: these characters are in no host name, one dot alone is none, and at most one dot ends it.
    private static func isHostName(_ url: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range {
            switch url[index] {
            case UInt8(ascii: "!"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
                UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "^"),
                UInt8(ascii: "`"), UInt8(ascii: "*"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="),
                UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "+"), UInt8(ascii: "&"), UInt8(ascii: "("),
                UInt8(ascii: ")"), UInt8(ascii: "|"):
                return false
            default: continue
            }
        }
        let dot = UInt8(ascii: ".")
        let last = range.upperBound - 1
        guard url[last] == dot else { return true }
        return range.count > 1 && url[last - 1] != dot
    }

    private static func isAuthorityEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    private static func isSchemePunctuation(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    private static func matches(_ url: Span<UInt8>, _ word: StaticString, upTo end: Int) -> Bool {
        guard word.utf8CodeUnitCount == end else { return false }
        return word.withUTF8Buffer { letters in
            for index in 0..<end where unsafe url[index] | 0x20 != letters[index] { return false }
            return true
        }
    }

    private static func text(_ url: Span<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: range.map { url[$0] }, as: UTF8.self)
    }
}

/// Why a URL is refused.
enum URLProblem: Error, Equatable, CustomStringConvertible {
    case empty
    case controlCharacter(UInt8, position: Int)
    case space(position: Int)
    case noScheme
    case unsupportedScheme(String)
    case noHost
    case badHost(String)
    case unclosedBracket(String)
    case badPort(String)
    case notUTF8(position: Int)

    var description: String {
        switch self {
        case .empty: "no URL"
        case .controlCharacter(let byte, let position):
            "malformed URL: control character 0x\(String(byte, radix: 16)) at position \(position)"
        case .space(let position): "malformed URL: space at position \(position) (write %20)"
        case .noScheme: "malformed URL: no http:// or https:// in front"
        case .unsupportedScheme(let scheme): "unsupported scheme '\(scheme)' (only http and https)"
        case .noHost: "malformed URL: no host"
        case .badHost(let host): "malformed URL: bad host '\(host)'"
        case .unclosedBracket(let host): "malformed URL: the bracket of the IPv6 address '\(host)' is not closed"
        case .badPort(let port): "malformed URL: bad port '\(port)'"
        case .notUTF8(let position): "malformed URL: not UTF-8 at position \(position)"
        }
    }
}
