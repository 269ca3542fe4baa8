import FetchLoop

/// An option that this request cannot have, or this libcurl cannot do.
struct InvalidRequestOption: Error, CustomStringConvertible {
    var message: String
    var description: String { message }
}

/// Makes requests of jobs: a template with everything the run's options say, and for each job what differs.
struct RequestBuilder {
    private let template: HTTPRequest
    private let body: HTTPBody?

    /// - Throws: `InvalidRequestOption` for values that contradict each other.
    init(_ options: RunOptions) throws(InvalidRequestOption) {
        let request = options.request
        var settings = HTTPRequestSettings()
        settings.method = request.method ?? (request.body == nil ? "GET" : "POST")
        for header in request.headers {
            if header.value == "" {
                settings.emptyHeaders.append(header.name)
            } else {
                settings.headers.add(header.name, header.value ?? "")
            }
        }
        settings.connectTimeout = options.time.connect ?? .zero
        settings.requestTimeout = options.time.total ?? .zero
        if let speed = options.time.stallSpeed ?? (options.time.stallTime == nil ? nil : 1) {
            settings.lowSpeedLimit = LowSpeedLimit(
                bytesPerSecond: speed, duration: options.time.stallTime ?? .seconds(30))
        }
        settings.originHeaders = settings.headers.fields.filter {
            Secrets.isForOrigin(header: $0.name, value: $0.value)
        }
        .map(\.name)
        settings.followRedirects = request.followsRedirects
        settings.trustsRedirects = request.trustsRedirects
        settings.maxRedirects = request.maxRedirects
        settings.userAgent = request.userAgent ?? "fetchtop"
        settings.decompress = request.decompresses
        settings.authentication = Self.authentication(request)
        settings.proxy = request.proxy.map { HTTPProxy(url: $0) }
        // libcurl looks through the environment with every transfer; it does not change, so once is enough.
        settings.usesEnvironmentProxy = request.proxy == nil && Environment.namesProxy
        settings.noProxy = request.noProxy
        settings.netrc = Self.netrc(request.netrc)
        settings.netrcFile = request.netrcFile
        if let protocols = request.protocols { settings.protocols = protocols }
        if let protocols = request.redirectProtocols { settings.redirectProtocols = protocols }
        settings.deniesPrivateAddresses = request.deniesPrivateAddresses
        settings.validateCertificates = request.verifiesTLS
        settings.caFile = request.caFile
        settings.clientCertificate = request.clientCertificate
        settings.clientKey = request.clientKey
        settings.clientKeyPassphrase = request.clientKeyPassphrase
        settings.pinnedPublicKey = request.pinnedPublicKey
        settings.version = Self.version(request.httpVersion)
        settings.addressFamily = Self.addressFamily(request.addressFamily)
        settings.networkInterface = request.interface
        settings.unixSocket = request.unixSocket
        settings.resolve = request.resolve
        settings.connectTo = request.connectTo
        settings.dohURL = request.dohURL
        settings.cookie = request.cookies.isEmpty ? nil : request.cookies.joined(separator: "; ")
        settings.referer = request.referer
        settings.setsRefererOnRedirects = request.setsReferer
        settings.range = request.range
        settings.maxBodyBytes = options.save.maxFileSize
        settings.maxReceiveRate = options.rate.bytesPerTransfer
        settings.maxSendRate = options.rate.bytesPerTransfer
        // Whatever method and body the user combines is his business, as with curl.
        settings.allowNonstandardMethods = true
        if settings.method == "HEAD", request.body != nil {
            throw InvalidRequestOption(message: "a HEAD request has no body: leave out --head, or the data")
        }
        body = request.body.map { HTTPBody.bytes($0) }
        template = HTTPRequest("", settings: settings, body: body)
    }

    func request(for order: TransferOrder) -> HTTPRequest {
        var request = template
        request.url = order.url
        if let values = order.values { apply(values, to: &request) }
        if let resumeFrom = order.resumeFrom { request.range = "\(resumeFrom)-" }
        for header in order.conditions { request.headers.add(header.name, header.value) }
        return request
    }

    private func apply(_ values: FetchJob.Values, to request: inout HTTPRequest) {
        if let body = values.body {
            request.body = .bytes(body)
            if values.method == nil { request.method = "POST" }
        }
        if let method = values.method {
            request.method = method
            if method == "GET" || method == "HEAD", values.body == nil { request.body = nil }
        }
        // A job's header takes the place of the run's; a name that the job itself repeats is sent as often.
        for header in values.headers {
            request.headers.remove(header.name)
            remove(header.name, from: &request.emptyHeaders)
            remove(header.name, from: &request.originHeaders)
        }
        for header in values.headers {
            if header.isSentEmpty {
                request.emptyHeaders.append(header.name)
            } else {
                request.headers.add(header.name, header.value)
            }
            if Secrets.isForOrigin(header: header.name, value: header.value) {
                request.originHeaders.append(header.name)
            }
        }
        if let maxTime = values.maxTime { request.requestTimeout = maxTime }
        if let referer = values.referer { request.referer = referer }
        if let userAgent = values.userAgent { request.userAgent = userAgent }
        if let range = values.range { request.range = range }
        if let cookie = values.cookie { request.cookie = cookie }
    }

    private func remove(_ name: String, from names: inout [String]) {
        if names.isEmpty { return }
        let lowered = name.lowercased()
        names.removeAll { $0.lowercased() == lowered }
    }

    private static func authentication(_ request: RequestOptions) -> HTTPAuthentication? {
        if let token = request.bearerToken { return .bearer(token: token) }
        guard let user = request.user else { return nil }
        let parts = user.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return .basic(user: String(parts[0]), password: parts.count > 1 ? String(parts[1]) : "")
    }

    private static func netrc(_ netrc: RequestOptions.Netrc) -> NetrcPolicy {
        switch netrc {
        case .ignored: .ignored
        case .optional: .optional
        case .required: .required
        }
    }

    private static func version(_ version: RequestOptions.HTTPVersion) -> HTTPVersionPolicy {
        switch version {
        case .automatic: .automatic
        case .http11: .http11
        case .http2: .http2
        case .http2PriorKnowledge: .http2PriorKnowledge
        case .http3: .http3
        }
    }

    private static func addressFamily(_ family: RequestOptions.AddressFamily) -> FetchLoop.AddressFamily {
        switch family {
        case .any: .any
        case .ipv4: .v4
        case .ipv6: .v6
        }
    }
}
