extension HTTPRequest {
    private static let standardMethods: Set<String> = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]

    /// Refuses what must not reach libcurl.
    ///
    /// - Throws: `HTTPClientError.invalidRequest` with one sentence that names the field.
    func validate() throws(HTTPClientError) -> URLScheme {
        let scheme = try URLScheme.check(url)
        // Settings are looked at once; requests made from one template share them.
        if !storage.isValid {
            try validateSettings()
            storage.isValid = true
        }
        if body == nil && storage.isValidWithoutBody { return scheme }
        try validateBody()
        if body == nil { storage.isValidWithoutBody = true }
        return scheme
    }

    private func validateBody() throws(HTTPClientError) {
        let settings = storage.settings
        // libcurl would wait for the body of the answer, which never comes.
        if settings.method == "HEAD" && body != nil { throw .invalidRequest("a body is not allowed for HEAD") }
        switch body {
        case .stream(let length?, _), .restartable(let length?, _):
            if length < 0 { throw .invalidRequest("the body's length \(length) is negative") }
        case nil, .bytes, .stream, .restartable: break
        }
        if settings.allowNonstandardMethods { return }
        let needsBody = settings.method == "POST" || settings.method == "PUT" || settings.method == "PATCH"
        if needsBody && body == nil { throw .invalidRequest("a body is required for \(settings.method)") }
        if !needsBody && body != nil { throw .invalidRequest("a body is not allowed for \(settings.method)") }
    }

    private func validateSettings() throws(HTTPClientError) {
        let settings = storage.settings
        if !settings.allowNonstandardMethods && !Self.standardMethods.contains(settings.method) {
            throw .invalidRequest("the method \(settings.method) is not standard")
        }
        guard !settings.method.isEmpty, settings.method.utf8.allSatisfy(\.isTokenCharacter) else {
            throw .invalidRequest("the method is not a token")
        }
        for name in settings.emptyHeaders where name.isEmpty || !name.utf8.allSatisfy(\.isTokenCharacter) {
            throw .invalidRequest("the header name \(name.debugDescription) is not a token")
        }
        for field in settings.headers.fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(\.isTokenCharacter) else {
                throw .invalidRequest("the header name \(field.name.debugDescription) is not a token")
            }
            guard !field.value.hasLineBreak else {
                throw .invalidRequest("the value of header \(field.name) contains a line break")
            }
            // To libcurl it were an order to remove the header.
            guard field.value.isEmpty || !field.value.utf8.allSatisfy({ $0 == 32 || $0 == 9 }) else {
                throw .invalidRequest(
                    "the value of header \(field.name) is blank: an empty one removes the header, emptyHeaders sends it"
                )
            }
        }
        try validateNumbers(settings)
        for (name, text) in [
            ("user agent", settings.userAgent), ("cookie", settings.cookie), ("referer", settings.referer),
            ("range", settings.range),
        ] {
            if let text, text.hasLineBreak { throw .invalidRequest("the \(name) contains a line break") }
        }
        for authentication in [settings.authentication, settings.proxy?.authentication] {
            try authentication?.validate()
        }
        if case .bearer? = settings.proxy?.authentication {
            throw .invalidRequest("proxies do not take bearer tokens")
        }
    }
}

extension HTTPRequest {
    /// What libcurl would ignore, or take for "no limit" or for something else altogether.
    private func validateNumbers(_ settings: HTTPRequestSettings) throws(HTTPClientError) {
        for (name, time) in [
            ("request timeout", settings.requestTimeout), ("connect timeout", settings.connectTimeout),
        ] where time < .zero {
            throw .invalidRequest("the \(name) is negative; zero is none")
        }
        if settings.maxRedirects < 0 { throw .invalidRequest("the number of redirects is negative") }
        for (name, rate) in [("receive", settings.maxReceiveRate), ("send", settings.maxSendRate)] {
            if let rate, rate <= 0 { throw .invalidRequest("the \(name) rate is \(rate); nil is no limit") }
        }
        if settings.maxHeadBytes <= 0 { throw .invalidRequest("no head would be as small as maxHeadBytes") }
        if let most = settings.maxBodyBytes, most < 0 {
            throw .invalidRequest("maxBodyBytes is negative; nil is no limit")
        }
        if let limit = settings.lowSpeedLimit, limit.bytesPerSecond < 0 || limit.duration <= .zero {
            throw .invalidRequest("the low speed limit has a negative speed, or no duration; nil is no limit")
        }
    }
}

extension HTTPAuthentication {
    fileprivate func validate() throws(HTTPClientError) {
        switch self {
        case .basic(let user, let password):
            if user.utf8.contains(UInt8(ascii: ":")) { throw .invalidRequest("the user name contains a colon") }
            try Self.refuseControls(in: user, password)
        case .digest(let user, let password): try Self.refuseControls(in: user, password)
        case .bearer(let token): try Self.refuseControls(in: token)
        }
    }

    /// RFC 7617, section 2; and libcurl sends a token or a digest's user name as it is.
    private static func refuseControls(in texts: String...) throws(HTTPClientError) {
        for text in texts where text.utf8.contains(where: { $0 < 32 || $0 == 127 }) {
            throw .invalidRequest("the credentials contain a control character")
        }
    }
}

extension String {
    /// Whether it would end a line of a head. To libcurl, which takes C strings, a NUL ends it, too.
    fileprivate var hasLineBreak: Bool { utf8.contains { $0 == 13 || $0 == 10 || $0 == 0 } }
}

extension UInt8 {
    /// RFC 9110, section 5.6.2.
    var isTokenCharacter: Bool {
        switch UnicodeScalar(self) {
        case "0"..."9", "A"..."Z", "a"..."z": true
        case "!", "#", "$", "%", "&", "'", "*", "+", "-", ".", "^", "_", "`", "|", "~": true
        default: false
        }
    }
}
