/// A whole response. Tornado: `httpclient.HTTPResponse`.
public struct HTTPResponse: Sendable {
    /// The request as it was made, before redirects.
    public let request: HTTPRequest
    /// Status line and headers of the last hop.
    public let head: HTTPResponseHead
    /// The body, decompressed; empty when it was streamed.
    public let body: [UInt8]
    /// Addresses, counts and timings.
    public let summary: TransferSummary
    /// Time spent waiting for a slot of the client; not part of `requestTime`.
    public let queueTime: Duration
    /// When the transfer started.
    public let startTime: LoopInstant

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

    /// Throws `HTTPClientError.status` unless the status is 2xx or 304. Tornado: `rethrow`.
    public func rethrow() throws(HTTPClientError) {
        guard (200..<300).contains(status) || status == 304 else { throw .status(self) }
    }
}
