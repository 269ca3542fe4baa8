/// Follows one transfer. All calls come on the loop's thread, none before `start` returned, none after `cancel()`.
public protocol TransferDelegate: AnyObject {
    /// A connection is ready, new or reused, and the request is about to be sent; once for each hop.
    func transferDidConnect(_ transfer: Transfer)
    /// The head of the last hop arrived.
    func transfer(_ transfer: Transfer, didReceive head: HTTPResponseHead)
    /// A piece of the body arrived. The bytes are valid during the call. After `.pause` the same piece comes again.
    func transfer(_ transfer: Transfer, didReceiveBody bytes: RawSpan) -> Transfer.BodyAction
    /// The transfer ended; with an error when it has no whole response. A status of 4xx or 5xx is not an error here.
    func transfer(_ transfer: Transfer, didFinish summary: consuming TransferSummary, error: HTTPClientError?)
}

extension TransferDelegate {
    /// Does nothing.
    public func transferDidConnect(_ transfer: Transfer) {}
    /// Does nothing.
    public func transfer(_ transfer: Transfer, didReceive head: HTTPResponseHead) {}
}
