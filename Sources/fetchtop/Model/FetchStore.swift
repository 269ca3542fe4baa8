/// Sees every event after the store has applied it, in order.
protocol FetchObserver: AnyObject {
    func store(_ store: FetchStore, didApply event: FetchEvent)
}

/// All fetches of a run, and the only one that changes them.
///
/// Fed with events, it keeps every count by transition: reading any figure is O(1), and no frame ever scans the
/// fetches. Sinks are either observers (pushed every event, in order) or readers that compare `generation`.
/// Lives on the loop's thread.
final class FetchStore {
    // The run-time checks for overlapping access are off in what changes with every event, as in the loop: they were a
    // fourteenth of a fetch's instructions.
    @safe @exclusivity(unchecked) private(set) var pages = FetchPages()
    @safe @exclusivity(unchecked) private(set) var hosts = HostTable()
    @safe @exclusivity(unchecked) private(set) var counts = StateCounts()
    @safe @exclusivity(unchecked) private(set) var outcomes = OutcomeCounts()
    @safe @exclusivity(unchecked) private(set) var statistics = RunStatistics()
    private(set) var clock: RunClock
    /// Changes with every event: a reader that saw the same value needs no new frame.
    @safe @exclusivity(unchecked) private(set) var generation: UInt64 = 0
    @safe @exclusivity(unchecked) private var lists = StateLists()
    /// Fetches in flight, in no particular order.
    var active: [FetchID] { lists.active }
    /// Fetches in back-off or paused, in no particular order.
    var held: [FetchID] { lists.held }
    /// The fetches that finished last, oldest first; at most a few thousand, possibly retried since.
    var recentlyFinished: some Collection<FetchID> { recent.elements }
    /// Why nothing at all starts, as far as the run is concerned; nil while fetches may start.
    @safe @exclusivity(unchecked) private(set) var gate = GateClock()

    /// The method of jobs that name none and have no body of their own.
    var defaultMethod = "GET"

    @safe @exclusivity(unchecked) private var recent = RecentIDs(capacity: 4_096)
    @safe @exclusivity(unchecked) private var detailedSuccesses = RecentIDs(capacity: 8_192)
    @safe @exclusivity(unchecked) private var detailedFailures = RecentIDs(capacity: 8_192)
    @safe @exclusivity(unchecked) private var observers: [any FetchObserver] = []

    init(clock: RunClock = RunClock(startedAtUnixNanoseconds: 0)) { self.clock = clock }

    /// Sets when the run began, before anything happens: of a run that is read back it is known last.
    func begin(at clock: RunClock) {
        precondition(count == 0, "a run begins once")
        self.clock = clock
    }

    /// The store as it is now, for a display that stands still while events go on. Pages are shared until they change.
    func frozenCopy() -> FetchStore {
        let copy = FetchStore(clock: clock)
        copy.pages = pages
        copy.hosts = hosts
        copy.counts = counts
        copy.outcomes = outcomes
        copy.statistics = statistics
        copy.generation = generation
        copy.lists = lists
        copy.gate = gate
        copy.defaultMethod = defaultMethod
        copy.recent = recent
        return copy
    }

    var count: Int { pages.count }

    subscript(id: FetchID) -> Fetch { _read { yield pages[id.index] } }

    func contains(_ id: FetchID) -> Bool { id.index >= 0 && id.index < count }

    /// The URL of a fetch. Makes a String: for rows that are shown, not for loops over all.
    func url(of id: FetchID) -> String { String(decoding: pages.urlBytes(id.index), as: UTF8.self) }

    /// The URL of a fetch as bytes, without a copy.
    func urlBytes(of id: FetchID) -> ArraySlice<UInt8> { pages.urlBytes(id.index) }

    /// The job that a fetch was made of.
    func job(of id: FetchID) -> FetchJob { FetchJob(url: url(of: id), extras: self[id].extras) }

    /// What a fetch is asked with: what the job says, or POST if it has a body, or what the run says.
    func method(of fetch: Fetch) -> String {
        guard let values = fetch.extras?.values else { return defaultMethod }
        return values.method ?? (values.body == nil ? defaultMethod : "POST")
    }

    func host(of id: FetchID) -> Host { hosts[self[id].host] }

    func addObserver(_ observer: any FetchObserver) { observers.append(observer) }

    /// Adds a job to the queue; the same as applying an `added` event with the next id.
    @discardableResult
    func add(_ job: FetchJob, at now: Moment) -> FetchID {
        let id = FetchID(index: count)
        apply(FetchEvent(id: id, at: now, kind: .added(job)))
        return id
    }

