/// Everything about a request but its URL and body. Durations of zero mean "no limit".
public struct HTTPRequestSettings: Sendable {
    /// The method. One that is not standard is refused unless ``allowNonstandardMethods``.
    public var method = "GET"
    /// Extra headers; CR and LF are refused. An empty value removes one that libcurl would send.
    public var headers = HTTPHeaders()
    /// Names of headers to send without a value, which ``headers`` cannot say.
    public var emptyHeaders: [String] = []
    /// Longest time to resolve, connect and shake hands; zero is none. The libcurl option is `CONNECTTIMEOUT_MS`.
    public var connectTimeout: Duration = .seconds(20)
    /// Longest time from the call to the end of the response, queue included; zero is none, and so is more than 24 days,
    /// which libcurl cannot count.
    public var requestTimeout: Duration = .seconds(20)
    /// Whether to follow redirects (to http and https only; credentials stay with the origin).
    public var followRedirects = true
    /// How many redirects to follow.
    public var maxRedirects = 5
    /// Names of ``headers`` that are credentials. A redirect to another origin (scheme, host or port) is followed without
    /// them, as it is without `Authorization` and `Cookie`.
    public var originHeaders: [String] = []
    /// Whether redirects to other origins are trusted with all credentials. The libcurl option is `UNRESTRICTED_AUTH`.
    public var trustsRedirects = false
    /// The User-Agent header; nil sends none.
    public var userAgent: String? = "FetchLoop"
    /// Whether to ask for compressed bodies and decompress them. The libcurl option is `ACCEPT_ENCODING`.
    public var decompress = true
    /// Credentials.
    public var authentication: HTTPAuthentication?
    /// Whether user names and passwords are looked up in `~/.netrc`, or in ``netrcFile``. The libcurl option is `NETRC`.
    public var netrc = NetrcPolicy.ignored
    /// A file in place of `~/.netrc`.
    public var netrcFile: String?
    /// The proxy; nil goes direct unless ``usesEnvironmentProxy``.
    public var proxy: HTTPProxy?
    /// Whether `http_proxy` and its kin are honoured, as curl does.
    public var usesEnvironmentProxy = false
    /// Hosts that go around the proxy, comma-separated. The libcurl option is `NOPROXY`.
    public var noProxy: String?
    /// Whether the server's certificate must be valid for its name.
    public var validateCertificates = true
    /// A file of CA certificates in place of the system's.
    public var caFile: String?
    /// The client certificate file (PEM).
    public var clientCertificate: String?
    /// The client key file (PEM).
    public var clientKey: String?
    /// The passphrase of the client key.
    public var clientKeyPassphrase: String?
    /// `sha256//...` hash of the server's public key. The libcurl option is `PINNEDPUBLICKEY`.
    public var pinnedPublicKey: String?
    /// Whether ``TransferSummary/tls`` tells of handshakes; it costs some work on each new connection.
    public var collectsTLSDetails = false
    /// Which HTTP version to use.
    public var version = HTTPVersionPolicy.automatic
    /// The schemes a request may have, comma-separated. The libcurl option is `PROTOCOLS_STR`.
    public var protocols = "http,https"
    /// The schemes a redirect may lead to. The libcurl option is `REDIR_PROTOCOLS_STR`.
    public var redirectProtocols = "http,https"
    /// Whether connections to loopback, private and other addresses that are not public are refused. Such a request
    /// never uses a connection that was opened for one without this rule.
    ///
    /// The rule is about the address that is connected to: with a proxy that is the proxy's alone, and where the proxy
    /// then goes is its own affair.
    public var deniesPrivateAddresses = false
    /// Which IP versions to use.
    public var addressFamily = AddressFamily.any
    /// The interface, address or host name to send from. The libcurl option is `INTERFACE`.
    public var networkInterface: String?
    /// A UNIX-domain socket to connect to instead of the URL's host.
    public var unixSocket: String?
    /// `host:port:address` entries in place of DNS, for this request alone.
    ///
    /// The libcurl option is `CONNECT_TO` where that says the same, else `RESOLVE`; requests with such entries have
    /// connections and a DNS cache that they share with their like only.
    public var resolve: [String] = []
    /// `host:port:host:port` entries. The libcurl option is `CONNECT_TO`.
    public var connectTo: [String] = []
    /// A DNS-over-HTTPS server. The libcurl option is `DOH_URL`.
    public var dohURL: String?
    /// `Cookie` header text. What servers set is kept and sent back only by a client whose ``ClientMemory`` does so.
    public var cookie: String?
    /// The Referer header.
    public var referer: String?
    /// Whether a redirect makes the URL that redirected the Referer. The libcurl option is `AUTOREFERER`.
    public var setsRefererOnRedirects = false
    /// A byte range such as `0-499`. The libcurl option is `RANGE`.
    public var range: String?
    /// Sends `If-Modified-Since`, in seconds since 1970.
    public var ifModifiedSince: Int64?
    /// Whether to wait for `100 Continue` before the body is sent.
    public var expectContinue = false
    /// Most bytes a response body may have, counted after decompression; nil is no limit.
    ///
    /// The default of 100 MiB is for bodies that are collected; those that are streamed have a limit only if one is set.
    public var maxBodyBytes: Int64? = 100 << 20 { didSet { limitsStreams = true } }
    /// Whether ``maxBodyBytes`` was set, to whatever value.
    private(set) var limitsStreams = false
    /// Most bytes the head of a response may have, interim ones included. The default is the limit that newer versions
    /// of libcurl have themselves, so more is of use with older ones only.
    public var maxHeadBytes = 300 << 10
    /// Fails a transfer slower than `bytesPerSecond` for `duration`. The libcurl options are `LOW_SPEED_*`.
    public var lowSpeedLimit: LowSpeedLimit?
    /// Most bytes of the body a second to receive, decompressed; nil is no limit. In between the transfer is paused, so that
    /// TCP slows the sender down; the time counts for ``requestTimeout``.
    ///
    /// It does without libcurl's `MAX_RECV_SPEED_LARGE`, which lets a body that is there at once through.
    public var maxReceiveRate: Int64?
    /// Most bytes a second to send; nil is no limit. The libcurl option is `MAX_SEND_SPEED_LARGE`.
    public var maxSendRate: Int64?
    /// Whether any method token is allowed, and any method with or without a body.
    public var allowNonstandardMethods = false
    /// A last word on the easy handle (a `CURL *`) before the transfer starts. Tornado: `prepare_curl_callback`.
    public var prepare: (@Sendable (RawEasyHandle) -> Void)?

