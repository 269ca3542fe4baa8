import DequeModule
import FetchLoop

/// One attempt: started, followed, settled.
extension FetchScheduler {
    func start(_ id: FetchID, host: HostID, intendedAt: Moment? = nil) {
        let attempt = Int(store[id].attempts) + 1
        var order = order(id)
        takeSlot(host)
        connections?.begin(host)
        previews?.begin(id)
        apply(.started(attempt: attempt), to: id)
        if let intendedAt, attempt == 1 { apply(.intended(intendedAt), to: id) }
        do throws(FetchFailure) {
            let download = try downloads?.download(for: order)
            running[id] = Running(host: host, method: order.method, download: download)
            guard let download else {
                if let tag = etags?.condition(for: order) { order.conditions.append(tag) }
                return try begin(order)
            }
            download.onFailure = { [weak self] in self?.endTransfer(id) }
            download.prepare { [weak self] result in
                // It may have been cancelled, and even started again, meanwhile.
                guard let self, let running = running[id], running.transfer == nil, running.download === download,
                    Int(store[id].attempts) == attempt
                else { return }
                switch result {
                case .success(.fetch(let offset, let conditions, let isThere)):
                    order.resumeFrom = offset
                    order.conditions = conditions
                    // A tag is of no use when the body that it stands for is gone.
                    if isThere, let tag = etags?.condition(for: order) { order.conditions.append(tag) }
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

    /// What a fetch asks for.
    private func order(_ id: FetchID) -> TransferOrder {
        var order = TransferOrder(
            id: id, url: store.url(of: id), values: store[id].extras?.values, method: store.method(of: store[id]))
        order.isPart = asksForPart || order.values?.asksForPart == true
        return order
    }

    private func begin(_ order: TransferOrder) throws(FetchFailure) {
        running[order.id]?.transfer = try client.start(order, handler: self)
    }

    /// The file is there already, and that is what was asked for.
    private func skip(_ id: FetchID, path: String) {
        guard let ended = running.removeValue(forKey: id) else { return }
        connections?.end(ended.host)
        releaseSlot(ended.host)
        apply(.saved(SavedBody(fileName: path)), to: id)
        finish(id, as: .skipped)
    }

    // MARK: - After an attempt

    /// Ends an attempt: gives its slot back, records it, and decides what comes next.
    ///
    /// - Parameter known: What comes next whatever its status says, if that is known.
    private func settle(
        _ id: FetchID, record: consuming TransferRecord = TransferRecord(), failure: FetchFailure? = nil,
        next known: RetryPolicy.Verdict? = nil
    ) {
        guard let ended = running.removeValue(forKey: id) else { return }
        connections?.end(ended.host)
        if let version = record.httpVersion { connections?.note(version: version, of: ended.host) }
        if !ended.isPaused { releaseSlot(ended.host) }
        let (host, method) = (ended.host, ended.method)
        let number = Int(store[id].attempts)
        let status = record.statusCode
        var retryAfter: Duration?
        if status >= 300, let head = store[id].detail?.head { retryAfter = self.retryAfter(in: head) }
        adapt(host, startedAt: store[id].startedAt, status: status, failure: failure?.kind)
        let outcome = RetryPolicy.Outcome(
            number: number - (attemptsBefore.isEmpty ? 0 : attemptsBefore[id] ?? 0), status: status,
            failure: failure?.kind, retryAfter: retryAfter)
        let verdict = known ?? verdict(after: outcome, of: id, method: method)
        var backoff: Duration?
        if case .retry(let delay) = verdict { backoff = delay }
        if case .pauseOrigin(let delay) = verdict { backoff = delay }
        let finishedAt = ended.endedAt ?? now
        let attempt = Attempt(
            number: number, startedAt: beginning(of: id, finishedAt, record), finishedAt: finishedAt, failure: failure,
            record: record, retryAfter: retryAfter, backoff: backoff)
        apply(.attemptFinished(attempt), to: id)
        switch verdict {
        case .finish(let state):
            if let etags, state == .succeeded { noteTag(of: id, status: status, in: etags) }
            finish(id, as: state)
        case .retry(let delay): backOff(id, host: host, until: now + delay)
        case .pauseOrigin(let delay):
            pauseOrigin(host, until: now + delay)
            requeue(id, isRetry: true)
        }
    }

    /// When the attempt began by libcurl's own clock, which is read more often than the loop's, once a turn: so the times
    /// of day in a record are as far apart as its `time_total` says.
    private func beginning(of id: FetchID, _ finishedAt: Moment, _ record: borrowing TransferRecord) -> Moment {
        let fetch = store[id]
        guard record.times.$total >= 0 else { return fetch.startedAt }
        let began = Moment(nanoseconds: finishedAt.nanoseconds - record.times.$total * 1_000)
        return max(began, fetch.detail?.attempts.last?.finishedAt ?? fetch.addedAt)
    }

    private func noteTag(of id: FetchID, status: Int, in etags: ETagStore) {
        guard status == 200, let head = store[id].detail?.head else { return }
        etags.note(head.validators.etag, for: order(id))
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
        policy.verdict(
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

    private func adapt(_ host: HostID, startedAt: Moment, status: Int, failure: FailureKind?) {
        guard var adaptive = hosts[host.index].adaptive else { return }
        if AdaptiveLimit.isOverload(status: status, failure: failure) {
            adaptive.noteOverload(startedAt: startedAt, at: now)
        } else if failure == nil {
            adaptive.noteSuccess()
        }
        hosts[host.index].adaptive = adaptive
        guard adaptive.limit != hosts[host.index].limit else { return }
        hosts[host.index].limit = adaptive.limit
        store.setLimit(adaptive.limit, of: host)
        onNote(.hostLimit(host, adaptive.limit))
        refresh(host)
    }

    /// Lets nobody ask an origin before the moment it named.
    private func pauseOrigin(_ host: HostID, until: Moment) {
        if let earlier = hosts[host.index].pausedUntil, earlier >= until { return }
        hosts[host.index].pausedUntil = until
        onNote(.originPaused(host, until: until))
        refresh(host)
    }

    func requeue(_ id: FetchID, isRetry: Bool) {
        apply(.requeued, to: id)
        let fetch = store[id]
        queue.append(id, host: fetch.host, priority: fetch.priority, isRetry: isRetry)
        noteJoined(id)
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
        let unixSeconds = store.clock.unixNanoseconds(of: now) / 1_000_000_000
        if let pause = RateLimitFields(head).pause(atUnixSeconds: unixSeconds), pause <= options.retry.retryAfterMax {
            pauseOrigin(store[id].host, until: now + pause)
        }
    }

    func transfer(_ id: FetchID, didReceiveBody bytes: RawSpan) -> BodyAction {
        if throttle?.hasRoom(at: loop.now) == false {
            throttled.append(id)
            armThrottle()
            return .pause
        }
        if downloads != nil, let download = running[id]?.download {
            let action = download.take(bytes) { [weak self] in
                guard let self, let running = running[id], !running.isPaused else { return }
                running.transfer?.resume()
            }
            guard action == .proceed else { return action }
        }
        throttle?.take(bytes.byteCount)
        previews?.take(bytes, of: id)
        apply(.received(bytes.byteCount), to: id)
        return .proceed
    }

    /// Lets the transfers that wait for bytes go on, one after the other, when there are some again.
    private func armThrottle() {
        guard throttleTimer == nil, let throttle else { return }
        throttleTimer = loop.at(throttle.nextRoom(), name: "byte limit") { [weak self] in
            guard let self else { return }
            throttleTimer = nil
            while let id = throttled.popFirst() {
                guard let running = running[id], !running.isPaused else { continue }
                running.transfer?.resume()
                break
            }
            if !throttled.isEmpty { armThrottle() }
        }
    }

    func transfer(_ id: FetchID, didFinish record: consuming TransferRecord, failure: FetchFailure?) {
        guard let ended = running[id] else { return }
        guard let download = ended.download else { return settle(id, record: record, failure: failure) }
        ended.isSaving = true
        ended.endedAt = now
        save(download, of: id, record, failure)
    }

    /// Ends a transfer whose body cannot be written, without waiting for more of it.
    private func endTransfer(_ id: FetchID) {
        guard let ended = running[id], !ended.isSaving, let transfer = ended.transfer else { return }
        var record = transfer.record
        record.statusCode = Int(store[id].status)
        transfer.cancel()
        self.transfer(id, didFinish: record, failure: nil)
    }

    /// Puts the body in its place, and then ends the attempt.
    private func save(_ download: Download, of id: FetchID, _ record: TransferRecord, _ failure: FetchFailure?) {
        download.finish(isComplete: failure == nil) { [weak self] end in
            guard let self else { return }
            switch end {
            case .saved(let body):
                apply(.saved(body), to: id)
                // 416: there was nothing left to fetch of what an earlier run began.
                settle(id, record: record, next: record.statusCode == 416 ? .finish(.succeeded) : nil)
            case .notSaved: settle(id, record: record, failure: failure)
            case .failed(let saving): settle(id, record: record, failure: saving)
            case .outdated(let saving):
                // Not one of the retries: nobody knew before that there was nothing to go on with.
                attemptsBefore[id, default: 0] += 1
                settle(id, record: record, failure: saving, next: .retry(after: .zero))
            }
        }
    }
}
