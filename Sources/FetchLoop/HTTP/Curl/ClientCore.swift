internal import CCurl

/// The loop-bound heart of ``AsyncHTTPClient``: pooled handles, shards, and the queue of what must wait for a slot.
@safe final class ClientCore {
    let loop: EventLoop
    let configuration: AsyncHTTPClient.Configuration
    let sockets: CurlSockets
    /// The multi handles of ordinary requests.
    let shards: ShardPool
    /// Those of requests that must not meet the connections and DNS answers of others.
    private var separateShards: [ConnectionPolicy: ShardPool] = [:]
    /// What the handles of all pools share; nil when nothing is remembered, and each pool has a share of its own.
    private let common: CurlShare?
    /// Cookies and the like; nil as long as nobody wants them.
    private(set) var memory: CurlMemory?
    // The run-time checks for overlapping access are off in what changes with every transfer, as in the loop.
    @safe @exclusivity(unchecked) private var idleHandles: [CurlHandle] = []
    @safe @exclusivity(unchecked) private var queue = TicketQueue<Transfer>()
    @safe @exclusivity(unchecked) private var depth = 0
    @safe @exclusivity(unchecked) private(set) var activeCount = 0
    @safe @exclusivity(unchecked) private(set) var isClosed = false
    @safe @exclusivity(unchecked) private var active: [Transfer] = []
    /// The settings of requests that are made from a URL alone.
    let defaults: HTTPRequest.Storage
    @safe @exclusivity(unchecked) var texts = RepeatedTexts()

    init(loop: EventLoop, configuration: AsyncHTTPClient.Configuration) {
        self.loop = loop
        var configuration = configuration
        // libcurl counts the connections of a multi handle, so there must be only one.
        if configuration.maxConnections != nil { configuration.transfersPerShard = .max }
        self.configuration = configuration
        sockets = CurlSockets(loop: loop)
        defaults = HTTPRequest.Storage(configuration.defaults)
        // What is remembered is remembered once, whatever rules a request's connections have. DNS answers must not cross
        // the rules' borders and libcurl knows one share a handle, so then each multi handle has its own answers.
        let common = configuration.memory == ClientMemory() ? nil : CurlShare(hasNames: false)
        shards = ShardPool(share: common)
        self.common = common
        memory = common.flatMap { CurlMemory(configuration.memory, share: $0) }
        // `close` takes the action back, and the client's end calls `close`. Held: while the loop closes, the client may
        // end on another thread, and give back its reference there.
        loop.closeActions[ObjectIdentifier(self)] = { [self] in close() }
    }

    deinit {
        // In this order: handles use what their pool shares, shards the sockets.
        idleHandles = []
        endShards()
        memory = nil
    }

    /// Multi handles in use or kept.
    var shardCount: Int { separateShards.values.reduce(shards.count) { $0 + $1.count } }

