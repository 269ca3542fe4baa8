/// Watches the failures of a run against the limits its user set: `--fail-early`, `--max-failures`, `--fail-if`.
final class GateKeeper: FetchObserver {
    private let gates: RunOptions.Gates
    /// Told once, when a limit is passed while the run goes on.
    var onTrip: (Verdict) -> Void = { _ in }
    private(set) var verdict: Verdict?

    /// What is to become of a run that went too badly.
    enum Verdict: Equatable {
        /// Give up at once, as curl's `--fail-early` does.
        case abort(reason: String)
        /// Start nothing new.
        case drain(reason: String)

        var reason: String {
            switch self {
            case .abort(let reason), .drain(let reason): reason
            }
        }
    }

    /// How many fetches there will be, once that is known.
    var total: () -> Int? = { nil }

    /// A share is one of so many fetches at least: the first failure is one of one. Of a shorter list it is a share of all.
    static let leastForShare = 100

    /// - Returns: nil if nothing was set.
    init?(_ gates: RunOptions.Gates) {
        guard gates != RunOptions.Gates() else { return nil }
        self.gates = gates
    }

    func store(_ store: FetchStore, didApply event: FetchEvent) {
        guard verdict == nil, case .finished(let state) = event.kind else { return }
        if gates.failsEarly, state.isFailure {
            trip(.abort(reason: "--fail-early: \(event.id) failed"))
        } else if let limit = gates.maxFailures, exceeds(limit, in: store, isOver: false) {
            trip(.drain(reason: reason(limit, in: store)))
        }
    }

    /// What the run has to answer for when it is over, one line each.
    func complaints(in store: FetchStore) -> [String] {
        var complaints: [String] = []
        if case .abort(let reason)? = verdict {
            complaints.append(reason)
        } else if let limit = gates.maxFailures, verdict != nil || exceeds(limit, in: store, isOver: true) {
            complaints.append(reason(limit, in: store))
        }
        for condition in gates.conditions where condition.holds(in: store) {
            complaints.append("--fail-if '\(condition)': it is \(condition.actual(in: store))")
        }
        return complaints
    }

    private func trip(_ verdict: Verdict) {
        self.verdict = verdict
        onTrip(verdict)
    }

    private func exceeds(_ limit: RunOptions.Gates.Limit, in store: FetchStore, isOver: Bool) -> Bool {
        let failures = store.counts.failures
        switch limit {
        case .count(let most): return failures > most
        case .percent(let percent):
            let finished = store.counts.finished
            let least = isOver ? 0 : min(Self.leastForShare, total() ?? .max)
            return Double(failures) * 100 > percent * Double(max(finished, least))
        }
    }

    private func reason(_ limit: RunOptions.Gates.Limit, in store: FetchStore) -> String {
        "--max-failures: \(store.counts.failures) of \(store.counts.finished) failed"
    }
}
