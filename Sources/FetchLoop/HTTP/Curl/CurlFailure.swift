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
        if code == CURLE_OPERATION_TIMEDOUT, let timeout = CurlTimeout(message) {
            let isConnecting = timeout == .connect || !transfer.isConnected
            return self.timeout(isConnecting ? .connect : handle.timeoutPhase, of: transfer, handle)
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

    static func failedToStart(_ message: String) -> HTTPClientError {
        .curl(code: Int32(bitPattern: CURLE_FAILED_INIT.rawValue), message: message, phase: .queue)
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

/// What libcurl gave up when it says that a time is over; only its words tell, and a later hop connects again.
enum CurlTimeout {
    /// Resolving, connecting, the handshake or a tunnel.
    case connect
    /// All that follows.
    case transfer

    /// Reads libcurl's message; nil for a transfer that was too slow, which no deadline ended.
    init?(_ message: String) {
        if message.hasPrefix("Operation too slow") { return nil }
        self = Self.connecting.contains { message.hasPrefix($0) } ? .connect : .transfer
    }

    private static let connecting = [
        "Resolving", "name lookup", "Failed to resolve", "Connection", "Failed to connect", "SSL connection",
        "Proxy CONNECT",
    ]
}

extension HTTPClientError {
    /// A deadline that passed before anything was transferred.
    static func timeout(_ phase: TimeoutPhase, after time: Duration, with progress: String? = nil) -> HTTPClientError {
        let what: String =
            switch phase {
            case .queue: "waiting for a free slot"
            case .connect: "while connecting"
            case .request: "while sending the request"
            case .response: "waiting for the response"
            case .body: "while receiving the body"
            }
        return .timeout(phase, message: "timed out after \(time.millisecondsUp) ms \(progress ?? what)")
    }

    fileprivate static func timeout(
        _ phase: TimeoutPhase, of transfer: Transfer, _ handle: CurlHandle
    ) -> HTTPClientError {
        let progress: String? =
            switch phase {
            case .request: "with \(count(handle.sentBytes, of: handle.bytesToSend)) sent"
            case .body: "with \(count(handle.downloadedBytes, of: handle.expectedBytes)) received"
            case .queue, .connect, .response: nil
            }
        return timeout(phase, after: transfer.core.loop.now - transfer.created, with: progress)
    }

    private static func count(_ bytes: Int64, of all: Int64?) -> String {
        all.map { "\(bytes) of \($0) bytes" } ?? "\(bytes) bytes"
    }
}
