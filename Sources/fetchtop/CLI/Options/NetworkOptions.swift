internal import ArgumentParser
internal import FetchLoop

/// How connections are made.
struct NetworkOptions: ParsableArguments {
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Connect to this address instead of asking the DNS.", valueName: "host:port:addr"),
        transform: Self.parseResolve)
    var resolve: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Connect there instead.", valueName: "host:port:host:port"), transform: Self.parseConnectTo)
    var connectTo: [String] = []

    @Option(parsing: .unconditional, help: ArgumentHelp("Connect through this socket.", valueName: "path"))
    var unixSocket: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Resolve names over HTTPS.", valueName: "url"),
        transform: Self.parseDoH)
    var dohUrl: String?

    @Option(
        name: [.customShort("x", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("Use a proxy; an empty one ignores the environment's.", valueName: "[scheme://]host[:port]"))
    var proxy: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Hosts that need no proxy.", valueName: "list"))
    var noproxy: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Send from this interface or address.", valueName: "name"))
    var interface: String?

    @Flag(name: [.customShort("4"), .customLong("ipv4")], help: "Use IPv4 addresses only.")
    var ipv4 = false

    @Flag(name: [.customShort("6"), .customLong("ipv6")], help: "Use IPv6 addresses only.")
    var ipv6 = false

    @Flag(name: .customLong("http1.1"), help: "Use HTTP/1.1.")
    var http11 = false

    @Flag(name: .customLong("http2"), help: "Use HTTP/2, also without TLS where the server upgrades.")
    var http2 = false

    @Flag(name: .customLong("http2-prior-knowledge"), help: "Use HTTP/2 without asking.")
    var http2PriorKnowledge = false

    @Flag(name: .customLong("http3"), help: "Use HTTP/3.")
    var http3 = false

    @Flag(help: "Ask for compressed bodies, and decompress them.")
    var compressed = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Remember in this file which hosts want HTTPS only; '' for this run alone.", valueName: "file"))
    var hsts: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Remember in this file where else origins are; '' for this run alone.", valueName: "file"))
    var altSvc: String?

    /// libcurl would find the same fault once for each fetch, and quote the password with it.
    private func check(proxy: String) throws(UsageError) {
        let parts = proxy.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        let schemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"]
        let problem =
            parts.count == 2 && !schemes.contains(parts[0].lowercased())
            ? "unknown scheme (known: \(schemes.joined(separator: ", ")))"
            : URLCheck.problem(with: "http://" + (parts.last ?? "")).map(\.description)
        if let problem { throw UsageError(option: "--proxy", value: Secrets.masked(url: proxy), reason: problem) }
    }

    func apply(to options: inout RunOptions, library: CurlFeatures) throws(UsageError) {
        options.request.resolve = resolve
        options.request.connectTo = connectTo
        options.request.unixSocket = unixSocket
        if unixSocket != nil { try library.require("UnixSockets", for: "--unix-socket") }
        options.request.dohURL = dohUrl
        if let proxy, !proxy.isEmpty { try check(proxy: proxy) }
        options.request.proxy = proxy
        if proxy?.hasPrefix("https://") == true { try library.require("HTTPS-proxy", for: "--proxy https://") }
        options.request.noProxy = noproxy
        options.request.interface = interface
        options.request.addressFamily = try addressFamily(library)
        options.request.httpVersion = try version(library)
        try applyMemory(to: &options.request, library)
        options.request.decompresses = compressed
        if compressed, !["libz", "brotli", "zstd"].contains(where: library.features.contains) {
            throw UsageError("--compressed: this libcurl (\(library.version)) can decompress nothing")
        }
    }

    private func applyMemory(to request: inout RequestOptions, _ library: CurlFeatures) throws(UsageError) {
        if let hsts {
            try library.require("HSTS", for: "--hsts")
            guard library.sharesHSTS else {
                throw UsageError("--hsts: it takes libcurl 7.88 or newer; this is \(library.version)")
            }
            if !hsts.isEmpty { try ArgumentFile.requireWritable(hsts, option: "--hsts") }
        }
        if let altSvc {
            try library.require("alt-svc", for: "--alt-svc")
            if !altSvc.isEmpty { try ArgumentFile.requireWritable(altSvc, option: "--alt-svc") }
        }
        request.hstsFile = hsts
        request.altSvcFile = altSvc
    }

    private func addressFamily(_ library: CurlFeatures) throws(UsageError) -> RequestOptions.AddressFamily {
        if ipv4, ipv6 { throw UsageError("--ipv4 and --ipv6 exclude each other") }
        if ipv6 { try library.require("IPv6", for: "--ipv6") }
        return ipv4 ? .ipv4 : ipv6 ? .ipv6 : .any
    }

    private func version(_ library: CurlFeatures) throws(UsageError) -> RequestOptions.HTTPVersion {
        let choices: [(isGiven: Bool, option: String, version: RequestOptions.HTTPVersion, feature: String?)] = [
            (http11, "--http1.1", .http11, nil), (http2, "--http2", .http2, "HTTP2"),
            (http2PriorKnowledge, "--http2-prior-knowledge", .http2PriorKnowledge, "HTTP2"),
            (http3, "--http3", .http3, "HTTP3"),
        ]
        let given = choices.filter(\.isGiven)
        guard let choice = given.first else { return .automatic }
        if given.count > 1 { throw UsageError("\(choice.option) and \(given[1].option) exclude each other") }
        if let feature = choice.feature { try library.require(feature, for: choice.option) }
        return choice.version
    }

    // MARK: Values

    /// `[+]host:port:address[,address]` adds, `-host:port` removes.
    @Sendable private static func parseResolve(_ text: String) throws(ValueError) -> String {
        let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
        guard text.first == "-" ? colons >= 1 : colons >= 2 else { throw ValueError("write host:port:address") }
        return text
    }

    @Sendable private static func parseConnectTo(_ text: String) throws(ValueError) -> String {
        guard text.utf8.count(where: { $0 == UInt8(ascii: ":") }) >= 3 else {
            throw ValueError("write host:port:host:port; each may be empty")
        }
        return text
    }

    @Sendable private static func parseDoH(_ text: String) throws(ValueError) -> String {
        if let problem = URLCheck.problem(with: text) { throw ValueError(problem.description) }
        return text
    }
}
