internal import CCurl

/// What easy handles share besides connections. The libcurl calls are `curl_share_*`.
@safe final class CurlShare {
    let raw: UnsafeMutableRawPointer?
    /// Whether DNS answers are shared.
    let hasNames: Bool

    /// - Parameter hasNames: Whether DNS answers are among it; otherwise each multi handle has its own.
    init(hasNames: Bool) {
        unsafe raw = CurlGlobal.ready ? curl_share_init() : nil
        self.hasNames = hasNames
        if hasNames { add(Int(CURL_LOCK_DATA_DNS.rawValue)) }
        add(Int(CURL_LOCK_DATA_SSL_SESSION.rawValue))
    }

    /// Shares one thing more. No handle may use the share yet.
    func add(_ data: Int) {
        if let raw = unsafe raw { unsafe ccurl_share_set_long(raw, CURLSHOPT_SHARE, data) }
    }

    deinit {
        if let raw = unsafe raw { unsafe curl_share_cleanup(raw) }
    }
}
