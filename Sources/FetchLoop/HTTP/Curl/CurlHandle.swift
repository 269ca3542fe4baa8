internal import CCurl

/// A libcurl easy handle that serves one transfer after another, with the buffers and callbacks that stay with it.
@safe final class CurlHandle {
    let easy: UnsafeMutableRawPointer
    let core: ClientCore
    @safe @exclusivity(unchecked) private(set) var transfer: Transfer?
    @safe @exclusivity(unchecked) var shard: CurlShard?
    /// The settings that are applied; a request with the very same ones needs its URL set and nothing else.
    @safe @exclusivity(unchecked) var applied: HTTPRequest.Storage?
    @safe @exclusivity(unchecked) var appliedBody = false
    /// Whether a redirect has led the transfer to another origin, and headers that are credentials are left out.
    @safe @exclusivity(unchecked) var isElsewhere = false
    /// Where the transfer went first, if that may be another URL than the request's.
    var firstURL: String?
    /// Whether nothing but the constants is set.
    @safe @exclusivity(unchecked) var isPristine = true
    @safe @exclusivity(unchecked) var appliedTimeout = -1
    @safe @exclusivity(unchecked) var appliedNameLifetime = NameCache.forever
    @safe @exclusivity(unchecked) var waitsForMultiplexing = false
    /// Whether it uses what another pool than that of ordinary requests shares.
    private var isApart = false
    var headerList: UnsafeMutablePointer<curl_slist>?
    var resolveList: UnsafeMutablePointer<curl_slist>?
    var connectToList: UnsafeMutablePointer<curl_slist>?
    let errorText: UnsafeMutablePointer<CChar>
    let head = HeadBuffer()
    @safe @exclusivity(unchecked) var tls: TLSObserver?
    @safe @exclusivity(unchecked) var upload: CurlUpload?
    var altSvcSlot: AltSvcFile.Slot?
    /// The last address that the settings forbade to connect to.
    private(set) var deniedAddress: String?
    /// Whether the transfer was paused: the lines of a head that libcurl kept meanwhile it hands over as one.
    @safe @exclusivity(unchecked) var wasPaused = false
    /// Whether the process had no descriptor left for its last socket.
    private(set) var lacksDescriptors = false

    init?(core: ClientCore) {
        guard CurlGlobal.ready, let easy = unsafe curl_easy_init() else { return nil }
        unsafe self.easy = unsafe easy
        self.core = core
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        setConstants()
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        core.memory?.collect(altSvcSlot)
        freeLists()
        unsafe errorText.deallocate()
    }

    /// The handle that libcurl's messages carry as their context.
    static func from(_ context: UnsafeMutableRawPointer) -> CurlHandle {
        unsafe Unmanaged<CurlHandle>.fromOpaque(context).takeUnretainedValue()
    }

