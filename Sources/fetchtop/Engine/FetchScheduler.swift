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
    let downloads: Downloads?

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

    /// An attempt under way and what it belongs to.
    struct Running {
        let host: HostID
        let method: String
        let download: Download?
        /// Nil while the download looks at what is there.
        var transfer: (any RunningTransfer)?
        /// Held by `pause`: it keeps its connection but no slot.
        var isPaused = false
        /// The transfer is over, its body is being put in its place.
        var isSaving = false
    }

    /// Starts a turn of the loop at most: starting thousands at once would hold up everything else.
    private static let startsPerTurn = 64

    init(
        loop: EventLoop, store: FetchStore, client: any TransferClient, time: RunTime, options: RunOptions,
        downloads: Downloads? = nil,
        random: any RandomNumberGenerator = SystemRandomNumberGenerator()
    ) {
        self.loop = loop
        self.store = store
        self.client = client
        self.time = time
        self.options = options
        self.random = random
        self.downloads = downloads
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
        let attempt = Int(store[id].attempts) + 1
        var order = TransferOrder(id: id, url: store.url(of: id), values: store[id].extras?.values)
        takeSlot(host)
        apply(.started(attempt: attempt), to: id)
        do throws(FetchFailure) {
            let download = try downloads?.download(for: order)
            running[id] = Running(host: host, method: order.method, download: download)
            guard let download else { return try begin(order) }
            download.prepare { [weak self] result in
                // It may have been cancelled, and even started again, meanwhile.
                guard let self, let running = running[id], running.transfer == nil, running.download === download,
                    Int(store[id].attempts) == attempt
                else { return }
                switch result {
                case .success(.fetch(let offset, let conditions)):
                    order.resumeFrom = offset
                    order.conditions = conditions
                    do throws(FetchFailure) { try begin(order) } catch { settle(id, failure: error) }
                case .success(.skip): skip(id, path: download.path)
                case .failure(let failure): settle(id, failure: failure)
                }
            }
        } catch {
            if running[id] == nil { running[id] = Running(host: host, method: order.method, download: nil) }
            settle(id, failure: error)
        }
    }

    private func begin(_ order: TransferOrder) throws(FetchFailure) {
        running[order.id]?.transfer = try client.start(order, handler: self)
    }

    /// The file is there already, and that is what was asked for.
    private func skip(_ id: FetchID, path: String) {
        guard let ended = running.removeValue(forKey: id) else { return }
        releaseSlot(ended.host)
        apply(.saved(SavedBody(fileName: path)), to: id)
        finish(id, as: .skipped)
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

    /// Ends an attempt: gives its slot back, records it, and decides what comes next.
    ///
    /// - Parameter state: The end it has come to whatever its status says, if that is known.
    private func settle(
        _ id: FetchID, record: TransferRecord = TransferRecord(), failure: FetchFailure? = nil,
        as state: FetchState? = nil
    ) {
        guard let ended = running.removeValue(forKey: id) else { return }
        if !ended.isPaused { releaseSlot(ended.host) }
        let (host, method) = (ended.host, ended.method)
        let number = Int(store[id].attempts)
        let status = record.statusCode
        var retryAfter: Duration?
        if status >= 300, let head = store[id].detail?.head { retryAfter = self.retryAfter(in: head) }
        let outcome = RetryPolicy.Outcome(
            number: number - (attemptsBefore.isEmpty ? 0 : attemptsBefore[id] ?? 0), status: status,
            failure: failure?.kind, retryAfter: retryAfter)
        let verdict = state.map { .finish($0) } ?? verdict(after: outcome, of: id, method: method)
        var backoff: Duration?
        if case .retry(let delay) = verdict { backoff = delay }
        if case .pauseOrigin(let delay) = verdict { backoff = delay }
        let attempt = Attempt(
            number: number, startedAt: store[id].startedAt, finishedAt: now, failure: failure, record: record,
            retryAfter: retryAfter, backoff: backoff)
        apply(.attemptFinished(attempt), to: id)
        switch verdict {
        case .finish(let state): finish(id, as: state)
        case .retry(let delay): backOff(id, host: host, until: now + delay)
        case .pauseOrigin(let delay):
            pauseOrigin(host, until: now + delay)
            requeue(id, isRetry: true)
        }
    }

    func finish(_ id: FetchID, as state: FetchState) {
        downloads?.end(id, wasSaved: state == .succeeded)
        if !attemptsBefore.isEmpty { attemptsBefore[id] = nil }
        apply(.finished(state), to: id)
        setNeedsPump()
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
        // What is being put in its place is done in a moment, and was worth the transfer.
        for (id, attempt) in running.sorted(by: { $0.key < $1.key }) where !attempt.isSaving {
            attempt.transfer?.cancel()
            running[id] = nil
            if !attempt.isPaused { releaseSlot(attempt.host) }
            downloads?.end(id, wasSaved: false)
            apply(.requeued, to: id)
        }
        setNeedsPump()
    }
}

// MARK: - What the transfers tell

extension FetchScheduler: TransferHandler {
    func transferDidConnect(_ id: FetchID) {
        guard let transfer = running[id], !transfer.isPaused else { return }
        apply(.phase(store[id].extras?.values.body == nil ? .waiting : .uploading), to: id)
    }

    func transfer(_ id: FetchID, didReceive head: ResponseHead) {
        running[id]?.download?.receive(head, isAccepted: options.accept.contains(head.status))
        apply(.head(head), to: id)
    }

    func transfer(_ id: FetchID, didReceiveBody bytes: RawSpan) -> BodyAction {
        if downloads != nil, let download = running[id]?.download {
            let action = download.take(bytes) { [weak self] in
                guard let self, let running = running[id], !running.isPaused else { return }
                running.transfer?.resume()
            }
            guard action == .proceed else { return action }
        }
        apply(.received(bytes.byteCount), to: id)
        return .proceed
    }

    func transfer(_ id: FetchID, didFinish record: TransferRecord, failure: FetchFailure?) {
        guard let ended = running[id] else { return }
        guard let download = ended.download else { return settle(id, record: record, failure: failure) }
        running[id]?.isSaving = true
        download.finish(isComplete: failure == nil) { [weak self] end in
            guard let self else { return }
            switch end {
            case .saved(let body):
                apply(.saved(body), to: id)
                // 416: there was nothing left to fetch of what an earlier run began.
                settle(id, record: record, as: record.statusCode == 416 ? .succeeded : nil)
            case .notSaved: settle(id, record: record, failure: failure)
            case .failed(let saving): settle(id, record: record, failure: saving)
            }
        }
    }
}
