/// Starts transfers: libcurl's client in the product, a scripted one in tests.
protocol TransferClient: AnyObject {
    /// Begins one transfer. Nothing is told to the handler before this returns.
    ///
    /// - Throws: `FetchFailure` when the order cannot even be started, such as for a malformed URL.
    func start(_ order: TransferOrder, handler: any TransferHandler) throws(FetchFailure) -> any RunningTransfer
    /// The handler goes: it is told nothing more.
    func forgetHandler()
    /// Connections open now, idle ones included.
    var connectionCount: Int { get }
}

extension TransferClient {
    func forgetHandler() {}
    var connectionCount: Int { 0 }
}

/// What to transfer.
struct TransferOrder {
    let id: FetchID
    let url: String
    /// What the job said besides its URL.
    let values: FetchJob.Values?
    let method: String
    /// The request asks for a part of the resource (`--range`), which is then all there is to be had.
    var isPart = false
    /// The byte to go on at, for a resumed download.
    var resumeFrom: Int64?
    /// Set by the downloads: conditions such as If-Range and If-None-Match.
    var conditions: [FetchJob.Values.Header] = []
}

/// Is told how transfers go, on the loop's thread.
protocol TransferHandler: AnyObject {
    /// The connection is ready and the request about to be sent.
    func transferDidConnect(_ id: FetchID)
    /// The final hop's head arrived.
    func transfer(_ id: FetchID, didReceive head: ResponseHead)
    /// A piece of the body arrived; only valid during the call.
    func transfer(_ id: FetchID, didReceiveBody bytes: RawSpan) -> BodyAction
    /// The end; called once, and never after a cancel.
    func transfer(_ id: FetchID, didFinish record: consuming TransferRecord, failure: FetchFailure?)
}

/// What to do with the transfer after a piece of its body.
enum BodyAction {
    case proceed
    /// The piece was not taken: hold the transfer, and offer it again after `resume`.
    case pause
    case abort
}

/// A transfer under way.
protocol RunningTransfer: AnyObject {
    /// Which of the in-flight states it is in; asks libcurl, so only for rows that are shown.
    var state: FetchState { get }
    /// What is known so far, for a transfer that is about to be cancelled or is being looked at.
    var record: TransferRecord { get }
    /// Ends it without a word to the handler.
    func cancel()
    func pause()
    func resume()
}
