/// `resolve` and `connectTo` of a request as libcurl's options.
///
/// What `RESOLVE` maps stays in the DNS cache, and so leaks into later requests; `CONNECT_TO` with an address does the
/// same for one request and is part of a connection's identity. Only with a proxy the two differ: there, `CONNECT_TO`
/// makes a tunnel.
struct HostMapping: Equatable {
    private(set) var resolve: [String] = []
    private(set) var connectTo: [String]

    init(_ settings: HTTPRequestSettings) {
        connectTo = settings.connectTo
        let isDirect = settings.proxy == nil && !settings.usesEnvironmentProxy
        for entry in settings.resolve {
            if isDirect, let entry = Self.connectTo(entry) { connectTo.append(entry) } else { resolve.append(entry) }
        }
    }

    /// `host:port:address` as `host:port:address:port`; nil for several addresses, a wildcard, or libcurl's `+` and `-`.
    private static func connectTo(_ entry: String) -> String? {
        let parts = entry.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let first = parts[0].first, !"+-*[".contains(first), UInt16(parts[1]) != nil,
            !parts[2].isEmpty, !parts[2].contains(",")
        else { return nil }
        let isBareIPv6 = parts[2].contains(":") && parts[2].first != "["
        return "\(parts[0]):\(parts[1]):\(isBareIPv6 ? "[\(parts[2])]" : String(parts[2])):\(parts[1])"
    }
}
