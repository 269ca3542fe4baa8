/// What the views need that the store does not keep: kept up to date event by event, so that no frame looks at all
/// fetches.
final class RunIndex: FetchObserver {
    private(set) var states = StateMap()
    private(set) var errors = ErrorGroups()
    private(set) var heat = LatencyHeat()
    private(set) var starts = StartList()
    /// The newest handshake with each host, for the fetches that reused its connection.
    private(set) var handshakes: [HostID: TLSRecord] = [:]
    var rates = RateHistories()
    var log = RunLog()

    func store(_ store: FetchStore, didApply event: FetchEvent) {
        switch event.kind {
        case .received, .sent, .saved, .prioritised, .waited: return
        case .started: starts.append(event.id, at: event.at)
        case .finished(let state):
            if let previous = store[event.id].detail?.previous, previous.state != state {
                log.append(
                    .changed(event.id, from: previous, to: CheckOutcome(store[event.id])),
                    state.isFailure ? .error : .info, at: event.at)
            }
            if state.isFailure {
                errors.add(store[event.id], at: event.at)
                log.append(.failed(event.id), .error, at: event.at)
            } else if let total = store[event.id].elapsed(at: event.at) {
                heat.record(total, at: event.at)
            }
            if state == .cancelled { log.append(.cancelled(event.id), .warning, at: event.at) }
        case .requeued, .checkedAgain: if states[event.id]?.isFailure == true { errors.remove(store[event.id]) }
        case .backingOff(let until): log.append(.backingOff(event.id, until: until), .warning, at: event.at)
        case .paused: log.append(.paused(event.id), .info, at: event.at)
        case .attemptFinished(let attempt):
            if let tls = attempt.record.tls { handshakes[store[event.id].host] = tls }
        case .added, .intended, .phase, .head: break
        }
        states.set(store[event.id].state, of: event.id)
    }

    /// As it is now, for a display that stands still.
    func frozenCopy() -> RunIndex {
        let copy = RunIndex()
        copy.states = states
        copy.errors = errors
        copy.heat = heat
        copy.starts = starts
        copy.handshakes = handshakes
        copy.rates = rates
        copy.log = log
        return copy
    }
}
