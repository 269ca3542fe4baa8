internal import CCurl

/// Listens to libcurl's verbose text for what a handshake agreed on: nothing else tells, short of OpenSSL's own
/// functions on `CURLINFO_TLS_SSL_PTR`, which would tie this library to OpenSSL.
struct TLSObserver {
    private(set) var details = TLSDetails()
    /// Whether there was a handshake.
    private(set) var hasSeen = false

    mutating func note(_ text: String) {
        if let rest = text.dropping(prefix: "SSL connection using ") {
            // "TLSv1.3 / TLS_AES_256_GCM_SHA384", and more after that in newer versions.
            let parts = rest.split(separator: " / ").map { String($0) }
            details.version = parts.first
            details.cipher = parts.count > 1 ? parts[1] : nil
            hasSeen = true
        } else if text.hasPrefix("ALPN"), text.contains("server accepted") {
            details.applicationProtocol = text.split(separator: " ").last.map { String($0) }
        }
    }
}

extension CurlHandle {
    /// The libcurl options are `CERTINFO`, `VERBOSE` and `DEBUGFUNCTION`.
    func collectTLSDetails() {
        unsafe ccurl_set_long(easy, CURLOPT_CERTINFO, 1)
        unsafe ccurl_set_long(easy, CURLOPT_VERBOSE, 1)
        unsafe ccurl_set_pointer(easy, CURLOPT_DEBUGDATA, Unmanaged.passUnretained(self).toOpaque())
        unsafe ccurl_set_debug_callback(easy) { _, kind, bytes, count, context in
            guard kind == CURLINFO_TEXT, let context = unsafe context, let bytes = unsafe bytes else { return 0 }
            let text = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
            unsafe CurlHandle.from(context).noteText(text)
            return 0
        }
    }

    private func noteText(_ text: UnsafeRawBufferPointer) {
        guard let first = unsafe text.first, first == 83 || first == 65 else { return }  // "S", "A"
        var line = unsafe String(decoding: text, as: UTF8.self)
        while line.last?.isNewline == true { line.removeLast() }
        if tls == nil { tls = TLSObserver() }
        tls?.note(line)
    }

    /// The details, if this transfer shook hands and the request asked.
    func tlsDetails() -> TLSDetails? {
        guard transfer?.request.storage.settings.collectsTLSDetails == true else { return nil }
        var details = tls.flatMap { $0.hasSeen ? $0.details : nil }
        var chain: UnsafeMutablePointer<curl_certinfo>?
        guard unsafe ccurl_get_certinfo(easy, &chain) == CURLE_OK, let chain = unsafe chain else { return details }
        let certificates = unsafe (0..<Int(chain.pointee.num_of_certs)).map { index in
            var certificate = TLSDetails.Certificate()
            var line = unsafe chain.pointee.certinfo[index]
            while let entry = unsafe line {
                if let text = unsafe entry.pointee.data { unsafe certificate.note(String(cString: text)) }
                unsafe line = unsafe entry.pointee.next
            }
            return certificate
        }
        guard details != nil || !certificates.isEmpty else { return nil }
        details = details ?? TLSDetails()
        details?.certificates = certificates
        return details
    }
}

extension String {
    fileprivate func dropping(prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}
