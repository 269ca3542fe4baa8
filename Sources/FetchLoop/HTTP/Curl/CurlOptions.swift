internal import CCurl

/// How a request becomes options of an easy handle.
extension CurlHandle {
    private static let protocols = "http,https"

    /// What never changes while the handle lives; `curl_easy_reset` undoes it.
    func setConstants() {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        unsafe ccurl_set_pointer(easy, CURLOPT_PRIVATE, context)
        unsafe ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        unsafe ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        unsafe ccurl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
            return unsafe CurlHandle.with(context) { unsafe $0.receiveBody(buffer.bytes) } ?? 0
        }
        unsafe ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        unsafe ccurl_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
            return unsafe CurlHandle.with(context) { unsafe $0.receiveHeader(line) } == true ? size * count : 0
        }
        unsafe ccurl_set_pointer(easy, CURLOPT_PREREQDATA, context)
        unsafe ccurl_set_prereq_callback(easy) { context, _, _, _, _ in
            unsafe CurlHandle.with(context) { $0.didConnect() }
            return CURL_PREREQFUNC_OK
        }
        unsafe core.sockets.install(on: easy)
        unsafe ccurl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, context)
        unsafe ccurl_set_open_callback(easy) { context, _, address in
            guard let context = unsafe context, let address = unsafe address else { return CURL_SOCKET_BAD }
            return unsafe CurlHandle.from(context).openSocket(to: address)
        }
        share(with: core.shards)
        unsafe core.memory?.install(on: easy, slot: &altSvcSlot)
        // The answer to CONNECT is the proxy's, not a head of the response.
        unsafe ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // Only HTTP, on redirects too, whatever this libcurl can do.
        unsafe ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, Self.protocols)
        unsafe ccurl_set_string(easy, CURLOPT_REDIR_PROTOCOLS_STR, Self.protocols)
        unsafe ccurl_set_long(easy, CURLOPT_BUFFERSIZE, core.configuration.receiveBufferBytes)
        unsafe ccurl_set_long(easy, CURLOPT_DNS_CACHE_TIMEOUT, NameCache.forever)
        appliedNameLifetime = NameCache.forever
    }

    /// How old DNS answers may be that the transfer leaves in the cache.
    func setNameLifetime(_ seconds: Int) {
        guard seconds != appliedNameLifetime else { return }
        unsafe ccurl_set_long(easy, CURLOPT_DNS_CACHE_TIMEOUT, seconds)
        appliedNameLifetime = seconds
    }

    /// Makes the handle ready for a request: exactly what an earlier one set differently is undone.
    ///
    /// - Throws: `HTTPClientError.invalidRequest` when this libcurl lacks an option or refuses a value.
    func configure(_ request: HTTPRequest, isSecure: Bool, milliseconds: Int) throws(HTTPClientError) {
        if applied !== request.storage || appliedBody || request.body != nil {
            if !isPristine {
                unsafe core.memory?.uninstall(from: easy)
                unsafe curl_easy_reset(easy)
                freeLists()
                setConstants()
                appliedTimeout = -1
                waitsForMultiplexing = false
            }
            applied = nil
            isPristine = false
            isElsewhere = false
            try apply(request.storage.settings, body: request.body)
            applied = request.storage
            appliedBody = request.body != nil
        }
        if milliseconds != appliedTimeout {
            unsafe ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, milliseconds)
            appliedTimeout = milliseconds
        }
        // It pays to wait for a connection that may turn out to be HTTP/2.
        let waits = isSecure || request.storage.settings.version == .http2PriorKnowledge
        if waits != waitsForMultiplexing {
            unsafe ccurl_set_long(easy, CURLOPT_PIPEWAIT, waits ? 1 : 0)
            waitsForMultiplexing = waits
        }
        // By way of withCString: as an argument the string would be copied first, into an array.
        try check(unsafe request.url.withCString { unsafe ccurl_set_string(easy, CURLOPT_URL, $0) }, "the URL")
        if let prepare = request.storage.settings.prepare {
            // As from libcurl's own callbacks: nothing may be started, ended or closed under our feet.
            core.insideLibcurl { prepare(unsafe RawEasyHandle(easy)) }
        }
    }

    private func apply(_ settings: HTTPRequestSettings, body: HTTPBody?) throws(HTTPClientError) {
        try applyMethod(settings, body: body)
        try applyHeaders(settings, body: body)
        try applyConnection(settings)
        try applyTLS(settings)
        try applyAuthentication(settings)
        try applyLimits(settings)
    }

    private func applyMethod(_ settings: HTTPRequestSettings, body: HTTPBody?) throws(HTTPClientError) {
        switch body {
        case nil:
            if settings.method == "HEAD" {
                unsafe ccurl_set_long(easy, CURLOPT_NOBODY, 1)
            } else if settings.method != "GET" {
                try set(CURLOPT_CUSTOMREQUEST, settings.method, "the method")
            }
        case .bytes(let bytes):
            unsafe ccurl_set_long(easy, CURLOPT_POST, 1)
            unsafe ccurl_set_off_t(easy, CURLOPT_POSTFIELDSIZE_LARGE, bytes.count)
            try check(
                unsafe bytes.withUnsafeBytes { bytes in
                    // COPYPOSTFIELDS takes a null pointer for "no body", not for an empty one.
                    unsafe ccurl_set_pointer(
                        easy, CURLOPT_COPYPOSTFIELDS,
                        UnsafeMutableRawPointer(mutating: bytes.baseAddress ?? UnsafeRawPointer(errorText)))
                }, "the body")
            if settings.method != "POST" {
                try set(CURLOPT_CUSTOMREQUEST, settings.method, "the method")
                // Only a POST becomes a GET on 301 and 302 (RFC 9110, section 15.4).
                unsafe ccurl_set_long(easy, CURLOPT_POSTREDIR, Int(CURL_REDIR_POST_301 | CURL_REDIR_POST_302))
            }
        case .stream(let length, let producer):
            upload = CurlUpload(handle: self, length: length, producer: producer)
            try applyUpload(settings, length: length)
        case .restartable(let length, let start):
            upload = CurlUpload(handle: self, length: length, producer: start(), restart: start)
            try applyUpload(settings, length: length)
        }
    }

    /// A body that libcurl asks for; chunked, by its own decision, when the length is not known.
    private func applyUpload(_ settings: HTTPRequestSettings, length: Int64?) throws(HTTPClientError) {
        if settings.method == "POST" {
            unsafe ccurl_set_long(easy, CURLOPT_POST, 1)
            unsafe ccurl_set_off_t(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(length ?? -1))
        } else {
            unsafe ccurl_set_long(easy, CURLOPT_UPLOAD, 1)
            unsafe ccurl_set_off_t(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(length ?? -1))
            if settings.method != "PUT" { try set(CURLOPT_CUSTOMREQUEST, settings.method, "the method") }
        }
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe ccurl_set_pointer(easy, CURLOPT_READDATA, context)
        unsafe ccurl_set_data_callback(easy, CURLOPT_READFUNCTION) { bytes, size, count, context in
            guard let context = unsafe context, let upload = unsafe CurlHandle.from(context).upload else { return 0 }
            return unsafe upload.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
        // Only ever back to the start: a redirect that keeps the method, or a connection that was lost.
        unsafe ccurl_set_pointer(easy, CURLOPT_SEEKDATA, context)
        unsafe ccurl_set_seek_callback(easy) { context, offset, _ in
            guard let context = unsafe context, offset == 0, let upload = unsafe CurlHandle.from(context).upload else {
                return CURL_SEEKFUNC_FAIL
            }
            return upload.rewind() ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
        }
    }

    /// 303 turns every method but HEAD into GET (RFC 9110, section 15.4.4); libcurl would repeat a custom one.
    func forgetCustomMethod() {
        unsafe ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, nil)
        applied = nil
    }

    /// 417: the server does not do `Expect`, and libcurl asks again, with the header that we gave it.
    func forgetExpectation(_ settings: HTTPRequestSettings) {
        var settings = settings
        settings.expectContinue = false
        settings.headers.remove("Expect")
        guard let shorter = unsafe try? list(headerLines(settings, hasBody: true)) else { return }
        unsafe ccurl_set_list(easy, CURLOPT_HTTPHEADER, shorter)
        unsafe curl_slist_free_all(headerList)
        unsafe headerList = shorter
        applied = nil
    }

    /// Before each request of a transfer: one that a redirect leads to another origin goes there without the headers that
    /// are credentials. libcurl knows that rule for two of them only.
    func keepHeadersInOrigin(_ transfer: Transfer) {
        // Field by field: the settings are large, and a copy of them counts two dozen references.
        if transfer.request.storage.settings.originHeaders.isEmpty { return }
        guard redirectCount > 0 else {
            // Where it goes to first is its origin, which HSTS may have made a secure one.
            firstURL = core.configuration.memory.hstsFile != nil ? effectiveURL : nil
            return
        }
        let settings = transfer.request.storage.settings
        if settings.trustsRedirects { return }
        let isElsewhere = effectiveURL.map(URLOrigin.init) != URLOrigin(firstURL ?? transfer.request.url)
        guard isElsewhere != self.isElsewhere else { return }
        self.isElsewhere = isElsewhere
        // Without memory for a list it goes with none.
        let lines = unsafe (try? list(headerLines(settings, hasBody: appliedBody))) ?? nil
        unsafe ccurl_set_list(easy, CURLOPT_HTTPHEADER, lines)
        unsafe curl_slist_free_all(headerList)
        unsafe headerList = lines
        applied = nil
    }

    private func isOriginHeader(_ name: String, _ settings: HTTPRequestSettings) -> Bool {
        settings.originHeaders.contains { $0.lowercased() == name.lowercased() }
    }

    private func headerLines(_ settings: HTTPRequestSettings, hasBody: Bool) -> [String] {
        var lines: [String] = []
        for field in settings.headers.fields {
            if isElsewhere, isOriginHeader(field.name, settings) { continue }
            // libcurl's spellings: "Name:" removes one of its own, "Name;" sends an empty one.
            lines.append(field.value.isEmpty ? "\(field.name):" : "\(field.name): \(field.value)")
        }
        for name in settings.emptyHeaders { lines.append("\(name);") }
        // Not COOKIE: libcurl tells that one to whatever host a redirect leads to.
        if let cookie = settings.cookie, settings.headers["Cookie"] == nil { lines.append("Cookie: \(cookie)") }
        if hasBody {
            if settings.headers["Content-Type"] == nil { lines.append("Content-Type:") }
            if settings.expectContinue {
                lines.append("Expect: 100-continue")
            } else if settings.headers["Expect"] == nil {
                lines.append("Expect:")
            }
        }
        // Not TIMECONDITION: that one drops the body of a 200 that looks old, and calls it 304.
        if let seconds = settings.ifModifiedSince { lines.append("If-Modified-Since: \(HTTPDate.text(seconds))") }
        return lines
    }

    private func applyHeaders(_ settings: HTTPRequestSettings, body: HTTPBody?) throws(HTTPClientError) {
        unsafe headerList = try list(headerLines(settings, hasBody: body != nil))
        if let list = unsafe headerList { unsafe ccurl_set_list(easy, CURLOPT_HTTPHEADER, list) }
        if let agent = settings.userAgent { try set(CURLOPT_USERAGENT, agent, "the user agent") }
        if let referer = settings.referer { try set(CURLOPT_REFERER, referer, "the referer") }
        if let range = settings.range { try set(CURLOPT_RANGE, range, "the range") }
        if settings.decompress { try set(CURLOPT_ACCEPT_ENCODING, "", "decompression") }
        if settings.followRedirects {
            unsafe ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 1)
            unsafe ccurl_set_long(easy, CURLOPT_MAXREDIRS, settings.maxRedirects)
            if settings.trustsRedirects { unsafe ccurl_set_long(easy, CURLOPT_UNRESTRICTED_AUTH, 1) }
            if settings.setsRefererOnRedirects { unsafe ccurl_set_long(easy, CURLOPT_AUTOREFERER, 1) }
        }
    }

    private func applyConnection(_ settings: HTTPRequestSettings) throws(HTTPClientError) {
        let version =
            switch settings.version {
            case .automatic: CURL_HTTP_VERSION_2TLS
            case .http10: CURL_HTTP_VERSION_1_0
            case .http11: CURL_HTTP_VERSION_1_1
            case .http2: CURL_HTTP_VERSION_2_0
            case .http2PriorKnowledge: CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE
            case .http3: CURL_HTTP_VERSION_3
            }
        try check(unsafe ccurl_set_long(easy, CURLOPT_HTTP_VERSION, Int(version)), "this HTTP version")
        if settings.protocols != Self.protocols { try set(CURLOPT_PROTOCOLS_STR, settings.protocols, "the protocols") }
        if settings.redirectProtocols != Self.protocols {
            try set(CURLOPT_REDIR_PROTOCOLS_STR, settings.redirectProtocols, "the redirects' protocols")
        }
        if settings.version == .http2PriorKnowledge && CurlGlobal.version < 0x080000 {
            // These versions fail on every such connection that they reuse (curl issue 10634).
            unsafe ccurl_set_long(easy, CURLOPT_FRESH_CONNECT, 1)
            unsafe ccurl_set_long(easy, CURLOPT_FORBID_REUSE, 1)
        }
        switch settings.addressFamily {
        case .any: break
        case .v4: unsafe ccurl_set_long(easy, CURLOPT_IPRESOLVE, Int(CURL_IPRESOLVE_V4))
        case .v6: unsafe ccurl_set_long(easy, CURLOPT_IPRESOLVE, Int(CURL_IPRESOLVE_V6))
        }
        if let interface = settings.networkInterface { try set(CURLOPT_INTERFACE, interface, "the interface") }
        if let path = settings.unixSocket { try set(CURLOPT_UNIX_SOCKET_PATH, path, "the UNIX socket") }
        if let url = settings.dohURL { try set(CURLOPT_DOH_URL, url, "the DoH URL") }
        let mapping = HostMapping(settings)
        unsafe resolveList = try list(mapping.resolve)
        if let list = unsafe resolveList { unsafe ccurl_set_list(easy, CURLOPT_RESOLVE, list) }
        unsafe connectToList = try list(mapping.connectTo)
        if let list = unsafe connectToList { unsafe ccurl_set_list(easy, CURLOPT_CONNECT_TO, list) }
        if let proxy = settings.proxy {
            try set(CURLOPT_PROXY, proxy.url, "the proxy")
            if let file = proxy.caFile { try set(CURLOPT_PROXY_CAINFO, file, "the proxy's CA file") }
            if !proxy.validateCertificates {
                unsafe ccurl_set_long(easy, CURLOPT_PROXY_SSL_VERIFYPEER, 0)
                unsafe ccurl_set_long(easy, CURLOPT_PROXY_SSL_VERIFYHOST, 0)
            }
        } else if !settings.usesEnvironmentProxy {
            // Every host is an exception: libcurl then looks at no environment variable, a few hundred instructions each.
            try set(CURLOPT_NOPROXY, "*", "the proxy exceptions")
            return
        }
        if let hosts = settings.noProxy {
            try set(CURLOPT_NOPROXY, hosts, "the proxy exceptions")
        } else if !settings.usesEnvironmentProxy {
            // The environment's exceptions would hold for a proxy of the request's, too.
            try set(CURLOPT_NOPROXY, "", "the proxy exceptions")
        }
    }

    private func applyTLS(_ settings: HTTPRequestSettings) throws(HTTPClientError) {
        if !settings.validateCertificates {
            unsafe ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 0)
            unsafe ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 0)
        }
        if let file = settings.caFile { try set(CURLOPT_CAINFO, file, "the CA file") }
        if let file = settings.clientCertificate { try set(CURLOPT_SSLCERT, file, "the client certificate") }
        if let file = settings.clientKey { try set(CURLOPT_SSLKEY, file, "the client key") }
        if let phrase = settings.clientKeyPassphrase { try set(CURLOPT_KEYPASSWD, phrase, "the passphrase") }
        if let hash = settings.pinnedPublicKey { try set(CURLOPT_PINNEDPUBLICKEY, hash, "the pinned public key") }
        if settings.collectsTLSDetails { collectTLSDetails() }
    }

    /// 0 would be libcurl's own default of 300 s, and so would be more than it can count; "no limit" is the longest there
    /// is.
    static func connectMilliseconds(_ settings: HTTPRequestSettings) -> Int {
        let longest = Int(Int32.max)
        return settings.connectTimeout == .zero ? longest : min(longest, settings.connectTimeout.millisecondsUp)
    }

    private func applyLimits(_ settings: HTTPRequestSettings) throws(HTTPClientError) {
        unsafe ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Self.connectMilliseconds(settings))
        if let limit = settings.lowSpeedLimit {
            unsafe ccurl_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, Int(limit.bytesPerSecond))
            unsafe ccurl_set_long(easy, CURLOPT_LOW_SPEED_TIME, (limit.duration.millisecondsUp + 999) / 1000)
        }
        if let rate = settings.maxReceiveRate {
            // Whether there is room is asked before each piece: one must not be much of a second's worth.
            let most = min(Int64(core.configuration.receiveBufferBytes), max(1024, rate / 8))
            unsafe ccurl_set_long(easy, CURLOPT_BUFFERSIZE, Int(most))
        }
        if let rate = settings.maxSendRate {
            unsafe ccurl_set_off_t(easy, CURLOPT_MAX_SEND_SPEED_LARGE, curl_off_t(rate))
        }
    }

    func set(_ option: CURLoption, _ value: String, _ what: StaticString) throws(HTTPClientError) {
        try check(unsafe ccurl_set_string(easy, option, value), what)
    }

    private func check(_ code: CURLcode, _ what: StaticString) throws(HTTPClientError) {
        guard code == CURLE_OK else {
            throw .invalidRequest("libcurl refuses \(what): \(unsafe String(cString: curl_easy_strerror(code)))")
        }
    }

    private func list(_ lines: [String]) throws(HTTPClientError) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = unsafe curl_slist_append(list, line) else {
                unsafe curl_slist_free_all(list)
                throw .invalidRequest("out of memory")
            }
            unsafe list = unsafe longer
        }
        return unsafe list
    }
}

extension Duration {
    /// Whole milliseconds, rounded up: a timeout of 0.4 ms must not become "none".
    var millisecondsUp: Int {
        let (milliseconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let isMore = rest > 0 || milliseconds == 0 && self > .zero
        return Int(clamping: isMore ? milliseconds + 1 : milliseconds)
    }
}