    /// Calls back with the handle that libcurl's callbacks carry, without counting references: libcurl is called by its
    /// owners only.
    @discardableResult @inline(__always)
    static func with<Result>(_ context: UnsafeMutableRawPointer?, _ body: (CurlHandle) -> Result) -> Result? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<CurlHandle>.fromOpaque(context)._withUnsafeGuaranteedRef(body)
    }

    func begin(_ transfer: Transfer) {
        self.transfer = transfer
        head.removeAll()
        deniedAddress = nil
        lacksDescriptors = false
        wasPaused = false
        head.limit = transfer.request.storage.settings.maxHeadBytes
        unsafe errorText.pointee = 0
    }

    func end() {
        transfer = nil
        upload = nil
        tls = nil
        // Kept by the next request, and by `curl_easy_reset`, were it not taken back.
        if isApart { share(with: core.shards) }
    }

    /// Uses the DNS answers and TLS sessions of a pool. The libcurl option is `SHARE`.
    func share(with pool: ShardPool) {
        isApart = pool !== core.shards
        unsafe ccurl_set_pointer(easy, CURLOPT_SHARE, pool.share.raw)
    }

    func freeLists() {
        unsafe curl_slist_free_all(headerList)
        unsafe curl_slist_free_all(resolveList)
        unsafe curl_slist_free_all(connectToList)
        unsafe (headerList, resolveList, connectToList) = (nil, nil, nil)
    }

    // MARK: What libcurl calls

    func openSocket(to address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        // Not the settings that are applied: those are forgotten in the middle of a transfer when a redirect changes them.
        guard let settings = transfer?.request.storage.settings else { return CURL_SOCKET_BAD }
        if settings.deniesPrivateAddresses, unsafe isDenied(address, isNamed: settings.unixSocket != nil) {
            return CURL_SOCKET_BAD
        }
        let socket = unsafe core.sockets.open(address)
        shard?.openedCount += 1
        if socket == CURL_SOCKET_BAD { lacksDescriptors = Socket.isOutOfDescriptors }
        return socket
    }

    /// - Parameter isNamed: whether it is a UNIX-domain socket's, which only the request can name.
    private func isDenied(_ address: UnsafeMutablePointer<curl_sockaddr>, isNamed: Bool) -> Bool {
        // The address proper is libcurl's last field and may be longer than its type says.
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return true }
        let bytes = unsafe UnsafeRawBufferPointer(
            start: UnsafeRawPointer(address) + offset, count: Int(address.pointee.addrlen))
        guard let ip = unsafe IPAddress(socketAddress: bytes) else {
            // Nobody knows where it leads.
            if isNamed { return false }
            deniedAddress = "an address of family \(unsafe address.pointee.family)"
            return true
        }
        guard AddressRange.isPrivate(ip.bytes) else { return false }
        deniedAddress = ip.description
        return true
    }

    /// One line of a head, or several.
    ///
    /// - Returns: false to end the transfer.
    @inline(__always)
    func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
        wasPaused ? unsafe receiveLines(bytes) : unsafe receiveLine(bytes)
    }

    @inline(__always)
    private func receiveLine(_ line: UnsafeRawBufferPointer) -> Bool {
        unsafe head.appendOrdinary(line) || receiveDecisiveHeader(line)
    }

    @inline(never)
    private func receiveLines(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = unsafe bytes[start...].firstIndex(of: 10).map { $0 + 1 } ?? bytes.endIndex
            guard unsafe receiveLine(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) else { return false }
            start = end
        }
        return true
    }

    @inline(never)
    private func receiveDecisiveHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
        switch unsafe head.receive(bytes) {
        case .more: return true
        case .end: receiveHeadEnd()
        case .tooLarge:
            transfer?.failure = .headTooLarge(limit: head.limit)
            return false
        case .conflict:
            guard let transfer, !transfer.isOver else { return true }
            transfer.failure = .curl(
                code: Int32(bitPattern: CURLE_WEIRD_SERVER_REPLY.rawValue),
                message: "the response has two different Content-Length headers", phase: .response)
            return false
        }
        return true
    }

    private func receiveHeadEnd() {
        guard let transfer, !transfer.isOver else { return }
        let status = head.status
        if status == 303 && transfer.request.storage.settings.method != "HEAD" { forgetCustomMethod() }
        if status == 417, appliedBody { forgetExpectation(transfer.request.storage.settings) }
        if isFinalHead(status, transfer) { deliverHead(transfer) }
    }

    /// Whether this head surely belongs to the last hop. Where libcurl may go on to another (a redirect, an
    /// authentication round), the head is delivered with the first byte of the body, or at the end.
    private func isFinalHead(_ status: Int, _ transfer: Transfer) -> Bool {
        if status < 200 { return false }
        let settings = transfer.request.storage.settings
        if (300..<400).contains(status) { return !settings.followRedirects }
        if status == 417 && settings.expectContinue { return false }
        if status == 401 || status == 407 {
            return settings.authentication == nil && settings.proxy?.authentication == nil
        }
        return true
    }

    func deliverHead(_ transfer: Transfer) {
        guard !head.isDelivered, head.count > 0 else { return }
        head.isDelivered = true
        transfer.delegate?.transfer(
            transfer, didReceive: HTTPResponseHead(bytes: unsafe [UInt8](head.bytes), status: head.status))
    }

    /// A piece of the body. Returns how many bytes were taken, or libcurl's code for a pause.
    func receiveBody(_ bytes: RawSpan) -> Int {
        guard let transfer, !transfer.isOver else { return 0 }
        if transfer.isPaused { return ccurl_writefunc_pause() }
        if let limit = transfer.receiveLimit, !limit.allowsPiece(of: transfer) { return ccurl_writefunc_pause() }
        deliverHead(transfer)
        if let limit = transfer.bodyLimit, transfer.receivedBytes + Int64(bytes.byteCount) > limit {
            transfer.failure = .bodyTooLarge(limit: limit)
            return 0
        }
        switch transfer.delegate?.transfer(transfer, didReceiveBody: bytes) ?? .abort {
        case .continue:
            transfer.receivedBytes += Int64(bytes.byteCount)
            transfer.receiveLimit?.take(bytes.byteCount)
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
        head.expectHead()
        guard let transfer, !transfer.isOver else { return }
        transfer.isConnected = true
        keepHeadersInOrigin(transfer)
        transfer.delegate?.transferDidConnect(transfer)
    }
}
