internal import CCurl

/// libcurl's process-wide state, set up once. The libcurl call is `curl_global_init`.
enum CurlGlobal {
    static let ready: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    /// The version that this program runs with, as `0xXXYYZZ`; it may be newer or older than the headers'.
    static let version: UInt32 = unsafe ccurl_version_info().pointee.version_num
}

/// What the libcurl that this program runs with can do.
public struct CurlFeatures: Sendable {
    /// `7.88.1`.
    public let version: String
    /// `OpenSSL/3.0.15`; nil without TLS.
    public let tls: String?
    /// Version and the libraries it was built with, as `curl -V` prints them.
    public let description: String
    /// Names as `curl -V` has them, such as `HTTP2`, `HTTP3`, `brotli`.
    public let features: [String]
    /// Whether transfers can share what they know of HSTS, without which it is of little use.
    public let sharesHSTS: Bool

    /// Asks libcurl. The libcurl calls are `curl_version_info` and `curl_version`.
    public static func current() -> CurlFeatures {
        let info = unsafe ccurl_version_info().pointee
        let known: [(Int32, String)] = [
            (CURL_VERSION_ALTSVC, "alt-svc"), (CURL_VERSION_ASYNCHDNS, "AsynchDNS"), (CURL_VERSION_BROTLI, "brotli"),
            (CURL_VERSION_HSTS, "HSTS"), (CURL_VERSION_HTTP2, "HTTP2"), (CURL_VERSION_HTTP3, "HTTP3"),
            (CURL_VERSION_HTTPS_PROXY, "HTTPS-proxy"), (CURL_VERSION_IDN, "IDN"), (CURL_VERSION_IPV6, "IPv6"),
            (CURL_VERSION_LIBZ, "libz"), (CURL_VERSION_PSL, "PSL"), (CURL_VERSION_SSL, "SSL"),
            (CURL_VERSION_UNIX_SOCKETS, "UnixSockets"), (CURL_VERSION_ZSTD, "zstd"),
        ]
        return unsafe CurlFeatures(
            version: String(cString: info.version),
            tls: info.ssl_version.map { unsafe String(cString: $0) },
            description: String(cString: curl_version()),
            features: known.filter { unsafe info.features & $0.0 != 0 }.map(\.1),
            sharesHSTS: CurlGlobal.version >= 0x075800)
    }
}
