/// One transfer under way. Bound to the client's loop; made by ``AsyncHTTPClient/start(_:delegate:)``.
public final class Transfer {
    /// What the delegate wants after a piece of the body.
    public enum BodyAction: Sendable {
        /// Go on.
        case `continue`
        /// Stop reading; the piece is not taken and comes again after ``Transfer/resume()``.
        case pause
        /// End the transfer with `HTTPClientError.aborted`.
        case abort
    }

    /// Where a transfer stands.
    public enum Phase: UInt8, Sendable, Codable {
        /// Waiting for a slot of the client.
        case queued
        /// Resolving the name, or waiting for a connection to share.
        case dns
        /// Connecting.
        case connect
        /// Shaking hands.
        case tls
        /// Sending the body.
        case upload
        /// Waiting for the first byte.
        case wait
        /// Receiving.
        case receive
        /// Over.
        case done
    }

    /// The request.
    public let request: HTTPRequest
    /// A number of the caller's own.
    public var tag = 0
    // The run-time checks for overlapping access are off in what changes with every transfer, as in the loop.
    /// Body bytes handed to the delegate so far, decompressed.
    @safe @exclusivity(unchecked) public internal(set) var receivedBytes: Int64 = 0
    /// Whether ``pause()`` is in force.
    @safe @exclusivity(unchecked) public internal(set) var isPaused = false
    /// When `start` was called.
    public let created: LoopInstant
    /// When a slot was free and libcurl took over.
    @safe @exclusivity(unchecked) public private(set) var started: LoopInstant

    let core: ClientCore
    let scheme: URLScheme
    /// Its place in the core's list of active transfers.
    var index = -1
    /// Its place among those that wait for a slot.
    var ticket = -1
    @safe @exclusivity(unchecked) var delegate: (any TransferDelegate)?
    @safe @exclusivity(unchecked) var handle: CurlHandle?
    var queueTimer: LoopTimer?
    /// Whether it got a slot.
    @safe @exclusivity(unchecked) private(set) var hasBegun = false
    var isConnected = false
    /// Whether the delegate has the head of the last hop so far.
    var hasHead: Bool { handle?.head.isDelivered ?? false }
    var isOver = false
    var failure: HTTPClientError?
    /// Most bytes its body may have.
    let bodyLimit: Int64?
    /// What holds it to a rate, if it has one.
    let receiveLimit: ReceiveLimit?

    init(
        _ request: HTTPRequest, scheme: URLScheme, core: ClientCore, delegate: any TransferDelegate, isCollected: Bool
    ) {
        self.scheme = scheme
        self.request = request
        self.core = core
        self.delegate = delegate
        let settings = request.storage.settings
        bodyLimit = settings.limitsStreams || isCollected ? settings.maxBodyBytes : nil
        let now = core.loop.now
        receiveLimit = settings.maxReceiveRate.map { ReceiveLimit(bytesPerSecond: $0, at: now) }
        created = now
        started = now
    }

    /// It has a slot now.
    func begin() {
        started = core.loop.now
        hasBegun = true
    }

    /// Time spent waiting for a slot, so far or altogether.
    var queueTime: Duration { (hasBegun ? started : core.loop.now) - created }

    /// Where the transfer stands now. Asks libcurl (`curl_easy_getinfo`) while it connects.
    public var phase: Phase {
        if isOver { return .done }
        guard let handle else { return .queued }
        if hasHead { return .receive }
        if isConnected { return handle.isUploading ? .upload : .wait }
        return handle.connectPhase(secure: scheme == .https)
    }

    /// The timings so far.
    public var timings: TransferTimings { handle?.timings() ?? TransferTimings() }

    /// The body's length as announced, before decompression; nil when unknown.
    public var expectedBytes: Int64? { handle?.expectedBytes }

    /// Body bytes sent so far.
    public var sentBytes: Int64 { handle?.sentBytes ?? 0 }

    /// Ends the transfer: no delegate call follows, and its slot is free at once. Later calls have no effect.
    public func cancel() { core.cancel(self) }

    /// Stops receiving; TCP then slows the peer down. The libcurl call is `curl_easy_pause`.
    public func pause() {
        guard !isPaused, !isOver else { return }
        isPaused = true
        core.applyPause(to: self)
    }

    /// Receives again; a piece that was refused comes again.
    public func resume() {
        guard isPaused, !isOver else { return }
        isPaused = false
        core.applyPause(to: self)
    }
}

extension Transfer: TicketHolder {}
