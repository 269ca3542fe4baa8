/// A whole response. Tornado: `httpclient.HTTPResponse`.
///
/// One reference wide: a response travels through several coroutine frames, and a task's frames live in small slabs.
public struct HTTPResponse: Sendable {
    private final class Storage: Sendable {
        let request: HTTPRequest
        let head: HTTPResponseHead
        let body: [UInt8]
        let summary: TransferSummary
        let startTime: LoopInstant

        init(
            _ transfer: Transfer, _ head: consuming HTTPResponseHead, _ body: consuming [UInt8],
            _ summary: consuming TransferSummary
        ) {
            request = transfer.request
            self.head = head
            self.body = body
            self.summary = summary
            startTime = transfer.started
        }
    }

    private let storage: Storage

    init(
        _ transfer: Transfer, head: consuming HTTPResponseHead, body: consuming [UInt8],
        summary: consuming TransferSummary
    ) {
        storage = Storage(transfer, head, body, summary)
    }

    /// The request as it was made, before redirects.
    public var request: HTTPRequest { storage.request }
    /// Status line and headers of the last hop.
    public var head: HTTPResponseHead { storage.head }
    /// The body, decompressed; empty when it was streamed.
    public var body: [UInt8] { storage.body }
    /// Addresses, counts and timings.
    public var summary: TransferSummary { storage.summary }
    /// Time spent waiting for a slot of the client; not part of `requestTime`.
    public var queueTime: Duration { summary.queueTime }
    /// When the transfer started.
    public var startTime: LoopInstant { storage.startTime }
    /// The status code.
    public var status: Int { head.status }
    /// The reason phrase.
    public var reason: String { head.reason }
    /// The headers of the last hop. - Complexity: O(n) at each call.
    public var headers: HTTPHeaders { head.headers }
    /// The URL after redirects.
    public var effectiveURL: String { summary.effectiveURL }
    /// Time from the start of the transfer to its end, without the queue.
    public var requestTime: Duration { .microseconds(summary.timings.total ?? 0) }
    /// The body as UTF-8 text, with replacement characters where it is not.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// Why this is no good response: `HTTPClientError.status`, with the response in it; nil if the status is 2xx or 304.
    /// Tornado: `error`.
    public var error: HTTPClientError? { head.isSuccess ? nil : .status(self) }

    /// Does nothing if the status is 2xx or 304, else throws ``error``. Tornado: `rethrow`.
    ///
    /// - Throws: `HTTPClientError.status` with this response for any other.
    public func rethrow() throws(HTTPClientError) {
        guard head.isSuccess else { throw .status(self) }
    }
}