    /// Why a fetch waits; nil if it is in flight or finished.
    func waitReason(of id: FetchID) -> WaitReason? {
        let fetch = self[id]
        switch fetch.state {
        case .paused: return .paused
        case .backoff: return .backoff(until: fetch.detail?.waitUntil ?? fetch.since)
        case .queued: return queueReason(of: fetch.host) ?? .slot
        default: return nil
        }
    }

    /// Why nothing of a host's queue starts; nil when only a slot is missing. When nothing at all is to start, that is
    /// why, whatever else there is.
    func queueReason(of host: HostID) -> WaitReason? {
        switch gate.reason {
        case .pausedAll, .draining: gate.reason
        default: hosts[host].gate.reason ?? gate.reason
        }
    }

    /// Tells why no fetch of a host may start; nil when they may.
    func setGate(_ reason: WaitReason?, of host: HostID, at now: Moment) {
        guard hosts[host].gate.reason != reason else { return }
        generation &+= 1
        let wasShut = hosts[host].gate.reason != nil
        hosts[host].gate.set(reason, at: now)
        // While both gates are shut the host's own reason counts, so the run's time is taken off later.
        let runRate = gate.totals(at: now).rate
        if let shut = hosts[host].runRateAtShut, wasShut, reason == nil {
            hosts[host].runRateOverlap += runRate - shut
            hosts[host].runRateAtShut = nil
        } else if !wasShut {
            hosts[host].runRateAtShut = runRate
        }
    }

    /// Tells why no fetch at all may start; nil when they may.
    func setGate(_ reason: WaitReason?, at now: Moment) {
        guard gate.reason != reason else { return }
        generation &+= 1
        gate.set(reason, at: now)
    }

    /// Tells how many fetches of a host may be in flight at once.
    func setLimit(_ limit: Int, of host: HostID) {
        hosts[host].limit = limit
        generation &+= 1
    }

    /// Applies one event and shows it to the observers.
    func apply(_ event: FetchEvent) {
        generation &+= 1
        let now = event.at
        let index = event.id.index
        switch event.kind {
        case .added(let job): append(job, id: event.id, at: now)
        case .started(let attempt): start(index, attempt: attempt, at: now)
        case .intended(let moment): pages[index].detail?.intendedAt = moment
        case .phase(let state): move(index, to: state, at: now)
        case .head(let head): receive(head, index, at: now)
        case .received(let byteCount): count(received: byteCount, index, at: now)
        case .sent(let byteCount):
            statistics.sent.add(byteCount, at: now)
            statistics.sentBytes.add(saturating: Int64(byteCount))
        case .saved(let body): pages[index].detail?.saved = body
        case .attemptFinished(let attempt): finish(attempt, index)
        case .backingOff(let until):
            pages[index].detail?.waitUntil = until
            move(index, to: .backoff, at: now)
        case .requeued: requeue(index, at: now)
        case .checkedAgain(let round): checkAgain(index, round: round, at: now)
        case .paused: move(index, to: .paused, at: now)
        case .prioritised(let priority): pages[index].priority = priority
        case .waited(let waits): pages[index].detail?.waits = waits
        case .finished(let state): finish(index, as: state, at: now)
        }
        for observer in observers { observer.store(self, didApply: event) }
    }

    // MARK: - Events, one method each

    private func append(_ job: FetchJob, id: FetchID, at now: Moment) {
        precondition(id.index == count, "fetches are added in the order of their ids")
        let host = hosts.findOrAdd(hostName(ofURL: job.url))
        let mark = waitMark(of: host, at: now)
        pages.append(url: job.url) { offset, length in
            var fetch = Fetch(
                id: id, host: host, urlOffset: offset, urlLength: length, addedAt: now, since: now, extras: job.extras)
            fetch.priority = job.priority
            fetch.repetition = job.repetition
            fetch.waitMark = mark
            return fetch
        }
        counts[.queued] += 1
        hosts[host].counts[.queued] += 1
    }

    private func start(_ index: Int, attempt: Int, at now: Moment) {
        let host = pages[index].host
        let mark = waitMark(of: host, at: now)
        pages[index].start(attempt: attempt, at: now, mark: mark)
        hosts[host].attempts += 1
        if attempt > 1 {
            statistics.retries += 1
            hosts[host].retries += 1
        }
        move(index, to: .resolving, at: now)
    }

    private func receive(_ head: ResponseHead, _ index: Int, at now: Moment) {
        pages[index].receive(head, at: now)
        move(index, to: .receiving, at: now)
    }

    private func count(received byteCount: Int, _ index: Int, at now: Moment) {
        pages[index].receivedBytes.add(saturating: Int64(byteCount))
        let host = pages[index].host
        hosts[host].receivedBytes.add(saturating: Int64(byteCount))
        hosts[host].rate.add(byteCount, at: now)
        statistics.received.add(byteCount, at: now)
        statistics.receivedBytes.add(saturating: Int64(byteCount))
    }

