internal import CCurl
internal import DequeModule

/// The loop-bound heart of ``AsyncHTTPClient``: pooled handles, shards, and the queue of what must wait for a slot.
@safe final class ClientCore {
    let loop: EventLoop
    let configuration: AsyncHTTPClient.Configuration
    let sockets: CurlSockets
    /// DNS answers and TLS sessions shared by all shards. The libcurl call is `curl_share_init`.
    let share: UnsafeMutableRawPointer?
    // The run-time checks for overlapping access are off in what changes with every transfer, as in the loop.
    @safe @exclusivity(unchecked) private var shards: [CurlShard] = []
    /// No shard below this one has room.
    private var firstWithRoom = 0
    @safe @exclusivity(unchecked) private var idleHandles: [CurlHandle] = []
    @safe @exclusivity(unchecked) private var queue: Deque<Transfer> = []
    private var depth = 0
    private(set) var activeCount = 0
    private(set) var isClosed = false
    @safe @exclusivity(unchecked) private var active: [Transfer] = []
    private var isFreeingQueued = false
    /// The settings of requests that are made from a URL alone.
    let defaults: HTTPRequest.Storage

    init(loop: EventLoop, configuration: AsyncHTTPClient.Configuration) {
        self.loop = loop
        var configuration = configuration
        // libcurl counts the connections of a multi handle, so there must be only one.
        if configuration.maxConnections != nil { configuration.transfersPerShard = .max }
        self.configuration = configuration
        sockets = CurlSockets(loop: loop)
        defaults = HTTPRequest.Storage(configuration.defaults)
        unsafe share = CurlGlobal.ready ? curl_share_init() : nil
        if let share = unsafe share {
            unsafe ccurl_share_set_long(share, CURLSHOPT_SHARE, Int(CURL_LOCK_DATA_DNS.rawValue))
            unsafe ccurl_share_set_long(share, CURLSHOPT_SHARE, Int(CURL_LOCK_DATA_SSL_SESSION.rawValue))
        }
        // Unowned, not weak: a weakly referenced object counts its references slowly. `close` takes the action back, and
        // the client's end calls `close`.
        loop.closeActions[ObjectIdentifier(self)] = { [unowned self] in close() }
    }

    deinit {
        // In this order: handles use the share, shards the sockets.
        idleHandles = []
        shards = []
        if let share = unsafe share { unsafe curl_share_cleanup(share) }
    }

    /// Multi handles in use or kept.
    var shardCount: Int { shards.count }

    /// Transfers waiting for a slot.
    var queuedCount: Int { queue.count(where: { !$0.isOver }) }

    func insideLibcurl<Value>(_ body: () -> Value) -> Value {
        depth += 1
        defer { depth -= 1 }
        return body()
    }

    // MARK: Starting

    /// - Parameter isCollected: whether the body is kept whole, so that the default limit of its size applies.
    func start(
        _ request: HTTPRequest, delegate: any TransferDelegate, isCollected: Bool = false
    ) throws(HTTPClientError) -> Transfer {
        guard !isClosed, !loop.isClosed else { throw .closed }
        let scheme = try request.validate()
        let transfer = Transfer(request, scheme: scheme, core: self, delegate: delegate, isCollected: isCollected)
        if activeCount < configuration.maxClients && depth == 0 {
            try begin(transfer)
        } else {
            enqueue(transfer)
        }
        return transfer
    }

    private func enqueue(_ transfer: Transfer) {
        queue.append(transfer)
        let timeout = transfer.request.storage.settings.requestTimeout
        if timeout > .zero {
            transfer.queueTimer = loop.after(timeout, name: "queue timeout") { [unowned self] in
                end(transfer, TransferSummary(), .timeout(.queue))
            }
        }
        // Inside a libcurl callback nothing can be started; slots may be free all the same.
        if depth > 0 { loop.onNextTurn(name: "http queue") { [self] in startQueued() } }
    }

    private func startQueued() {
        while activeCount < configuration.maxClients, let transfer = queue.popFirst() {
            if transfer.isOver { continue }
            transfer.queueTimer?.cancel()
            do { try begin(transfer) } catch { end(transfer, TransferSummary(), error) }
        }
    }

    private func begin(_ transfer: Transfer) throws(HTTPClientError) {
        guard let handle = idleHandles.popLast() ?? CurlHandle(core: self) else {
            throw .curl(code: 2, message: "libcurl could not make a handle", phase: .queue)
        }
        handle.begin(transfer)
        transfer.started = loop.now
        do {
            try handle.configure(
                transfer.request, isSecure: transfer.scheme == .https, milliseconds: remainingTime(of: transfer))
        } catch {
            recycle(handle)
            throw error
        }
        guard let shard = shardWithRoom(), shard.add(handle) else {
            recycle(handle)
            throw .curl(code: 2, message: "libcurl did not take the transfer", phase: .queue)
        }
        transfer.handle = handle
        activeCount += 1
        transfer.index = active.count
        active.append(transfer)
    }

