/// A fetch as a curl command line that a shell takes as it is.
enum CurlCommand {
    /// - Parameters:
    ///   - values: What the job says.
    ///   - options: What the run says where the job says nothing.
    ///   - isRevealing: Passwords, tokens and cookies as they are; else in their place `***`.
    static func line(
        url: String, values: FetchJob.Values?, options: RequestOptions = RequestOptions(), isRevealing: Bool = true
    ) -> String {
        var words = ["curl"]
        func add(_ option: String, _ value: String?) {
            if let value { words += [option, quoted(value)] }
        }
        func secret(_ value: String?) -> String? { value.map { isRevealing ? $0 : "***" } }
        let body = values?.body ?? options.body
        let method = values?.method ?? options.method
        if let method, method != (body == nil ? "GET" : "POST") { add("-X", method) }
        let own = values?.headers ?? []
        for header in own { add("-H", line(of: header.name, header.value, isRevealing)) }
        for header in options.headers where !own.contains(where: { $0.name.lowercased() == header.name.lowercased() }) {
            add("-H", line(of: header.name, header.value ?? "", isRevealing))
        }
        func masked(_ value: String?, _ mask: (String) -> String) -> String? { isRevealing ? value : value.map(mask) }
        add("--data-binary", masked(body.map { String(decoding: $0, as: UTF8.self) }, Secrets.masked(form:)))
        add("-u", secret(options.user))
        add("--oauth2-bearer", secret(options.bearerToken))
        add("-b", secret(values?.cookie ?? (options.cookies.isEmpty ? nil : options.cookies.joined(separator: "; "))))
        add("-r", values?.range ?? options.range)
        add("-A", masked(values?.userAgent ?? options.userAgent, Secrets.masked(text:)))
        add("-e", masked(values?.referer ?? options.referer, Secrets.masked(url:)))
        addConnection(options, secret, to: &words)
        return (words + [quoted(url)]).joined(separator: " ")
    }

    private static func addConnection(
        _ options: RequestOptions, _ secret: (String?) -> String?, to words: inout [String]
    ) {
        func add(_ option: String, _ value: String?) {
            if let value { words += [option, quoted(value)] }
        }
        if options.followsRedirects { words.append(options.trustsRedirects ? "--location-trusted" : "-L") }
        if options.decompresses { words.append("--compressed") }
        if !options.verifiesTLS { words.append("-k") }
        if !options.isCAFileFromEnvironment { add("--cacert", options.caFile) }
        add("-E", options.clientCertificate)
        add("--key", options.clientKey)
        switch options.httpVersion {
        case .automatic: break
        case .http11: words.append("--http1.1")
        case .http2: words.append("--http2")
        case .http2PriorKnowledge: words.append("--http2-prior-knowledge")
        case .http3: words.append("--http3")
        }
        switch options.addressFamily {
        case .any: break
        case .ipv4: words.append("-4")
        case .ipv6: words.append("-6")
        }
        for mapping in options.resolve { add("--resolve", mapping) }
        for mapping in options.connectTo { add("--connect-to", mapping) }
        add("--unix-socket", options.unixSocket)
        add("-x", options.proxy.map { secret($0) == $0 ? $0 : Secrets.masked(url: $0) })
        add("--noproxy", options.noProxy)
        add("--interface", options.interface)
    }

    private static func line(of name: String, _ value: String, _ isRevealing: Bool) -> String {
        if value.isEmpty { return "\(name):" }
        return "\(name): \(isRevealing ? value : Secrets.masked(header: name, value: value))"
    }

    private static func quoted(_ text: String) -> String {
        let parts = text.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: "'\\''") + "'"
    }
}
