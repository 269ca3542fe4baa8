import FetchLoop

/// Giving up what waits too long for its turn (`--queue-timeout`).
extension FetchScheduler {
    private static let expiriesATurn = 256

    /// A fetch has joined the queue: its time begins. Only the first start is waited for.
    func noteJoined(_ id: FetchID) {
        guard options.time.queue != nil, store[id].attempts == 0 else { return }
        joined.append(Joined(id: id, at: store[id].since))
        if expiryTimer == nil { armExpiry() }
    }

    /// Fetches join in the order in which their time is up, so one timer serves all.
    private func armExpiry() {
        // What a run that ends does not start is left for another one.
        guard let limit = options.time.queue, let first = joined.first, expiryTimer == nil, !isExpiring, !isDraining
        else { return }
        expiryTimer = loop.at(time.instant(first.at + limit), name: "queue timeout") { [weak self] in
            guard let self else { return }
            expiryTimer = nil
            // After a turn that took long there may be slots that nobody could take yet: then nobody waited too long.
            guard !pump() else {
                return loop.onNextTurn(name: "queue timeout") { [weak self] in self?.armExpiry() }
            }
            expireInPieces(limit)
        }
    }

    private func expireInPieces(_ limit: Duration) {
        isExpiring = !expire(limit)
        guard isExpiring else { return armExpiry() }
        loop.onNextTurn(name: "queue timeout") { [weak self] in self?.expireInPieces(limit) }
    }

    /// Gives up those whose time is over, as many as one turn allows: each of them writes a record. True when that was all.
    private func expire(_ limit: Duration) -> Bool {
        var looked = 0
        while let first = joined.first, first.at + limit <= now, !isDraining {
            guard looked < Self.expiriesATurn else { return false }
            looked += 1
            joined.removeFirst()
            if isWaiting(first) { giveUp(first.id, limit) }
        }
        return true
    }

    /// Whether it has waited ever since.
    private func isWaiting(_ joined: Joined) -> Bool {
        let fetch = store[joined.id]
        return fetch.state == .queued && fetch.attempts == 0 && fetch.since == joined.at
    }

    private func giveUp(_ id: FetchID, _ limit: Duration) {
        let failure = FetchFailure(
            kind: .queueTimeout, phase: .queue, exitCode: 28,
            message: "waited \(limit.secondsText) s for \(purpose(of: id)) (--queue-timeout)")
        queue.remove(id, host: store[id].host)
        let attempt = Attempt(number: 0, startedAt: now, finishedAt: now, failure: failure, record: TransferRecord())
        apply(.attemptFinished(attempt), to: id)
        finish(id, as: .failed)
    }

    /// What a fetch waits for now, in a sentence about how long.
    private func purpose(of id: FetchID) -> String {
        switch store.waitReason(of: id) {
        case .host: "a slot of its host"
        case .rate: "its turn under the rate limit"
        case .retryAfter: "an origin that wants to be left alone"
        case .pausedAll: "fetching to go on"
        default: "a slot"
        }
    }
}

extension Duration {
    /// `0.5`, `30`: seconds with as many decimals as there are, three at most.
    fileprivate var secondsText: String {
        let milliseconds = wholeNanoseconds / 1_000_000
        guard milliseconds % 1_000 > 0 else { return "\(milliseconds / 1_000)" }
        var decimals = String(milliseconds % 1_000 + 1_000).dropFirst()
        while decimals.last == "0" { decimals.removeLast() }
        return "\(milliseconds / 1_000).\(decimals)"
    }
}
