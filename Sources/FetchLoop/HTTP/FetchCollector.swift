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
    }

    func transfer(_ transfer: Transfer, didReceiveBody bytes: RawSpan) -> Transfer.BodyAction {
        if let onBody {
            onBody(bytes)
        } else {
            unsafe bytes.withUnsafeBytes { unsafe collect($0, of: transfer) }
        }
        return .continue
    }

    private func collect(_ bytes: UnsafeRawBufferPointer, of transfer: Transfer) {
        guard body.isEmpty else { return unsafe body.append(contentsOf: bytes) }
        // Most bodies come in one piece: that is one allocation of its size. For others the length is known mostly, but
        // it is the peer's word: capped.
        let length = Int(min(transfer.expectedBytes ?? 0, 64 << 20))
        if length > bytes.count {
            body.reserveCapacity(length)
            unsafe body.append(contentsOf: bytes)
        } else {
            body = unsafe [UInt8](bytes)
        }
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
