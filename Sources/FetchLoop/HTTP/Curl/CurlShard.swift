internal import CCurl

/// One libcurl multi handle on the client's loop.
///
/// libcurl 7.88 looks at every connection of a multi twice a fetch, so the client spreads its transfers over several
/// of them, filled one after the other. The libcurl calls are `curl_multi_*`.
@safe final class CurlShard {
    let index: Int
    /// Transfers added and not removed yet.
    @safe @exclusivity(unchecked) private(set) var activeCount = 0
    /// Connections that were begun so far.
    @safe @exclusivity(unchecked) var openedCount = 0
    /// Whether it gets no more transfers.
    @safe @exclusivity(unchecked) var isRetired = false
    private let multi: UnsafeMutableRawPointer
    /// Cycles that `ShardPool.end` breaks; an unowned reference is counted at each use.
    private let core: ClientCore
    private let pool: ShardPool
    let names: NameCache
    /// Held: closing the multi handle closes sockets.
    private let sockets: CurlSockets
    /// Whether libcurl has finished transfers that were not asked for yet.
    @safe @exclusivity(unchecked) private var hasFinished = false
    @safe @exclusivity(unchecked) private var timer: LoopTimer?
    @safe @exclusivity(unchecked) private var wish = CurlTimer()
    @safe @exclusivity(unchecked) private var isServiceQueued = false
    private var isEnding = false
    @safe @exclusivity(unchecked) private var needsKick = false
    /// Made once: it is queued several times a fetch. Unowned, not weak: a weakly referenced object counts references slowly.
    private lazy var serviceCallback: () -> Void = { [unowned self] in service() }

    init?(index: Int, pool: ShardPool, names: NameCache, core: ClientCore) {
        guard CurlGlobal.ready, let multi = unsafe curl_multi_init() else { return nil }
        unsafe self.multi = unsafe multi
        self.index = index
        self.core = core
        self.pool = pool
        self.names = names
        sockets = core.sockets
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe ccurl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
        unsafe ccurl_multi_set_socket_callback(multi) { _, descriptor, what, context, _ in
            unsafe CurlShard.with(context) { $0.sockets.setInterest(descriptor, what, shard: $0) }
            return 0
        }
        unsafe ccurl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
        unsafe ccurl_multi_set_timer_callback(multi) { _, milliseconds, context in
            unsafe CurlShard.with(context) { $0.setTimer(milliseconds) }
            return 0
        }
        // Room for every transfer's connection at least, or libcurl closes what the next transfer would reuse.
        let connections =
            core.configuration.maxConnections
            ?? max(core.configuration.idleConnectionsPerShard, core.configuration.transfersPerShard)
        unsafe ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections)
        if let most = core.configuration.maxConnections {
            unsafe ccurl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, most)
        }
    }

    /// Before the last reference goes: a callback that is queued already still holds the shard by then.
    func end() {
        isEnding = true
        timer?.cancel()
        sockets.forget(self)
        if isServiceQueued { core.loop.onNextTurn(name: "libcurl end") { withExtendedLifetime(self) {} } }
    }

    deinit {
        unsafe curl_multi_cleanup(multi)
    }

    /// Calls back with the shard that libcurl's callbacks carry, without counting references: the shard is calling.
    @inline(__always)
    private static func with(_ context: UnsafeMutableRawPointer?, _ body: (CurlShard) -> Void) {
        guard let context = unsafe context else { return }
        unsafe Unmanaged<CurlShard>.fromOpaque(context)._withUnsafeGuaranteedRef(body)
    }

    /// Hands a configured handle to libcurl. - Returns: whether libcurl took it.
    func add(_ handle: CurlHandle) -> Bool {
        let code = core.insideLibcurl { unsafe curl_multi_add_handle(multi, handle.easy) }
        guard code == CURLM_OK else { return false }
        handle.shard = self
        activeCount += 1
        return true
    }

    /// Takes a handle back; a transfer under way is aborted and its HTTP/1 connection closed.
    func remove(_ handle: CurlHandle) {
        core.insideLibcurl { _ = unsafe curl_multi_remove_handle(multi, handle.easy) }
        handle.shard = nil
        activeCount -= 1
        pool.noteRoom(in: self, core: core)
    }

    /// Tells libcurl about events of a socket.
    func act(on socket: curl_socket_t, _ events: CInt) {
        let running = action(socket, events)
        guard Int(running) < activeCount else { return }
        // Noted now: by the time that the service runs others may have been removed, and the counts say nothing any more.
        hasFinished = true
        queueService()
    }

    /// - Returns: how many transfers go on.
    private func action(_ socket: curl_socket_t, _ events: CInt) -> CInt {
        var running: CInt = 0
        core.insideLibcurl { _ = unsafe curl_multi_socket_action(multi, socket, events, &running) }
        return running
    }

    /// Lets libcurl look at everything in the next turn.
    func kick() {
        needsKick = true
        queueService()
    }

    /// Timeouts and finished transfers are handled in the next turn: never from inside a libcurl callback, and once
    /// for all that happened in this one.
    private func queueService() {
        guard !isServiceQueued else { return }
        isServiceQueued = true
        core.loop.onNextTurn(name: "libcurl", serviceCallback)
    }

    private func service() {
        isServiceQueued = false
        guard !isEnding else { return }
        if needsKick {
            needsKick = false
            let running = action(curl_socket_t(ccurl_socket_timeout()), 0)
            if Int(running) < activeCount { hasFinished = true }
        }
        if hasFinished {
            hasFinished = false
            readFinished()
        }
    }

    /// Finished transfers handed out in one callback: whoever gets them does work of their own, and keys wait meanwhile.
    private static let finishesPerTurn = 16

    private func readFinished() {
        var remaining: CInt = 0
        var count = 0
        while let message = unsafe curl_multi_info_read(multi, &remaining) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            // Copied out first: the message is gone once the handle is removed.
            let code = unsafe ccurl_message_result(message)
            var context: UnsafeMutableRawPointer?
            unsafe ccurl_get_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &context)
            guard let context = unsafe context else { continue }
            let handle = unsafe CurlHandle.from(context)
            remove(handle)
            core.finish(handle, code: Int32(bitPattern: code.rawValue))
            count += 1
            if count == Self.finishesPerTurn && remaining > 0 {
                hasFinished = true
                return queueService()
            }
        }
    }

    private func setTimer(_ milliseconds: Int) {
        let armed = timer.flatMap { $0.isPending ? $0.deadline : nil }
        perform(wish.set(milliseconds: milliseconds, now: core.loop.now, armed: armed))
    }

    private func perform(_ action: CurlTimer.Action) {
        switch action {
        case .nothing: break
        case .kick: kick()
        case .arm(let deadline):
            timer?.cancel()
            timer = core.loop.at(deadline, name: "libcurl timer") { [unowned self] in
                perform(wish.fired(now: core.loop.now))
            }
        }
    }
}