    /// One deadline from the call on: what the queue took is gone. 0 is libcurl's "none".
    private func remainingTime(of transfer: Transfer) -> Int {
        let storage = transfer.request.storage
        if storage.timeoutMilliseconds == 0 || transfer.started == transfer.created {
            return storage.timeoutMilliseconds
        }
        return max(1, (storage.settings.requestTimeout - (transfer.started - transfer.created)).millisecondsUp)
    }

    private func shardWithRoom() -> CurlShard? {
        while firstWithRoom < shards.count && shards[firstWithRoom].activeCount >= configuration.transfersPerShard {
            firstWithRoom += 1
        }
        if firstWithRoom == shards.count {
            guard let shard = CurlShard(index: shards.count, core: self) else { return nil }
            shards.append(shard)
        }
        return shards[firstWithRoom]
    }

    // MARK: Ending

    /// libcurl is done with a handle, which its shard has removed already.
    func finish(_ handle: CurlHandle, code: Int32) {
        guard let transfer = handle.transfer else { return recycle(handle) }
        let code = CURLcode(rawValue: UInt32(bitPattern: code))
        if transfer.isOver {
            release(transfer, handle)
            return startQueued()
        }
        handle.deliverHead(transfer)
        let error = HTTPClientError.from(code, handle: handle, transfer: transfer)
        let summary = handle.summary(code: code, of: transfer)
        release(transfer, handle)
        end(transfer, summary, error)
        startQueued()
    }

    /// The one end of every transfer that was not cancelled.
    private func end(_ transfer: Transfer, _ summary: TransferSummary, _ error: HTTPClientError?) {
        guard !transfer.isOver else { return }
        transfer.isOver = true
        let delegate = transfer.delegate
        transfer.delegate = nil
        delegate?.transfer(transfer, didFinish: summary, error: error)
    }

    func cancel(_ transfer: Transfer) {
        guard !transfer.isOver else { return }
        transfer.isOver = true
        transfer.delegate = nil
        transfer.queueTimer?.cancel()
        guard transfer.handle != nil else { return }
        if depth > 0 {
            loop.onNextTurn(name: "http cancel") { [self] in drop(transfer) }
        } else {
            drop(transfer)
        }
    }

    private func drop(_ transfer: Transfer) {
        guard let handle = transfer.handle, handle.transfer === transfer else { return }
        handle.shard?.remove(handle)
        release(transfer, handle)
        startQueued()
    }

    private func release(_ transfer: Transfer, _ handle: CurlHandle) {
        transfer.handle = nil
        activeCount -= 1
        let last = active.removeLast()
        if last !== transfer {
            active[transfer.index] = last
            last.index = transfer.index
        }
        recycle(handle)
    }

    private func recycle(_ handle: CurlHandle) {
        handle.end()
        if !isClosed && idleHandles.count < configuration.idleHandles { idleHandles.append(handle) }
    }

    /// The next transfer goes to the first shard that has room.
    func noteRoom(in shard: CurlShard) {
        firstWithRoom = min(firstWithRoom, shard.index)
        guard hasIdleShard, !isFreeingQueued else { return }
        isFreeingQueued = true
        // Not now: the shard may be in the middle of its messages.
        loop.onNextTurn(name: "http idle shards") { [self] in
            isFreeingQueued = false
            while hasIdleShard { shards.removeLast().end() }
            firstWithRoom = min(firstWithRoom, shards.count)
        }
    }

    /// Whether the last shard is one too many: empty, and the others half full at most, so that a load that goes up and
    /// down a little keeps its connections. The first stays always.
    private var hasIdleShard: Bool {
        guard shards.count > 1, shards[shards.count - 1].activeCount == 0 else { return false }
        return 2 * activeCount <= (shards.count - 1) * configuration.transfersPerShard
    }

    func setPaused(_ transfer: Transfer) {
        loop.onNextTurn(name: "http pause") { [self] in
            guard !transfer.isOver, let handle = transfer.handle else { return }
            let action = transfer.isPaused ? CURLPAUSE_RECV : CURLPAUSE_CONT
            let code = insideLibcurl { unsafe curl_easy_pause(handle.easy, action) }
            // A piece held back was delivered again and refused for good: libcurl tells nobody but us. (It also calls it
            // an error when the transfer has no connection, before it got one or after its end.)
            if code != CURLE_OK && code != CURLE_BAD_FUNCTION_ARGUMENT {
                handle.shard?.remove(handle)
                return finish(handle, code: Int32(bitPattern: code.rawValue))
            }
            // libcurl does not look at the socket again on its own.
            if !transfer.isPaused { handle.shard?.kick() }
        }
    }

    /// Fails what is pending and frees everything.
    func close() {
        guard !isClosed else { return }
        // From a delegate inside a libcurl callback: libcurl is still using what would be freed.
        guard depth == 0 else { return loop.onNextTurn(name: "http close") { [self] in close() } }
        isClosed = true
        loop.closeActions[ObjectIdentifier(self)] = nil
        let pending = active + queue
        queue = []
        for transfer in pending where !transfer.isOver {
            transfer.queueTimer?.cancel()
            if let handle = transfer.handle {
                handle.shard?.remove(handle)
                release(transfer, handle)
            }
            end(transfer, TransferSummary(), .closed)
        }
        idleHandles = []
        for shard in shards { shard.end() }
        shards = []
    }
}
