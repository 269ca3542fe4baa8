import FetchLoop

/// Decides which fetch runs when, and is the only one that starts and ends transfers.
///
/// ```
/// add ──> queue ──────────> in flight ──────> finished
///          ^  ^   slot,       │  │                │
///          │  │   host, rate  │  └─> paused ─┐    │
///          │  └── back-off <──┘ retry        │    │
///          └─────────────────────────────────┴────┘ resume, retry
/// ```
/// Everything that happens is applied to the store as an event; the scheduler itself only keeps what it needs to
/// choose: the lines of the queue, what each host may do, and the transfers. No step looks at all fetches.
/// Lives on the loop's thread.
final class FetchScheduler {
    let loop: EventLoop
    let store: FetchStore
    let time: RunTime
    let options: RunOptions
    let policy: RetryPolicy
    private let client: any TransferClient

    /// How many may be in flight at once.
    private(set) var concurrency: Int
    /// The host limit for hosts without one of their own.
    private(set) var perHostLimit: Int
    /// Fetching as a whole is paused: what is in flight goes on, nothing new starts.
    private(set) var isPaused = false
    /// The run ends: what is in flight goes on, nothing new starts, retries neither.
    private(set) var isDraining = false
    /// Holds back new starts, because the results cannot be written as fast as fetches finish.
    var isHeldBack = false { didSet { if isHeldBack != oldValue { setNeedsPump() } } }
    /// Told whenever there is room for more jobs, or nothing left to do; never from within a call.
    var onPump: () -> Void = {}

    var queue: FetchQueue
    var hosts: [HostControl] = []
    var running: [FetchID: Running] = [:]
    var backoffs: [FetchID: LoopTimer] = [:]
    /// Attempts made before somebody asked for a retry by hand: each such request has the full number of retries.
    var attemptsBefore: [FetchID: Int] = [:]
    private(set) var slotsTaken = 0
    private var bucket: TokenBucket?
    private var gateTimer: LoopTimer?
    private var isPumpPending = false
    private var random: any RandomNumberGenerator

    /// A transfer and what it belongs to.
    struct Running {
        let transfer: any RunningTransfer
        let host: HostID
        let method: String
        /// Held by `pause`: it keeps its connection but no slot.
        var isPaused = false
    }

    /// Starts a turn of the loop at most: starting thousands at once would hold up everything else.
    private static let startsPerTurn = 64

    init(
        loop: EventLoop, store: FetchStore, client: any TransferClient, time: RunTime, options: RunOptions,
        random: any RandomNumberGenerator = SystemRandomNumberGenerator()
    ) {
        self.loop = loop
        self.store = store
        self.client = client
        self.time = time
        self.options = options
        self.random = random
        policy = RetryPolicy(options: options.retry, accept: options.accept)
        concurrency = options.concurrency.total
        perHostLimit = options.concurrency.perHost
        bucket = options.rate.starts.map { TokenBucket($0) }
        queue = FetchQueue(order: options.order)
    }

    var now: Moment { time.moment(loop.now) }

    /// Nothing is in flight, and nothing will start by itself.
    var isIdle: Bool {
        guard running.isEmpty else { return false }
        return isDraining || store.counts.finished + store.counts[.paused] == store.count
    }

    // MARK: - Adding and starting

    /// Puts a job into the queue.
    @discardableResult
    func add(_ job: FetchJob) -> FetchID {
        let id = store.add(job, at: now)
        let host = store[id].host
        admit(host)
        queue.append(id, host: host, priority: job.priority)
        setNeedsPump()
        return id
    }

    /// Makes room for what the scheduler keeps of a host.
    private func admit(_ host: HostID) {
        while hosts.count <= host.index {
            let id = HostID(index: hosts.count)
            let name = store.hosts[id].name
            let limit = options.concurrency.byHost[name] ?? perHostLimit
            let rate = options.rate.byHost[name] ?? options.rate.startsPerHost
            hosts.append(HostControl(limit: limit, bucket: rate.map { TokenBucket($0) }))
            store.setLimit(limit, of: id)
        }
    }

    /// Lets the queue be looked at in the next turn, once for all that happens in this one.
    func setNeedsPump() {
        guard !isPumpPending else { return }
        isPumpPending = true
        loop.onNextTurn(name: "scheduler") { [weak self] in self?.pump() }
    }

