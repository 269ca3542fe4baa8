/// What a request's connections and DNS answers depend on beyond what libcurl compares before it reuses them.
///
/// libcurl reuses a connection whatever address it leads to, and a DNS answer wherever it came from. So requests that
/// restrict or redirect the way to their host have multi handles of their own, shared with their like only: none can
/// get by its rule on another's connection, and none leaves its mapping to others.
struct ConnectionPolicy: Hashable, Sendable {
    private let resolve: [String]
    private let dohURL: String?
    private let addressFamily: AddressFamily
    private let deniesPrivateAddresses: Bool
    /// How a proxy is trusted to which the way is TLS: libcurl forgets to compare that for plain requests.
    private let proxyTrust: ProxyTrust?

    private struct ProxyTrust: Hashable {
        let caFile: String?
        let validates: Bool
    }

    /// Returns nil for the settings of ordinary requests.
    init?(_ settings: HTTPRequestSettings) {
        resolve = settings.resolve.isEmpty ? [] : HostMapping(settings).resolve
        dohURL = settings.dohURL
        addressFamily = settings.addressFamily
        deniesPrivateAddresses = settings.deniesPrivateAddresses
        proxyTrust = settings.proxy.flatMap { proxy in
            proxy.url.prefix(6).equalsIgnoringCase("https:")
                ? ProxyTrust(caFile: proxy.caFile, validates: proxy.validateCertificates) : nil
        }
        guard
            !resolve.isEmpty || dohURL != nil || addressFamily != .any || deniesPrivateAddresses || proxyTrust != nil
        else { return nil }
    }
}