    private func finish(_ attempt: Attempt, _ index: Int) {
        if attempt.isGivenUp {
            let mark = waitMark(of: pages[index].host, at: attempt.finishedAt)
            pages[index].countWaits(at: attempt.finishedAt, mark: mark)
        }
        pages[index].finish(attempt)
        statistics.connections.add(saturating: attempt.record.connectCount ?? 0)
        hosts[pages[index].host].connections.add(saturating: attempt.record.connectCount ?? 0)
        if let failure = attempt.failure {
            if failure.exitCode != 0 { statistics.exitCodes[failure.exitCode, default: 0] += 1 }
        } else if attempt.record.statusCode != 0, !attempt.isCutOff {
            statistics.exitCodes[0, default: 0] += 1
        }
    }

    private func requeue(_ index: Int, at now: Moment) {
        let fetch = pages[index]
        if fetch.state.isFinished { countOutcome(of: index, by: -1) }
        if fetch.state == .backoff { pages[index].detail?.waits.retry += now - fetch.since }
        pages[index].detail?.waitUntil = nil
        pages[index].waitMark = waitMark(of: fetch.host, at: now)
        move(index, to: .queued, at: now)
    }

    private func checkAgain(_ index: Int, round: UInt32, at now: Moment) {
        let fetch = pages[index]
        precondition(fetch.state.isFinished, "a check begins when the one before is over")
        countOutcome(of: index, by: -1)
        statistics.rechecks += 1
        let mark = waitMark(of: fetch.host, at: now)
        pages[index].checkAgain(round: round, at: now, mark: mark)
        move(index, to: .queued, at: now)
    }

    private func finish(_ index: Int, as state: FetchState, at now: Moment) {
        precondition(state.isFinished, "a fetch finishes in a finished state")
        move(index, to: state, at: now)
        // What was to be tried again has not failed.
        if state == .cancelled { pages[index].forgetFailure() }
        countOutcome(of: index, by: 1)
        let host = pages[index].host
        statistics.finished.add(1, at: now)
        if state.isFailure {
            statistics.failed.add(1, at: now)
            hosts[host].lastErrorAt = now
        }
        statistics.completions += 1
        // What was cut off says nothing about how long it would have taken.
        if state != .cancelled, let detail = pages[index].detail, let last = detail.attempts.last {
            recordLatency(last, of: host, isSuccess: !state.isFailure)
            if let intended = detail.intendedAt {
                statistics.recordIntended(now - intended, isSuccess: !state.isFailure)
            }
        }
        let id = FetchID(index: index)
        recent.append(id)
        // Once, however often it is fetched again: or a list that is watched would push out its own details.
        guard pages[index].detail?.isListed != true else { return }
        pages[index].detail?.isListed = true
        guard let dropped = state.isFailure ? detailedFailures.append(id) : detailedSuccesses.append(id) else { return }
        if pages[dropped.index].state.isFinished {
            pages[dropped.index].detail = nil
        } else {
            pages[dropped.index].detail?.isListed = false
        }
    }

    /// Counts what a finished fetch has come to.
    private func countOutcome(of index: Int, by change: Int) {
        let fetch = pages[index]
        outcomes.count(status: fetch.status, failure: fetch.failure, by: change)
        hosts[fetch.host].outcomes.count(status: fetch.status, failure: fetch.failure, by: change)
    }

    private func recordLatency(_ attempt: Attempt, of host: HostID, isSuccess: Bool) {
        guard isSuccess else { return statistics.failedLatencies.record(attempt) }
        statistics.succeeded.record(attempt)
        hosts[host].recordLatency(of: attempt)
    }

    // MARK: - States and lists

    private func move(_ index: Int, to state: FetchState, at now: Moment) {
        let old = pages[index].state
        guard old != state else { return }
        let host = pages[index].host
        counts.move(from: old, to: state)
        hosts[host].counts.move(from: old, to: state)
        pages[index].state = state
        pages[index].since = now
        lists.move(index, from: old, to: state, in: &pages)
    }

    /// What the waiting clocks of a host show, the run's own rate waiting included where the host's gate was open.
    private func waitMark(of host: HostID, at now: Moment) -> WaitMark {
        let own = hosts[host].gate.totals(at: now)
        let run = gate.totals(at: now).rate
        let overlap = hosts[host].runRateOverlap + (hosts[host].runRateAtShut.map { run - $0 } ?? 0)
        func units(_ nanoseconds: Int64) -> UInt32 { UInt32(truncatingIfNeeded: nanoseconds / 100_000) }
        return WaitMark(host: units(own.host), rate: units(own.rate + run - overlap), retry: units(own.retry))
    }
}
