internal import CCurl

extension HTTPClientError {
    /// The error of a finished transfer; nil when libcurl calls it a success.
    static func from(_ code: CURLcode, handle: CurlHandle, transfer: Transfer) -> HTTPClientError? {
        if let failure = transfer.failure { return failure }
        if code == CURLE_OK {
            guard handle.head.count > 0, !handle.head.isComplete else { return nil }
            return .curl(
                code: Int32(bitPattern: CURLE_WEIRD_SERVER_REPLY.rawValue),
                message: "the connection ended before the response's head did", phase: .response)
        }
        let message = handle.errorMessage(code)
        if code == CURLE_OPERATION_TIMEDOUT && !message.hasPrefix("Operation too slow") {
            // A later hop connects again; only libcurl's words tell.
            let connects = ["Resolving", "Connection", "Failed to connect", "SSL connection"].contains {
                message.hasPrefix($0)
            }
            return .timeout(transfer.isConnected && !connects ? .request : .connect)
        }
        if code == CURLE_COULDNT_CONNECT, let address = handle.deniedAddress {
            return .curl(
                code: Int32(bitPattern: code.rawValue), message: "\(address) is not a public address", phase: .policy)
        }
        if code == CURLE_COULDNT_CONNECT, handle.lacksDescriptors {
            return .curl(
                code: Int32(bitPattern: code.rawValue), message: "no descriptor is left for a connection (ulimit -n)",
                phase: .connect)
        }
        if code == CURLE_OUT_OF_MEMORY, transfer.isConnected, !handle.head.isComplete {
            // What libcurl says of a line that its buffer of 100 KiB does not hold.
            return .curl(
                code: Int32(bitPattern: code.rawValue), message: "a line of the response's head is longer than 100 KiB",
                phase: .response)
        }
        let phase = phase(of: code, transfer: transfer)
        let isWithinHead = phase == .body && !handle.head.isComplete
        return .curl(
            code: Int32(bitPattern: code.rawValue), message: message, phase: isWithinHead ? .response : phase)
    }

    private static func phase(of code: CURLcode, transfer: Transfer) -> FailurePhase {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .dns
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: .connect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT, CURLE_SSL_ENGINE_NOTFOUND, CURLE_USE_SSL_FAILED:
            .tls
        case CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND, CURLE_READ_ERROR, CURLE_UPLOAD_FAILED: .request
        case CURLE_PARTIAL_FILE, CURLE_BAD_CONTENT_ENCODING: .body
        case CURLE_WRITE_ERROR: .write
        case CURLE_TOO_MANY_REDIRECTS, CURLE_UNSUPPORTED_PROTOCOL, CURLE_FILESIZE_EXCEEDED, CURLE_URL_MALFORMAT: .policy
        default: transfer.hasHead ? .body : (transfer.isConnected ? .response : .connect)
        }
    }
}