    /// Creates the default settings.
    public init() {}
}

/// A libcurl easy handle, for options that have no name here.
@safe public struct RawEasyHandle: @unchecked Sendable {
    /// The `CURL *`, valid during the call that hands it out.
    @unsafe public let pointer: UnsafeMutableRawPointer

    init(_ pointer: UnsafeMutableRawPointer) { unsafe self.pointer = pointer }
}

/// Credentials for the origin server.
public enum HTTPAuthentication: Sendable, Hashable {
    /// RFC 7617; name and password in UTF-8.
    case basic(user: String, password: String)
    /// RFC 7616.
    case digest(user: String, password: String)
    /// RFC 6750.
    case bearer(token: String)
}

/// Where the credentials of a host come from.
public enum NetrcPolicy: Sendable, Hashable {
    /// From the request.
    case ignored
    /// From the request or the URL, else from the netrc file.
    case optional
    /// From the netrc file; those in the URL do not count.
    case required
}

/// A proxy and its credentials.
public struct HTTPProxy: Sendable, Hashable {
    /// `http://host:port`, `https://…`, `socks5h://…`, as libcurl takes it.
    public var url: String
    /// Credentials; bearer is not defined for proxies and refused.
    public var authentication: HTTPAuthentication?
    /// A file of CA certificates for an `https://` proxy in place of the system's. The libcurl option is `PROXY_CAINFO`.
    public var caFile: String?
    /// Whether the certificate of an `https://` proxy must be valid for its name.
    public var validateCertificates = true

    /// Creates a proxy.
    public init(url: String, authentication: HTTPAuthentication? = nil) {
        self.url = url
        self.authentication = authentication
    }
}

/// Which HTTP version a request uses.
public enum HTTPVersionPolicy: Sendable, Hashable {
    /// HTTP/2 where TLS negotiates it, else HTTP/1.1.
    case automatic
    /// HTTP/1.0.
    case http10
    /// HTTP/1.1 only.
    case http11
    /// HTTP/2 over TLS, and by upgrade over plain HTTP.
    case http2
    /// HTTP/2 without negotiation.
    case http2PriorKnowledge
    /// HTTP/3, where libcurl was built with it.
    case http3
}

/// Which IP versions a request may use.
public enum AddressFamily: Sendable, Hashable {
    /// Whatever resolves.
    case any
    /// IPv4 only.
    case v4
    /// IPv6 only.
    case v6
}

/// The slowest a transfer may be, and for how long.
public struct LowSpeedLimit: Sendable, Hashable {
    /// The slowest rate allowed.
    public var bytesPerSecond: Int64
    /// For how long a transfer may be slower; whole seconds, rounded up.
    public var duration: Duration

    /// Creates a limit.
    public init(bytesPerSecond: Int64, duration: Duration) {
        self.bytesPerSecond = bytesPerSecond
        self.duration = duration
    }
}