    private func pump() {
        isPumpPending = false
        var starts = 0
        while slotsTaken < concurrency, !isHeldBack {
            let gate = runGate
            setRunGate(gate)
            guard gate == nil, let next = queue.next() else { break }
            if starts == Self.startsPerTurn {
                setNeedsPump()
                break
            }
            starts += 1
            _ = queue.popNext()
            bucket?.take(at: now)
            hosts[next.host.index].bucket?.take(at: now)
            start(next.id, host: next.host)
        }
        if slotsTaken >= concurrency { setRunGate(isPaused || isDraining ? runGate : nil) }
        onPump()
    }

    /// Why nothing may start, as far as the run is concerned; a lack of slots is not told, it is what remains.
    private var runGate: WaitReason? {
        if isDraining { return .draining }
        if isPaused { return .pausedAll }
        guard queue.count > 0 else { return nil }
        return bucket?.earliest(at: now).map { .rate(until: $0) }
    }

    private func setRunGate(_ gate: WaitReason?) {
        guard gate != store.gate.reason else { return }
        store.setGate(gate, at: now)
        gateTimer?.cancel()
        gateTimer = nil
        if let until = gate?.until {
            gateTimer = loop.at(time.instant(until), name: "rate limit") { [weak self] in self?.setNeedsPump() }
        }
    }

    private func start(_ id: FetchID, host: HostID) {
        let fetch = store[id]
        let order = TransferOrder(id: id, url: store.url(of: id), values: fetch.extras?.values)
        takeSlot(host)
        apply(.started(attempt: Int(fetch.attempts) + 1), to: id)
        do {
            let transfer = try client.start(order, handler: self)
            running[id] = Running(transfer: transfer, host: host, method: order.method)
        } catch {
            releaseSlot(host)
            end(id, host: host, method: order.method, record: TransferRecord(), failure: error)
        }
    }

    // MARK: - Slots and gates

    func takeSlot(_ host: HostID) {
        slotsTaken += 1
        hosts[host.index].active += 1
        refresh(host)
    }

    func releaseSlot(_ host: HostID) {
        slotsTaken -= 1
        hosts[host.index].active -= 1
        refresh(host)
        setNeedsPump()
    }

    /// Recomputes what holds a host back, tells the queue and the store, and arranges to be woken when it ends.
    func refresh(_ host: HostID) {
        let gate = hosts[host.index].gate(at: now)
        guard gate != store.hosts[host].gate.reason else { return }
        store.setGate(gate, of: host, at: now)
        queue.setOpen(gate == nil, host: host)
        hosts[host.index].timer?.cancel()
        hosts[host.index].timer = gate?.until.map { until in
            loop.at(time.instant(until), name: "host gate") { [weak self] in
                self?.refresh(host)
                self?.setNeedsPump()
            }
        }
    }

    func apply(_ kind: FetchEvent.Kind, to id: FetchID) {
        store.apply(FetchEvent(id: id, at: now, kind: kind))
    }

    // MARK: - After an attempt

    /// Settles an attempt whose transfer is over and whose slot is free again.
    private func end(_ id: FetchID, host: HostID, method: String, record: TransferRecord, failure: FetchFailure?) {
        let number = Int(store[id].attempts)
        let status = record.statusCode
        var retryAfter: Duration?
        if status >= 300, let head = store[id].detail?.head { retryAfter = self.retryAfter(in: head) }
        let outcome = RetryPolicy.Outcome(
            number: number - (attemptsBefore.isEmpty ? 0 : attemptsBefore[id] ?? 0), status: status,
            failure: failure?.kind, retryAfter: retryAfter)
        let verdict = verdict(after: outcome, of: id, method: method)
        var backoff: Duration?
        if case .retry(let delay) = verdict { backoff = delay }
        if case .pauseOrigin(let delay) = verdict { backoff = delay }
        let attempt = Attempt(
            number: number, startedAt: store[id].startedAt, finishedAt: now, failure: failure, record: record,
            retryAfter: retryAfter, backoff: backoff)
        apply(.attemptFinished(attempt), to: id)
        switch verdict {
        case .finish(let state): apply(.finished(state), to: id)
        case .retry(let delay): backOff(id, host: host, until: now + delay)
        case .pauseOrigin(let delay):
            pauseOrigin(host, until: now + delay)
            requeue(id, isRetry: true)
        }
    }

