/// The two schemes there are here.
enum URLScheme {
    case http
    case https

    /// The scheme of a URL that may be handed to libcurl.
    ///
    /// - Throws: `HTTPClientError.invalidRequest` for another scheme, a space or a control character.
    static func check(_ url: String) throws(HTTPClientError) -> URLScheme {
        var url = url
        let verdict = url.withUTF8 { bytes in
            (scheme: unsafe scheme(of: bytes.span), isClean: unsafe isClean(bytes.span))
        }
        guard let scheme = verdict.scheme else {
            throw .invalidRequest("the URL must start with http:// or https://")
        }
        guard verdict.isClean else { throw .invalidRequest("the URL contains a space or a control character") }
        return scheme
    }

    private static func scheme(of url: Span<UInt8>) -> URLScheme? {
        let (t, colon, slash) = (UInt8(ascii: "t"), UInt8(ascii: ":"), UInt8(ascii: "/"))
        guard url.count > 7, lower(url[0]) == UInt8(ascii: "h"), lower(url[1]) == t, lower(url[2]) == t,
            lower(url[3]) == UInt8(ascii: "p")
        else { return nil }
        if url[4] == colon && url[5] == slash && url[6] == slash { return .http }
        guard url.count > 8, lower(url[4]) == UInt8(ascii: "s"), url[5] == colon else { return nil }
        return url[6] == slash && url[7] == slash ? .https : nil
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte | 32 }

    private static func isClean(_ url: Span<UInt8>) -> Bool {
        // No early way out and no branch: so it is done sixteen bytes at a time.
        var dirty: UInt8 = 0
        for index in url.indices { dirty |= (url[index] <= 32 ? 1 : 0) | (url[index] == 127 ? 1 : 0) }
        return dirty == 0
    }
}
