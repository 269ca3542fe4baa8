/// Scheme, host and port of a URL, which are whom credentials are for.
struct URLOrigin: Equatable {
    private let scheme: String
    private let host: String
    private let port: String

    init(_ url: String) {
        let parts = url.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        scheme = parts[0].lowercased()
        let rest = parts.count > 1 ? parts[1] : ""
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        // The last colon, unless it is one of an IPv6 address.
        let colon = place.lastIndex(of: ":").flatMap { place[$0...].contains("]") ? nil : $0 }
        host = place[..<(colon ?? place.endIndex)].lowercased()
        let given = colon.map { String(place[place.index(after: $0)...]) } ?? ""
        port = given.isEmpty ? (scheme == "https" ? "443" : "80") : given
    }
}