    private func verdict(
        after outcome: RetryPolicy.Outcome, of id: FetchID, method: String
    ) -> RetryPolicy.Verdict {
        let end = policy.finalState(of: outcome)
        guard end.isFailure else { return .finish(end) }
        return policy.verdict(
            after: outcome, retries: store[id].extras?.values.retries ?? options.retry.count,
            sinceFirst: now - (store[id].detail?.firstStartedAt ?? now), method: method,
            random: Double.random(in: 0..<1, using: &random))
    }

    private func retryAfter(in head: ResponseHead) -> Duration? {
        guard let value = head.value(of: "retry-after") else { return nil }
        return RetryAfter.duration(value, atUnixSeconds: store.clock.unixNanoseconds(of: now) / 1_000_000_000)
    }

    private func backOff(_ id: FetchID, host: HostID, until: Moment) {
        apply(.backingOff(until: until), to: id)
        backoffs[id] = loop.at(time.instant(until), name: "back-off") { [weak self] in
            self?.backoffs[id] = nil
            self?.requeue(id, isRetry: true)
        }
    }

    /// Lets nobody ask an origin before the moment it named.
    private func pauseOrigin(_ host: HostID, until: Moment) {
        if let earlier = hosts[host.index].pausedUntil, earlier >= until { return }
        hosts[host.index].pausedUntil = until
        refresh(host)
    }

    func requeue(_ id: FetchID, isRetry: Bool) {
        apply(.requeued, to: id)
        let fetch = store[id]
        queue.append(id, host: fetch.host, priority: fetch.priority, isRetry: isRetry)
        setNeedsPump()
    }

    // MARK: - Changing the run

    /// Sets how many may be in flight at once; what is in flight above it goes on.
    func setConcurrency(_ count: Int) {
        concurrency = max(1, count)
        setNeedsPump()
    }

    /// Sets how many of one host may be in flight at once.
    func setLimit(_ limit: Int, of host: HostID) {
        hosts[host.index].limit = max(1, limit)
        store.setLimit(max(1, limit), of: host)
        refresh(host)
        setNeedsPump()
    }

    /// Sets the rate of starts in the whole run; nil lifts it.
    func setRate(_ rate: RunOptions.StartRate?) {
        bucket = rate.map { TokenBucket($0) }
        setNeedsPump()
    }

    func pauseAll() {
        isPaused = true
        setNeedsPump()
    }

    func resumeAll() {
        isPaused = false
        setNeedsPump()
    }

    /// Starts nothing more; what is in flight goes on to its end.
    func drain() {
        isDraining = true
        setNeedsPump()
    }

    /// Ends everything in flight at once, unfinished: a later run takes it up again.
    func abort() {
        isDraining = true
        for (id, running) in running.sorted(by: { $0.key < $1.key }) {
            running.transfer.cancel()
            if !running.isPaused { releaseSlot(running.host) }
            apply(.requeued, to: id)
        }
        running = [:]
        setNeedsPump()
    }
}

// MARK: - What the transfers tell

extension FetchScheduler: TransferHandler {
    func transferDidConnect(_ id: FetchID) {
        guard let transfer = running[id], !transfer.isPaused else { return }
        apply(.phase(store[id].extras?.values.body == nil ? .waiting : .uploading), to: id)
    }

    func transfer(_ id: FetchID, didReceive head: ResponseHead) { apply(.head(head), to: id) }

    func transfer(_ id: FetchID, didReceiveBody bytes: RawSpan) -> BodyAction {
        apply(.received(bytes.byteCount), to: id)
        return .proceed
    }

    func transfer(_ id: FetchID, didFinish record: TransferRecord, failure: FetchFailure?) {
        guard let ended = running.removeValue(forKey: id) else { return }
        if !ended.isPaused { releaseSlot(ended.host) }
        end(id, host: ended.host, method: ended.method, record: record, failure: failure)
        setNeedsPump()
    }
}
