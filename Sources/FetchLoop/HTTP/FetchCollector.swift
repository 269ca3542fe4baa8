/// Collects one response for a coroutine that waits for it; the wait itself, too: one object a fetch less.
final class FetchCollector: Suspension, TransferDelegate, @unchecked Sendable {
    private let onHead: ((HTTPResponseHead) -> Void)?
    private let onBody: ((RawSpan) -> Void)?
    /// It holds the collector in turn, until its end.
    @safe @exclusivity(unchecked) private var transfer: Transfer?
    @safe @exclusivity(unchecked) private var head: HTTPResponseHead?
    @safe @exclusivity(unchecked) private var body: [UInt8] = []
    @safe @exclusivity(unchecked) private var response: HTTPResponse?
    @safe @exclusivity(unchecked) private var error: HTTPClientError?

    private init(_ loop: EventLoop, onHead: ((HTTPResponseHead) -> Void)?, onBody: ((RawSpan) -> Void)?) {
        self.onHead = onHead
        self.onBody = onBody
        super.init(loop, waitingFor: "fetch")
    }

    /// Starts the transfer. What a coroutine keeps while it waits is then one reference: its frames live in slabs of a
    /// kilobyte, and a second slab is an allocation.
    static func start(
        _ request: HTTPRequest, on core: ClientCore, onHead: ((HTTPResponseHead) -> Void)? = nil,
        onBody: ((RawSpan) -> Void)? = nil
    ) throws(HTTPClientError) -> FetchCollector {
        let collector = FetchCollector(core.loop, onHead: onHead, onBody: onBody)
        collector.transfer = try core.start(request, delegate: collector, isCollected: onBody == nil)
        return collector
    }

    /// What became of the fetch.
    ///
    /// - Parameter outcome: how the wait for it ended; when the coroutine was cancelled, the transfer is now.
    @inline(never)
    func response(after outcome: Outcome, raiseError: Bool) throws(HTTPClientError) -> HTTPResponse {
        if outcome == .cancelled, let transfer {
            transfer.cancel()
            throw transfer.core.isClosed ? .closed : .cancelled
        }
        if let error { throw error }
        guard let response else { throw .aborted }
        if raiseError { try response.rethrow() }
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

    func transfer(_ transfer: Transfer, didFinish summary: consuming TransferSummary, error: HTTPClientError?) {
        self.error = error
        if error == nil {
            response = HTTPResponse(
                transfer, head: head.take() ?? HTTPResponseHead(bytes: []), body: takeBody(), summary: consume summary)
        }
        resume()
    }

    private func takeBody() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &body)
        return taken
    }
}