    /// Transfers waiting for a slot.
    var queuedCount: Int { queue.count }

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
        // Not past those that wait: there may be some although a slot is free, until the next turn.
        if activeCount < configuration.maxClients && depth == 0 && queue.count == 0 {
            try begin(transfer)
        } else {
            enqueue(transfer)
        }
        return transfer
    }

    private func enqueue(_ transfer: Transfer) {
        queue.append(transfer)
        // None is none here, too, be it only because libcurl cannot count so far.
        if transfer.request.storage.timeoutMilliseconds > 0 {
            let timeout = transfer.request.storage.settings.requestTimeout
            transfer.queueTimer = loop.after(timeout, name: "queue timeout") { [unowned self] in
                queue.remove(transfer)
                end(transfer, TransferSummary(of: transfer), .timeout(.queue, after: transfer.queueTime))
            }
        }
        // Inside a libcurl callback nothing can be started; slots may be free all the same.
        if depth > 0 { loop.onNextTurn(name: "http queue") { [self] in startQueued() } }
    }

    private func startQueued() {
        while activeCount < configuration.maxClients, let transfer = queue.popFirst() {
            transfer.queueTimer?.cancel()
            do { try begin(transfer) } catch { end(transfer, TransferSummary(of: transfer), error) }
        }
    }

    private func begin(_ transfer: Transfer) throws(HTTPClientError) {
        guard let handle = idleHandles.popLast() ?? CurlHandle(core: self) else {
            throw .failedToStart("libcurl could not make a handle")
        }
        handle.begin(transfer)
        transfer.begin()
        do {
            try handle.configure(
                transfer.request, isSecure: transfer.scheme == .https, milliseconds: remainingTime(of: transfer))
        } catch {
            recycle(handle)
            throw error
        }
        // `prepare` may have cancelled it.
        if transfer.isOver { return recycle(handle) }
        let pool = pool(for: transfer.request)
        if pool !== shards { handle.share(with: pool) }
        guard let shard = pool.shardWithRoom(core: self) else {
            recycle(handle)
            throw .failedToStart("libcurl could not make a multi handle")
        }
        handle.setNameLifetime(shard.names.lifetimeOfNext(now: loop.now, opened: sockets.openedCount))
        guard shard.add(handle) else {
            recycle(handle)
            throw .failedToStart("libcurl did not take the transfer")
        }
        transfer.handle = handle
        activeCount += 1
        transfer.index = active.count
        active.append(transfer)
        if configuration.maxConnections != nil { limitWait(for: transfer) }
    }

    /// libcurl does not look at the time of those that wait until there may be one connection more.
    private func limitWait(for transfer: Transfer) {
        let milliseconds = remainingTime(of: transfer)
        guard milliseconds > 0 else { return }
        transfer.queueTimer = loop.at(loop.now.advanced(milliseconds: milliseconds), name: "connection timeout") {
            [unowned self] in
            guard !transfer.isOver, !transfer.isConnected, let handle = transfer.handle else { return }
            handle.shard?.remove(handle)
            release(transfer, handle)
            end(transfer, TransferSummary(of: transfer), .timeout(.connect, after: loop.now - transfer.created))
            startQueued()
        }
    }

    /// One deadline from the call on: what the queue took is gone. 0 is libcurl's "none".
    private func remainingTime(of transfer: Transfer) -> Int {
        let storage = transfer.request.storage
        if storage.timeoutMilliseconds == 0 || transfer.started == transfer.created {
            return storage.timeoutMilliseconds
        }
        return max(1, (storage.settings.requestTimeout - (transfer.started - transfer.created)).millisecondsUp)
    }

    private func pool(for request: HTTPRequest) -> ShardPool {
        guard let policy = request.storage.policy else { return shards }
        if let pool = separateShards[policy] { return pool }
        let pool = ShardPool(share: common)
        separateShards[policy] = pool
        if separateShards.count > Self.separatePoolLimit {
            loop.onNextTurn(name: "http idle pools") { [self] in endIdlePools() }
        }
        return pool
    }

    /// More than a program has in use at a time; then those go that have nothing to do.
    private static let separatePoolLimit = 8

    private func endIdlePools() {
        for (policy, pool) in separateShards where pool.isIdle && separateShards.count > Self.separatePoolLimit {
            separateShards[policy] = nil
            pool.end()
        }
    }

    private func endShards() {
        shards.end()
        for pool in separateShards.values { pool.end() }
        separateShards = [:]
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
        // The delegate may have cancelled the transfer just now, or closed the client: then the handle is given back.
        if transfer.isOver { return }
        let error = HTTPClientError.from(code, handle: handle, transfer: transfer)
        var summary = TransferSummary(of: transfer)
        handle.fill(&summary, code: code, of: transfer)
        release(transfer, handle)
        end(transfer, consume summary, error)
        startQueued()
    }

    /// The one end of every transfer that was not cancelled.
    ///
    /// The summary is handed on, not copied: it holds half a dozen strings.
    private func end(_ transfer: Transfer, _ summary: consuming TransferSummary, _ error: HTTPClientError?) {
        guard !transfer.isOver else { return }
        transfer.isOver = true
        transfer.receiveLimit?.end()
        transfer.queueTimer?.cancel()
        guard let delegate = transfer.delegate.take() else { return }
        delegate.transfer(transfer, didFinish: consume summary, error: error)
    }

    func cancel(_ transfer: Transfer) {
        guard !transfer.isOver else { return }
        transfer.isOver = true
        transfer.delegate = nil
        transfer.receiveLimit?.end()
        transfer.queueTimer?.cancel()
        queue.remove(transfer)
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

    /// Tells libcurl whether the transfer shall receive. In the next turn: libcurl may be calling just now.
    func applyPause(to transfer: Transfer) {
        loop.onNextTurn(name: "http pause") { [self] in
            guard !transfer.isOver, let handle = transfer.handle else { return }
            let isHeld = transfer.isPaused || transfer.receiveLimit?.isHolding == true
            if isHeld { handle.wasPaused = true }
            let action = isHeld ? CURLPAUSE_RECV : CURLPAUSE_CONT
            let code = insideLibcurl { unsafe curl_easy_pause(handle.easy, action) }
            // A piece held back was delivered again and refused for good: libcurl tells nobody but us. (It also calls it
            // an error when the transfer has no connection, before it got one or after its end.)
            if code != CURLE_OK && code != CURLE_BAD_FUNCTION_ARGUMENT {
                handle.shard?.remove(handle)
                return finish(handle, code: Int32(bitPattern: code.rawValue))
            }
            // libcurl does not look at the socket again on its own.
            if !isHeld { handle.shard?.kick() }
        }
    }

    /// Fails what is pending and frees everything.
    func close() {
        guard !isClosed else { return }
        // From a delegate inside a libcurl callback: libcurl is still using what would be freed.
        guard depth == 0 else { return loop.onNextTurn(name: "http close") { [self] in close() } }
        isClosed = true
        loop.closeActions[ObjectIdentifier(self)] = nil
        let pending = active + queue.removeAll()
        for transfer in pending where !transfer.isOver {
            transfer.queueTimer?.cancel()
            if let handle = transfer.handle {
                handle.shard?.remove(handle)
                release(transfer, handle)
            }
            end(transfer, TransferSummary(of: transfer), .closed)
        }
        idleHandles = []
        endShards()
        do throws(SystemError) {
            try memory?.save()
        } catch {
            loop.onDiagnostic(
                .callbackFailed(name: "writing \(configuration.memory.altSvcFile ?? "the Alt-Svc file")", error: error))
        }
        memory = nil
    }
}
