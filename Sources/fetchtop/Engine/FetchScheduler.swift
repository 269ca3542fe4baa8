import DequeModule
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
    var time: RunTime
    let options: RunOptions
    let policy: RetryPolicy
    let client: any TransferClient
    let downloads: Downloads?
    /// What bodies are known from earlier runs.
    var etags: ETagStore?

    /// How many may be in flight at once.
    @safe @exclusivity(unchecked) private(set) var concurrency: Int
    /// The host limit for hosts without one of their own.
    private let perHostLimit: Int
    /// Fetching as a whole is paused: what is in flight goes on, nothing new starts.
    @safe @exclusivity(unchecked) private(set) var isPaused = false
    /// The run ends: what is in flight goes on, nothing new starts, retries neither.
    @safe @exclusivity(unchecked) private(set) var isDraining = false
    /// Holds back new starts, because the results cannot be written as fast as fetches finish.
    var isHeldBack = false {
        didSet {
            guard isHeldBack != oldValue else { return }
            onNote(.heldBack(isHeldBack))
            setNeedsPump()
        }
    }
    /// Told of what concerns more than one fetch.
    var onNote: (RunNote) -> Void = { _ in }
    /// Told whenever there is room for more jobs, or nothing left to do; never from within a call.
    var onPump: () -> Void = {}

    @safe @exclusivity(unchecked) var queue: FetchQueue
    @safe @exclusivity(unchecked) var hosts: [HostControl] = []
    @safe @exclusivity(unchecked) var running: [FetchID: Running] = [:]
    @safe @exclusivity(unchecked) var backoffs: [FetchID: LoopTimer] = [:]
    /// Attempts made before somebody asked for a retry by hand: each such request has the full number of retries.
    @safe @exclusivity(unchecked) var attemptsBefore: [FetchID: Int] = [:]
    @safe @exclusivity(unchecked) private(set) var slotsTaken = 0
    @safe @exclusivity(unchecked) var bucket: TokenBucket?
    /// `--max-connections`
    var connections: ConnectionBudget?
    /// The budget of bytes that all share (`--max-overall-download-limit`), and the transfers that wait for some of it, in the order in which they came.
    @safe @exclusivity(unchecked) var throttle: ByteBudget?
    var throttled: Deque<FetchID> = []
    var throttleTimer: LoopTimer?
    /// Keeps the beginnings of bodies for somebody who looks; nobody does in a headless run.
    var previews: BodyPreviews?
    private var gateTimer: LoopTimer?
    /// What has joined the queue, in that order, for those that wait too long.
    var joined = ChunkedQueue<Joined>()
    var expiryTimer: LoopTimer?
    /// So many waited too long that it takes more than one turn.
    var isExpiring = false
    @safe @exclusivity(unchecked) private var isPumpPending = false
    @safe @exclusivity(unchecked) var random: any RandomNumberGenerator

    /// A fetch that joined the queue. It may have left since, and even joined again.
    struct Joined {
        let id: FetchID
        let at: Moment
    }

    /// Nothing new starts while what waits is being cancelled.
    var isCancellingWaiting = false

    /// An attempt under way and what it belongs to.
    ///
    /// A class: changing a struct in a dictionary costs three heap allocations, for the frames of the accessors.
    final class Running {
        let host: HostID
        let method: String
        let download: Download?
        /// Nil while the download looks at what is there.
        var transfer: (any RunningTransfer)?
        /// Held by `pause`: it keeps its connection but no slot.
        var isPaused = false
        /// The transfer is over, its body is being put in its place.
        var isSaving = false
        /// When the transfer was over, if its body is put in its place since.
        var endedAt: Moment?

        init(host: HostID, method: String, download: Download?) {
            self.host = host
            self.method = method
            self.download = download
        }
    }

    /// Starts a turn of the loop at most: each costs libcurl some 50 µs, and keys and frames wait meanwhile.
    private static let startsPerTurn = 16

    /// Whether the run's own headers or `--range` ask for a part of what there is; looked up once, not for each fetch.
    let asksForPart: Bool

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
        asksForPart = options.request.asksForPart
        self.random = random
        self.downloads = downloads
        policy = RetryPolicy(options: options.retry, accept: options.accept)
        concurrency = options.concurrency.total
        connections = options.concurrency.connections.map { ConnectionBudget(limit: $0) }
        throttle = options.rate.bytesOverall.map { ByteBudget(bytesPerSecond: $0, at: loop.now) }
        perHostLimit = options.concurrency.perHost
        bucket = options.rate.starts.map { TokenBucket($0, isSchedule: options.load.isRepeating) }
        queue = FetchQueue(order: options.order)
        store.defaultMethod = options.request.method ?? (options.request.body == nil ? "GET" : "POST")
    }

    deinit { client.forgetHandler() }

    var now: Moment { time.moment(loop.now) }

    /// How many more could start now, as far as the run is concerned.
    var freeSlots: Int { max(0, concurrency - slotsTaken) }

    /// Nothing is in flight, and nothing will start by itself.
    var isIdle: Bool {
        guard running.isEmpty else { return false }
        return isDraining || store.counts.finished + store.counts[.paused] == store.count
    }

    /// Nothing will happen by itself: what is not finished is paused, each by itself or all.
    var isStill: Bool {
        // What is paused with all others is given up when it waits too long.
        slotsTaken == 0 && backoffs.isEmpty
            && (isDraining || queue.count == 0 || isPaused && options.time.queue == nil)
    }

    // MARK: - Adding and starting

    /// Puts a job into the queue.
    @discardableResult
    func add(_ job: FetchJob) -> FetchID {
        let id = store.add(job, at: now)
        let host = store[id].host
        admit(host)
        queue.append(id, host: host, priority: job.priority)
        noteJoined(id)
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
            var control = HostControl(limit: limit, bucket: rate.map { TokenBucket($0) })
            if options.concurrency.isAdaptive {
                control.adaptive = AdaptiveLimit(start: limit, ceiling: options.concurrency.total)
            }
            hosts.append(control)
            store.setLimit(limit, of: id)
        }
    }

    /// Lets the queue be looked at in the next turn, once for all that happens in this one.
    func setNeedsPump() {
        guard !isPumpPending else { return }
        isPumpPending = true
        loop.onNextTurn(name: "scheduler") { [self] in pump() }
    }

    /// Starts what may start.
    ///
    /// - Returns: Whether more may, in the next turn.
    @discardableResult
    func pump() -> Bool {
        isPumpPending = false
        var starts = 0
        var isCutShort = false
        while slotsTaken < concurrency, !isHeldBack, !isCancellingWaiting {
            let gate = runGate
            setRunGate(gate)
            guard gate == nil, let next = nextWithConnection() else { break }
            if starts == Self.startsPerTurn {
                setNeedsPump()
                isCutShort = true
                break
            }
            starts += 1
            queue.take(next)
            let intended = bucket?.take(at: now)
            hosts[next.host.index].bucket?.take(at: now)
            start(next.id, host: next.host, intendedAt: intended)
        }
        if slotsTaken >= concurrency { setRunGate(isPaused || isDraining ? runGate : nil) }
        onPump()
        return isCutShort
    }

    /// The fetch that starts next. When all connections are in use, only hosts that share theirs may go on.
    private func nextWithConnection() -> (id: FetchID, host: HostID)? {
        guard let next = queue.next() else { return nil }
        guard let connections, !connections.hasRoom(for: next.host) else { return next }
        let others = connections.sharing.compactMap { host in
            connections.hasRoom(for: host) ? queue.head(of: host).map { (id: $0, host: host) } : nil
        }
        return others.min { $0.id < $1.id }
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

    // MARK: - Changing the run

    /// Sets how many may be in flight at once; what is in flight above it goes on.
    func setConcurrency(_ count: Int) {
        concurrency = max(1, count)
        onNote(.concurrency(concurrency))
        setNeedsPump()
    }

    /// Sets how many of one host may be in flight at once.
    func setLimit(_ limit: Int, of host: HostID) {
        let limit = max(1, limit)
        hosts[host.index].limit = limit
        if hosts[host.index].adaptive != nil {
            hosts[host.index].adaptive = AdaptiveLimit(start: limit, ceiling: limit)
        }
        store.setLimit(limit, of: host)
        onNote(.hostLimit(host, limit))
        refresh(host)
        setNeedsPump()
    }

    /// Sets the rate of starts in the whole run; nil lifts it.
    func setRate(_ rate: RunOptions.StartRate?) {
        bucket = rate.map { TokenBucket($0, isSchedule: options.load.isRepeating) }
        onNote(.rate(rate))
        setNeedsPump()
    }

    func pauseAll() {
        isPaused = true
        onNote(.paused)
        setNeedsPump()
    }

    func resumeAll() {
        isPaused = false
        onNote(.resumed)
        bucket?.skip(to: now)
        setNeedsPump()
    }

    /// Starts nothing more; what is in flight goes on to its end.
    func drain() {
        if !isDraining { onNote(.draining(inFlight: running.count)) }
        isDraining = true
        setNeedsPump()
    }

    /// Ends everything in flight at once, unfinished: a later run takes it up again.
    func abort() {
        onNote(.aborting(inFlight: running.count))
        isDraining = true
        cutOff { _ in true }
    }

    /// Ends the transfers of what is paused: nobody is there any more to let it go on. It stays paused, and unfinished.
    func abortPaused() {
        for id in cutOff(where: \.isPaused) { apply(.paused, to: id) }
    }

    @discardableResult
    private func cutOff(where isMeant: (Running) -> Bool) -> [FetchID] {
        // What is being put in its place is done in a moment, and was worth the transfer.
        let meant = running.filter { !$0.value.isSaving && isMeant($0.value) }.sorted { $0.key < $1.key }
        for (id, attempt) in meant {
            attempt.transfer?.cancel()
            running[id] = nil
            connections?.end(attempt.host)
            if !attempt.isPaused { releaseSlot(attempt.host) }
            downloads?.end(id, wasSaved: false)
            apply(.requeued, to: id)
        }
        setNeedsPump()
        return meant.map(\.key)
    }
}
