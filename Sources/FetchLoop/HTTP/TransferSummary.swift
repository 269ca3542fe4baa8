/// What is known of a transfer when it ended, well or not. Names follow curl's `--write-out`; unknown is nil.
public struct TransferSummary: Sendable, Hashable {
    /// The last status code, 0 when no response came.
    public var status = 0
    /// `1.0`, `1.1`, `2`, `3`; nil when no response came.
    public var httpVersion: String?
    /// The URL of the last request.
    public var effectiveURL = ""
    /// The Content-Type of the response.
    public var contentType: String?
    /// The peer's address.
    public var remoteIP: String?
    /// The peer's port.
    public var remotePort: Int?
    /// Our address.
    public var localIP: String?
    /// Our port.
    public var localPort: Int?
    /// New connections made for this transfer; 0 means one was reused.
    public var connectCount = 0
    /// Redirects followed.
    public var redirectCount = 0
    /// The heads of the redirects followed, in order; of a very long chain only the first.
    public var redirects: [HTTPResponseHead] = []
    /// Where a redirect that was not followed would have led.
    public var redirectURL: String?
    /// Body bytes received, before decompression.
    public var downloadBytes: Int64 = 0
    /// Body bytes sent.
    public var uploadBytes: Int64 = 0
    /// Header bytes received.
    public var headerBytes: Int64 = 0
    /// Request bytes sent.
    public var requestBytes: Int64 = 0
    /// Mean rate, in bytes a second.
    public var downloadRate: Int64 = 0
    /// OpenSSL's verification result, 0 when well; nil without TLS.
    public var sslVerifyResult: Int?
    /// What the last TLS handshake of this transfer agreed on; nil unless the request asked for it
    /// (``HTTPRequestSettings/collectsTLSDetails``), and on a connection that was reused.
    public var tls: TLSDetails?
    /// The proxy's answer to CONNECT; nil when there was none.
    public var proxyConnectStatus: Int?
    /// Whether a proxy was used; nil before libcurl 8.7, which does not know.
    public var usedProxy: Bool?
    /// A number for the connection, unique in one multi handle; nil before libcurl 8.2.
    public var connectionID: Int64?
    /// libcurl's result code.
    public var curlCode: Int32 = 0
    /// Time spent waiting for a slot of the client; no part of ``timings``.
    public var queueTime: Duration = .zero
    /// When libcurl took over; nil for a transfer that never got a slot.
    public var startTime: LoopInstant?
    /// When the phases ended.
    public var timings = TransferTimings()

    /// Creates an empty summary.
    public init() {}

    /// What is known of a transfer without asking libcurl.
    init(of transfer: Transfer) {
        queueTime = transfer.queueTime
        if transfer.hasBegun { startTime = transfer.started }
    }
}
