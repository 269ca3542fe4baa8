/// When the phases of a transfer ended, in microseconds from its start, cumulative as libcurl has them.
///
/// Unknown (not reached, or not applicable as TLS over plain HTTP) is nil, never zero. Redirects are included.
public struct TransferTimings: Sendable, Hashable, Codable {
    /// The name was resolved. `CURLINFO_NAMELOOKUP_TIME_T`.
    public var nameLookup: Int64?
    /// The connection stood. `CURLINFO_CONNECT_TIME_T`.
    public var connect: Int64?
    /// The TLS handshake was done. `CURLINFO_APPCONNECT_TIME_T`.
    public var appConnect: Int64?
    /// The request was about to be sent. `CURLINFO_PRETRANSFER_TIME_T`.
    public var preTransfer: Int64?
    /// The request was sent, body included; nil before libcurl 8.10. `CURLINFO_POSTTRANSFER_TIME_T`.
    public var postTransfer: Int64?
    /// The first byte arrived. `CURLINFO_STARTTRANSFER_TIME_T`.
    public var startTransfer: Int64?
    /// Time spent in redirects before the last request. `CURLINFO_REDIRECT_TIME_T`.
    public var redirect: Int64?
    /// The end, or now for a transfer that runs. `CURLINFO_TOTAL_TIME_T`.
    public var total: Int64?

    /// Creates timings of which nothing is known.
    public init() {}
}
