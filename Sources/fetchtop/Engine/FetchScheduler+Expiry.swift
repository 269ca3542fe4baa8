import FetchLoop

/// Giving up what waits too long for its turn.
extension FetchScheduler {
    private static let expiriesATurn = 256

    /// `--queue-timeout`: fetches are added in the order in which their time is up, so one timer serves all.
    func armExpiry() {
        guard let limit = options.time.queue, firstUnexpired < store.count, expiryTimer == nil, !isExpiring else {
            return
        }
        let next = store[FetchID(index: firstUnexpired)].addedAt + limit
        expiryTimer = loop.at(time.instant(next), name: "queue timeout") { [weak self] in
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
        while firstUnexpired < store.count, store[FetchID(index: firstUnexpired)].addedAt + limit <= now {
            guard looked < Self.expiriesATurn else { return false }
            looked += 1
            let id = FetchID(index: firstUnexpired)
            firstUnexpired += 1
            guard store[id].state == .queued, store[id].attempts == 0 else { continue }
            let failure = FetchFailure(
                kind: .queueTimeout, phase: .queue, exitCode: 28,
                message: "waited \(limit.secondsText) s for \(purpose(of: id)) (--queue-timeout)")
            queue.remove(id, host: store[id].host)
            let attempt = Attempt(
                number: 0, startedAt: now, finishedAt: now, failure: failure, record: TransferRecord())
            apply(.attemptFinished(attempt), to: id)
            finish(id, as: .failed)
        }
        return true
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
