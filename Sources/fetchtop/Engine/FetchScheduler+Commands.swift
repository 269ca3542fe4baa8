import FetchLoop

/// What people do to single fetches. Each is without effect on a fetch in a state it does not apply to, and says so.
extension FetchScheduler {
    /// Holds a fetch. One in flight keeps its connection and gives its slot to another.
    @discardableResult
    func pause(_ id: FetchID) -> Bool {
        let fetch = store[id]
        switch fetch.state {
        case .queued: queue.remove(id, host: fetch.host)
        case .backoff: backoffs.removeValue(forKey: id)?.cancel()
        case _ where fetch.state.isInFlight:
            guard let attempt = running[id], let transfer = attempt.transfer, !attempt.isSaving else { return false }
            running[id]?.isPaused = true
            transfer.pause()
            releaseSlot(fetch.host)
        default: return false
        }
        apply(.paused, to: id)
        setNeedsPump()
        return true
    }

    /// Lets a paused fetch go on: where it stopped if it was in flight, else in the queue.
    @discardableResult
    func resume(_ id: FetchID) -> Bool {
        guard store[id].state == .paused else { return false }
        guard let attempt = running[id], let transfer = attempt.transfer else {
            requeue(id, isRetry: store[id].attempts > 0)
            return true
        }
        running[id]?.isPaused = false
        takeSlot(attempt.host)
        apply(.phase(transfer.state), to: id)
        transfer.resume()
        return true
    }

    /// Ends a fetch that is not finished. Its slot is free at once.
    @discardableResult
    func cancel(_ id: FetchID) -> Bool {
        let fetch = store[id]
        guard !fetch.state.isFinished, running[id]?.isSaving != true else { return false }
        queue.remove(id, host: fetch.host)
        backoffs.removeValue(forKey: id)?.cancel()
        if let ended = running.removeValue(forKey: id) {
            var record = ended.transfer?.record ?? TransferRecord()
            // Its head may have come.
            if record.statusCode == 0 { record.statusCode = Int(fetch.status) }
            ended.transfer?.cancel()
            connections?.end(ended.host)
            if !ended.isPaused { releaseSlot(ended.host) }
            let attempt = Attempt(
                number: Int(fetch.attempts), startedAt: fetch.startedAt, finishedAt: now, record: record,
                isCutOff: true)
            apply(.attemptFinished(attempt), to: id)
        }
        finish(id, as: .cancelled)
        return true
    }

    /// Puts a finished fetch, or one in back-off, into the queue again, before those that have not run yet.
    @discardableResult
    func retry(_ id: FetchID) -> Bool {
        let fetch = store[id]
        guard fetch.state.isFinished || fetch.state == .backoff else { return false }
        backoffs.removeValue(forKey: id)?.cancel()
        attemptsBefore[id] = Int(fetch.attempts)
        requeue(id, isRetry: true)
        return true
    }

    /// Watch mode: puts a finished fetch into the queue for its next check.
    func checkAgain(_ id: FetchID, round: UInt32) {
        precondition(store[id].state.isFinished, "a check begins when the one before is over")
        attemptsBefore[id] = nil
        apply(.checkedAgain(round: round), to: id)
        let fetch = store[id]
        queue.append(id, host: fetch.host, priority: fetch.priority)
        noteJoined(id)
        setNeedsPump()
    }

    /// Gives up what waits: in the queue, or for its next attempt. What is in flight goes on. In pieces: there may be
    /// millions, and each that is cancelled writes a record.
    func cancelWaiting(from start: Int = 0) {
        isCancellingWaiting = true
        var (next, cancelled) = (start, 0)
        let end = min(store.count, start + 20_000)
        while next < end, cancelled < 500 {
            let id = FetchID(index: next)
            if [.queued, .backoff].contains(store[id].state), cancel(id) { cancelled += 1 }
            next += 1
        }
        isCancellingWaiting = next < store.count
        guard isCancellingWaiting else { return setNeedsPump() }
        loop.onNextTurn(name: "cancel") { [weak self] in self?.cancelWaiting(from: next) }
    }

    /// Changes a fetch's place in the queue, now or when it comes there.
    func setPriority(_ priority: Int32, of id: FetchID) {
        apply(.prioritised(priority), to: id)
        let fetch = store[id]
        guard queue.contains(id) else { return }
        queue.remove(id, host: fetch.host)
        queue.append(id, host: fetch.host, priority: priority, isRetry: fetch.attempts > 0)
        setNeedsPump()
    }

    /// Asks libcurl what these fetches are doing and tells the store; for the rows that are being looked at.
    func refreshPhases(of ids: some Sequence<FetchID>) {
        for id in ids {
            guard let attempt = running[id], !attempt.isPaused, !attempt.isSaving else { continue }
            guard let state = attempt.transfer?.state else { continue }
            if state != store[id].state, state.isInFlight { apply(.phase(state), to: id) }
        }
    }
}
