internal import CCurl

/// What libcurl knows of a transfer. The libcurl call is `curl_easy_getinfo`.
extension CurlHandle {
    /// The phases so far; 0 is libcurl's "not reached".
    ///
    /// - Parameter isPlain: whether there was neither TLS nor a redirect, so that libcurl need not be asked about them.
    func timings(isPlain: Bool = false) -> TransferTimings {
        var timings = TransferTimings()
        timings.nameLookup = time(CURLINFO_NAMELOOKUP_TIME_T)
        timings.connect = time(CURLINFO_CONNECT_TIME_T)
        if !isPlain { timings.appConnect = time(CURLINFO_APPCONNECT_TIME_T) }
        timings.preTransfer = time(CURLINFO_PRETRANSFER_TIME_T)
        if CurlGlobal.version >= 0x080a00 { timings.postTransfer = time(ccurl_info_posttransfer_time()) }
        timings.startTransfer = time(CURLINFO_STARTTRANSFER_TIME_T)
        if !isPlain { timings.redirect = time(CURLINFO_REDIRECT_TIME_T) }
        timings.total = time(CURLINFO_TOTAL_TIME_T)
        return timings
    }

    /// Where a transfer stands whose connection is not ready.
    func connectPhase(secure: Bool) -> Transfer.Phase {
        if time(CURLINFO_NAMELOOKUP_TIME_T) == nil { return .dns }
        if time(CURLINFO_CONNECT_TIME_T) == nil { return .connect }
        return secure ? .tls : .wait
    }

    /// The announced length; libcurl has -1 for none.
    var expectedBytes: Int64? {
        let length = offset(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T)
        return length >= 0 && head.isDelivered ? length : nil
    }

    var sentBytes: Int64 { offset(CURLINFO_SIZE_UPLOAD_T) }

    /// Body bytes received so far, before decompression.
    var downloadedBytes: Int64 { offset(CURLINFO_SIZE_DOWNLOAD_T) }

    /// The length of the request's body; nil when it is not known beforehand.
    var bytesToSend: Int64? {
        let length = offset(CURLINFO_CONTENT_LENGTH_UPLOAD_T)
        return length >= 0 ? length : nil
    }

    var isUploading: Bool {
        guard appliedBody else { return false }
        if let length = bytesToSend { return sentBytes < length }
        return upload.map { !$0.isSent } ?? false
    }

    /// How far a transfer has come whose connection is ready.
    var timeoutPhase: HTTPClientError.TimeoutPhase {
        if head.isComplete && !head.isAwaited { return .body }
        return isUploading ? .request : .response
    }

    /// Everything that curl's `--write-out` would tell of the finished transfer.
    ///
    /// Filled in place: returned, it would be copied, with all its strings.
    func fill(_ summary: inout TransferSummary, code: CURLcode, of transfer: Transfer) {
        summary.curlCode = Int32(bitPattern: code.rawValue)
        summary.redirectCount = redirectCount
        // Each question to libcurl costs a hundred instructions: what the head says is not asked in the common case.
        let isPlain =
            code == CURLE_OK && summary.redirectCount == 0 && transfer.scheme == .http && head.status >= 200
            && transfer.request.storage.isDirect
        summary.status = isPlain ? head.status : long(CURLINFO_RESPONSE_CODE)
        summary.httpVersion = isPlain ? head.version : httpVersion()
        // The common case needs no copy of libcurl's string.
        summary.effectiveURL =
            summary.redirectCount == 0 ? transfer.request.url : effectiveURL ?? transfer.request.url
        if summary.redirectCount > 0 { summary.redirects = head.redirects }
        summary.contentType = string(CURLINFO_CONTENT_TYPE, repeating: &core.texts.contentType)
        summary.remoteIP = string(CURLINFO_PRIMARY_IP, repeating: &core.texts.remoteIP)
        if summary.remoteIP != nil {
            summary.remotePort = long(CURLINFO_PRIMARY_PORT)
            summary.localIP = string(CURLINFO_LOCAL_IP, repeating: &core.texts.localIP)
            summary.localPort = long(CURLINFO_LOCAL_PORT)
        }
        summary.connectCount = long(CURLINFO_NUM_CONNECTS)
        if (300..<400).contains(summary.status) { summary.redirectURL = string(CURLINFO_REDIRECT_URL) }
        summary.downloadBytes = offset(CURLINFO_SIZE_DOWNLOAD_T)
        summary.uploadBytes = appliedBody ? offset(CURLINFO_SIZE_UPLOAD_T) : 0
        summary.headerBytes = Int64(long(CURLINFO_HEADER_SIZE))
        summary.requestBytes = Int64(long(CURLINFO_REQUEST_SIZE))
        summary.downloadRate = offset(CURLINFO_SPEED_DOWNLOAD_T)
        summary.timings = timings(isPlain: isPlain)
        if summary.timings.appConnect != nil || code == CURLE_PEER_FAILED_VERIFICATION {
            summary.sslVerifyResult = long(CURLINFO_SSL_VERIFYRESULT)
            summary.tls = tlsDetails()
        }
        if transfer.scheme == .https || summary.redirectCount > 0 {
            let status = long(CURLINFO_HTTP_CONNECTCODE)
            summary.proxyConnectStatus = status == 0 ? nil : status
        }
        // Newer than the oldest libcurl that is supported: unknown there, never a zero that looks like an answer.
        if CurlGlobal.version >= 0x080200 {
            let id = offset(ccurl_info_conn_id())
            summary.connectionID = id < 0 ? nil : id
        }
        if CurlGlobal.version >= 0x080700 { summary.usedProxy = long(ccurl_info_used_proxy()) != 0 }
    }

