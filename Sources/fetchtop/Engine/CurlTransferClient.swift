import FetchLoop

/// The product's transfers: the scheduler's orders carried out by `AsyncHTTPClient`.
final class CurlTransferClient: TransferClient {
    private let client: AsyncHTTPClient
    private let builder: RequestBuilder
    /// Whether the heads of responses are kept: for the details pane, Retry-After and the records.
    private let delegate: Delegate

    init(loop: EventLoop, options: RunOptions) throws(InvalidRequestOption) {
        var configuration = AsyncHTTPClient.Configuration()
        // The queue is ours: libcurl's must never have one of its own.
        configuration.maxClients = .max
        configuration.maxConnections = options.concurrency.connections
        configuration.receiveBufferBytes = Self.receiveBufferBytes
        configuration.memory = Self.memory(options.request)
        client = AsyncHTTPClient(loop: loop, configuration: configuration)
        builder = try RequestBuilder(options)
        delegate = Delegate()
    }

    /// Asks for what handshakes agreed on and for the certificates, for the details pane.
    ///
    /// Only until a host's are known: libcurl then writes a line for everything it does, which costs more than the
    /// fetch itself, and a host seldom changes its certificate in the middle of a run.
    var collectsTLSDetails = false

    /// As much as the curl tool reads at a time: large bodies cost a call each time. What is not used is not touched, so
    /// a transfer that waits holds no more for it.
    private static let receiveBufferBytes = 100 << 10

    private static func memory(_ request: RequestOptions) -> ClientMemory {
        var memory = ClientMemory()
        memory.cookieFiles = request.cookieFiles
        memory.cookieJar = request.cookieJar
        memory.hstsFile = request.hstsFile
        memory.altSvcFile = request.altSvcFile
        return memory
    }

    /// Connections open now, idle ones included.
    var connectionCount: Int { client.connectionCount }

    func start(_ order: TransferOrder, handler: any TransferHandler) throws(FetchFailure) -> any RunningTransfer {
        if unsafe delegate.handler !== handler { unsafe delegate.handler = handler }
        var request = builder.request(for: order)
        if collectsTLSDetails, order.url.utf8.starts(with: "https:".utf8),
            !delegate.knownHosts.contains(hostName(ofURL: order.url))
        {
            request.collectsTLSDetails = true
        }
        do throws(HTTPClientError) {
            let transfer = try client.start(request, delegate: delegate)
            transfer.tag = Int(order.id.rawValue)
            return CurlTransfer(transfer)
        } catch {
            throw FetchFailure(error)
        }
    }

    func forgetHandler() { unsafe delegate.handler = nil }

    func close() { client.close() }

    /// One delegate for all transfers: the transfer's tag says which fetch it belongs to.
    private final class Delegate: TransferDelegate {
        /// Not weak: an object that is referenced weakly counts its references slowly, and the scheduler is referenced with
        /// every call. It takes itself back with `forgetHandler` before it goes.
        unowned(unsafe) var handler: (any TransferHandler)?
        /// The hosts whose certificates were seen.
        var knownHosts: Set<String> = []

        func transferDidConnect(_ transfer: Transfer) { unsafe handler?.transferDidConnect(transfer.fetchID) }

        func transfer(_ transfer: Transfer, didReceive head: HTTPResponseHead) {
            let head = ResponseHead(
                status: head.status, expectedBytes: transfer.expectedBytes, rawHeaders: head.bytes)
            unsafe handler?.transfer(transfer.fetchID, didReceive: head)
        }

        func transfer(
            _ transfer: Transfer, didReceiveBody bytes: RawSpan
        ) -> Transfer.BodyAction {
            switch unsafe handler?.transfer(transfer.fetchID, didReceiveBody: bytes) {
            case .proceed: .continue
            case .pause: .pause
            case .abort, nil: .abort
            }
        }

        func transfer(_ transfer: Transfer, didFinish summary: TransferSummary, error: HTTPClientError?) {
            if summary.tls != nil { knownHosts.insert(hostName(ofURL: transfer.request.url)) }
            let failure = error.map { FetchFailure($0) }
            unsafe handler?.transfer(transfer.fetchID, didFinish: TransferRecord(summary), failure: failure)
        }
    }
}

extension Transfer {
    fileprivate var fetchID: FetchID { FetchID(rawValue: UInt32(truncatingIfNeeded: tag)) }
}

/// A transfer of `AsyncHTTPClient`.
private final class CurlTransfer: RunningTransfer {
    private let transfer: Transfer

    init(_ transfer: Transfer) { self.transfer = transfer }

    var state: FetchState {
        switch transfer.phase {
        case .queued, .dns: .resolving
        case .connect: .connecting
        case .tls: .handshaking
        case .upload: .uploading
        case .wait: .waiting
        case .receive, .done: .receiving
        }
    }

    var record: TransferRecord {
        var record = TransferRecord()
        record.times = PhaseTimes(transfer.timings)
        record.sizeDownload = transfer.receivedBytes
        record.sizeUpload = transfer.sentBytes
        return record
    }

    func cancel() { transfer.cancel() }
    func pause() { transfer.pause() }
    func resume() { transfer.resume() }
}

extension PhaseTimes {
    init(_ timings: TransferTimings) {
        $nameLookup = timings.nameLookup ?? -1
        $connect = timings.connect ?? -1
        $appConnect = timings.appConnect ?? -1
        $preTransfer = timings.preTransfer ?? -1
        $startTransfer = timings.startTransfer ?? -1
        $redirect = timings.redirect ?? -1
        $total = timings.total ?? -1
    }
}

extension TransferRecord {
    init(_ summary: TransferSummary) {
        effectiveURL = summary.effectiveURL.isEmpty ? nil : summary.effectiveURL
        statusCode = summary.status
        httpVersion = summary.httpVersion
        contentType = summary.contentType
        remoteIP = summary.remoteIP
        remotePort = summary.remotePort
        localIP = summary.localIP
        localPort = summary.localPort
        connectCount = summary.connectCount
        redirectCount = summary.redirectCount
        redirectURL = summary.redirectURL
        sizeDownload = summary.downloadBytes
        sizeHeader = summary.headerBytes
        sizeRequest = summary.requestBytes
        sizeUpload = summary.uploadBytes
        speedDownload = summary.downloadRate
        sslVerifyResult = summary.sslVerifyResult
        if let details = summary.tls { tls = TLSRecord(details) }
        redirects = summary.redirects.map { head in
            RedirectHop(status: head.status, location: head.headers["Location"])
        }
        times = PhaseTimes(summary.timings)
    }
}

extension TLSRecord {
    init(_ details: TLSDetails) {
        version = details.version
        cipher = details.cipher
        applicationProtocol = details.applicationProtocol
        certificates = details.certificates.map { certificate in
            Certificate(
                subject: certificate.subject, issuer: certificate.issuer, serialNumber: certificate.serialNumber,
                alternativeNames: certificate.alternativeNames, validFrom: certificate.validFrom,
                validUntil: certificate.validUntil)
        }
    }
}
