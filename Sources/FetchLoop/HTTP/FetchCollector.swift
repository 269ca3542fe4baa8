/// Collects one response for a coroutine that waits for it.
final class FetchCollector: TransferDelegate {
    private let suspension: Suspension
    private let onHead: ((HTTPResponseHead) -> Void)?
    private let onBody: ((RawSpan) -> Void)?
    @safe @exclusivity(unchecked) private var head: HTTPResponseHead?
    @safe @exclusivity(unchecked) private var body: [UInt8] = []
    @safe @exclusivity(unchecked) private var response: HTTPResponse?
    @safe @exclusivity(unchecked) private var error: HTTPClientError?

    private init(
        _ suspension: Suspension, onHead: ((HTTPResponseHead) -> Void)?, onBody: ((RawSpan) -> Void)?
    ) {
        self.suspension = suspension
        self.onHead = onHead
        self.onBody = onBody
    }

    static func fetch(
        _ request: HTTPRequest, on core: ClientCore, onHead: ((HTTPResponseHead) -> Void)? = nil,
        onBody: ((RawSpan) -> Void)? = nil
    ) async throws(HTTPClientError) -> HTTPResponse {
        let suspension = Suspension(core.loop, waitingFor: "fetch")
        let collector = FetchCollector(suspension, onHead: onHead, onBody: onBody)
        let transfer = try core.start(request, delegate: collector, isCollected: onBody == nil)
        if await suspension.wait() == .cancelled {
            transfer.cancel()
            throw core.isClosed ? .closed : .cancelled
        }
        if let error = collector.error { throw error }
        guard let response = collector.response else { throw .aborted }
        return response
    }

    func transfer(_ transfer: Transfer, didReceive head: HTTPResponseHead) {
        self.head = head
        onHead?(head)
        guard onBody == nil, let length = transfer.expectedBytes else { return }
        // Capped: the length is the peer's word.
        body.reserveCapacity(Int(min(length, 64 << 20)))
    }

    func transfer(_ transfer: Transfer, didReceiveBody bytes: RawSpan) -> Transfer.BodyAction {
        if let onBody {
            onBody(bytes)
        } else {
            unsafe bytes.withUnsafeBytes { unsafe body.append(contentsOf: $0) }
        }
        return .continue
    }

    func transfer(_ transfer: Transfer, didFinish summary: TransferSummary, error: HTTPClientError?) {
        self.error = error
        if error == nil {
            response = HTTPResponse(
                transfer, head: head ?? HTTPResponseHead(bytes: []), body: body, summary: summary)
            body = []
        }
        suspension.resume()
    }
}
