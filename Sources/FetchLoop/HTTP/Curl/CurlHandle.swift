internal import CCurl

/// A libcurl easy handle that serves one transfer after another, with the buffers and callbacks that stay with it.
@safe final class CurlHandle {
    let easy: UnsafeMutableRawPointer
    unowned let core: ClientCore
    private(set) var transfer: Transfer?
    var shard: CurlShard?
    /// The settings that are applied; a request with the very same ones needs its URL set and nothing else.
    var applied: HTTPRequest.Storage?
    var appliedBody = false
    /// Whether nothing but the constants is set.
    var isPristine = true
    private var contentLength: [UInt8]?
    var appliedTimeout = -1
    var headerList: UnsafeMutablePointer<curl_slist>?
    var resolveList: UnsafeMutablePointer<curl_slist>?
    var connectToList: UnsafeMutablePointer<curl_slist>?
    let errorText: UnsafeMutablePointer<CChar>
    private var head = HeadBuffer()
    var upload: CurlUpload?
    /// The last address that the settings forbade to connect to.
    private(set) var deniedAddress: String?

    init?(core: ClientCore) {
        guard CurlGlobal.ready, let easy = unsafe curl_easy_init() else { return nil }
        unsafe self.easy = unsafe easy
        self.core = core
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        setConstants()
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        freeLists()
        unsafe errorText.deallocate()
    }

    /// The handle that libcurl's callbacks and messages carry as their context.
    static func from(_ context: UnsafeMutableRawPointer) -> CurlHandle {
        unsafe Unmanaged<CurlHandle>.fromOpaque(context).takeUnretainedValue()
    }

    func begin(_ transfer: Transfer) {
        self.transfer = transfer
        head.removeAll()
        deniedAddress = nil
        unsafe errorText.pointee = 0
    }

    func end() {
        transfer = nil
        upload = nil
    }

    func freeLists() {
        unsafe curl_slist_free_all(headerList)
        unsafe curl_slist_free_all(resolveList)
        unsafe curl_slist_free_all(connectToList)
        unsafe (headerList, resolveList, connectToList) = (nil, nil, nil)
    }

    // MARK: What libcurl calls

    func openSocket(to address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        if applied?.settings.deniesPrivateAddresses == true, unsafe isDenied(address) { return CURL_SOCKET_BAD }
        return unsafe core.sockets.open(address)
    }

    private func isDenied(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Bool {
        guard let ip = unsafe IPAddress(address) else { return false }
        guard AddressRange.isPrivate(ip.bytes) else { return false }
        deniedAddress = ip.description
        return true
    }

    /// One line of a head: the status line, a field, or the empty line. Interim responses start over.
    ///
    /// - Returns: false to end the transfer.
    func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let transfer, !transfer.isOver else { return true }
        if unsafe bytes.count > 5 && bytes[0] == 72 && bytes[1] == 84 && bytes[4] == 47 {  // "HT..."/
            head.removeAll()
            transfer.hasHead = false
            contentLength = nil
        } else if transfer.hasHead {
            return true  // a trailer
        } else if unsafe bytes[0] | 32 == 99 && !noteContentLength(bytes) {  // "c"
            transfer.failure = .curl(
                code: Int32(bitPattern: CURLE_WEIRD_SERVER_REPLY.rawValue),
                message: "the response has two different Content-Length headers", phase: .response)
            return false
        }
        unsafe head.append(bytes)
        let isEnd = unsafe bytes.count <= 2 && (bytes[0] == 13 || bytes[0] == 10)
        if isEnd {
            if HTTPResponseHead.status(of: unsafe head.bytes.span) == 303,
                transfer.request.storage.settings.method != "HEAD"
            {
                forgetCustomMethod()
            }
            if isFinalHead(transfer) { deliverHead(transfer) }
        }
        return true
    }

    /// Unequal lengths are how requests are smuggled; libcurl takes the last one. RFC 9112, section 6.3.
    private func noteContentLength(_ line: UnsafeRawBufferPointer) -> Bool {
        let name: StaticString = "content-length:"
        guard line.count > name.utf8CodeUnitCount else { return true }
        for index in 0..<name.utf8CodeUnitCount where unsafe line[index].asciiLowercase != name.utf8Start[index] {
            return true
        }
        let value = unsafe [UInt8](line[name.utf8CodeUnitCount...])[...].trimmed
        let text = Array(value.filter { $0 != 13 && $0 != 10 })
        defer { contentLength = text }
        return contentLength == nil || contentLength == text
    }

    /// Whether this head surely belongs to the last hop. Where libcurl may go on to another (a redirect, an
    /// authentication round), the head is delivered with the first byte of the body, or at the end.
    private func isFinalHead(_ transfer: Transfer) -> Bool {
        let status = HTTPResponseHead.status(of: unsafe head.bytes.span)
        if status < 200 { return false }
        let settings = transfer.request.storage.settings
        if (300..<400).contains(status) { return !settings.followRedirects }
        if status == 401 || status == 407 {
            return settings.authentication == nil && settings.proxy?.authentication == nil
        }
        return true
    }

    func deliverHead(_ transfer: Transfer) {
        guard !transfer.hasHead, head.count > 0 else { return }
        transfer.hasHead = true
        transfer.delegate?.transfer(transfer, didReceive: HTTPResponseHead(bytes: unsafe [UInt8](head.bytes)))
    }

    /// A piece of the body. Returns how many bytes were taken, or libcurl's code for a pause.
    func receiveBody(_ bytes: RawSpan) -> Int {
        guard let transfer, !transfer.isOver else { return 0 }
        if transfer.isPaused { return ccurl_writefunc_pause() }
        deliverHead(transfer)
        if let limit = transfer.request.storage.settings.maxBodyBytes,
            transfer.receivedBytes + Int64(bytes.byteCount) > limit
        {
            transfer.failure = .bodyTooLarge(limit: limit)
            return 0
        }
        switch transfer.delegate?.transfer(transfer, didReceiveBody: bytes) ?? .abort {
        case .continue:
            transfer.receivedBytes += Int64(bytes.byteCount)
            return bytes.byteCount
        case .pause:
            transfer.isPaused = true
            return ccurl_writefunc_pause()
        case .abort:
            if transfer.failure == nil { transfer.failure = .aborted }
            return 0
        }
    }

    func didConnect() {
        guard let transfer, !transfer.isOver else { return }
        transfer.isConnected = true
        transfer.delegate?.transferDidConnect(transfer)
    }
}