    /// libcurl's own words for what went wrong, which are better than the code's.
    ///
    /// It keeps the first it had to say of a transfer, even if that was of a stale connection and the request was sent
    /// again.
    func errorMessage(_ code: CURLcode) -> String {
        let text = unsafe String(cString: errorText)
        let isStale =
            code != CURLE_RECV_ERROR && text.hasPrefix("Recv failure") && code != CURLE_SSL_CONNECT_ERROR
            || code != CURLE_SEND_ERROR && text.hasPrefix("Send failure")
        return text.isEmpty || isStale
            ? unsafe String(cString: curl_easy_strerror(code)) : Self.withoutCredentials(text)
    }

    /// libcurl quotes a proxy that it does not understand, with its password.
    private static func withoutCredentials(_ text: String) -> String {
        guard text.hasPrefix("Unsupported proxy"), let quote = text.firstIndex(of: "'"),
            let at = text.lastIndex(of: "@"), quote < at
        else { return text }
        return text[...quote] + "***" + text[at...]
    }

    private func time(_ info: CURLINFO) -> Int64? {
        let value = offset(info)
        return value > 0 ? value : nil
    }

    private func offset(_ info: CURLINFO) -> Int64 {
        var value: curl_off_t = 0
        unsafe ccurl_get_off_t(easy, info, &value)
        return Int64(value)
    }

    private func long(_ info: CURLINFO) -> Int {
        var value = 0
        unsafe ccurl_get_long(easy, info, &value)
        return value
    }

    private func httpVersion() -> String? {
        switch Int32(truncatingIfNeeded: long(CURLINFO_HTTP_VERSION)) {
        case Int32(CURL_HTTP_VERSION_1_0): "1.0"
        case Int32(CURL_HTTP_VERSION_1_1): "1.1"
        case Int32(CURL_HTTP_VERSION_2_0): "2"
        case Int32(CURL_HTTP_VERSION_3): "3"
        default: nil
        }
    }

    private func string(_ info: CURLINFO, repeating last: inout RepeatedText) -> String? {
        var value: UnsafePointer<CChar>?
        unsafe ccurl_get_string(easy, info, &value)
        guard let text = unsafe value, unsafe text.pointee != 0 else { return nil }
        return unsafe last.string(text)
    }

    /// The URL of the request that is made now.
    /// How many redirects the transfer has followed so far.
    var redirectCount: Int { long(CURLINFO_REDIRECT_COUNT) }

    var effectiveURL: String? { string(CURLINFO_EFFECTIVE_URL) }

    private func string(_ info: CURLINFO) -> String? {
        var value: UnsafePointer<CChar>?
        unsafe ccurl_get_string(easy, info, &value)
        guard let text = unsafe value, unsafe text.pointee != 0 else { return nil }
        return unsafe String(cString: text)
    }
}
