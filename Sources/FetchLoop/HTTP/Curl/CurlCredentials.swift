internal import CCurl

/// Who the request says that it is, to the server and to the proxy.
extension CurlHandle {
    private struct Options {
        let methods: CURLoption
        let user: CURLoption
        let password: CURLoption
        /// What user and password are called where libcurl refuses them.
        let names: (user: StaticString, password: StaticString)
    }

    private static var server: Options {
        Options(
            methods: CURLOPT_HTTPAUTH, user: CURLOPT_USERNAME, password: CURLOPT_PASSWORD,
            names: ("the user name", "the password"))
    }

    private static var proxy: Options {
        Options(
            methods: CURLOPT_PROXYAUTH, user: CURLOPT_PROXYUSERNAME, password: CURLOPT_PROXYPASSWORD,
            names: ("the proxy's user name", "the proxy's password"))
    }

    func applyAuthentication(_ settings: HTTPRequestSettings) throws(HTTPClientError) {
        switch settings.netrc {
        case .ignored: break
        case .optional: unsafe ccurl_set_long(easy, CURLOPT_NETRC, Int(CURL_NETRC_OPTIONAL.rawValue))
        case .required: unsafe ccurl_set_long(easy, CURLOPT_NETRC, Int(CURL_NETRC_REQUIRED.rawValue))
        }
        if settings.netrc != .ignored, let file = settings.netrcFile {
            try set(CURLOPT_NETRC_FILE, file, "the netrc file")
        }
        if let authentication = settings.authentication { try apply(authentication, to: Self.server) }
        if let authentication = settings.proxy?.authentication { try apply(authentication, to: Self.proxy) }
    }

    private func apply(_ authentication: HTTPAuthentication, to options: Options) throws(HTTPClientError) {
        switch authentication {
        case .basic(let user, let password):
            try apply(user, password, method: ccurl_auth_basic(), to: options)
        case .digest(let user, let password):
            try apply(user, password, method: ccurl_auth_digest(), to: options)
        case .bearer(let token):
            // Never a proxy's: such a request is refused.
            unsafe ccurl_set_long(easy, options.methods, ccurl_auth_bearer())
            try set(CURLOPT_XOAUTH2_BEARER, token, "the bearer token")
        }
    }

    private func apply(
        _ user: String, _ password: String, method: Int, to options: Options
    ) throws(HTTPClientError) {
        unsafe ccurl_set_long(easy, options.methods, method)
        try set(options.user, user.precomposed, options.names.user)
        try set(options.password, password.precomposed, options.names.password)
    }
}
