/// How many transfers a host stands, found out by trying: additive increase, multiplicative decrease, as TCP does.
///
/// Pure. A round of as many successes as the limit allows raises it by one; a sign of overload halves it, unless it comes
/// from an attempt that began before the last halving: all that was in flight then tells of the same overload.
struct AdaptiveLimit: Equatable, Sendable {
    private(set) var limit: Int
    private let ceiling: Int
    private var successes = 0
    private var decreasedAt: Moment?

    init(start: Int, ceiling: Int) {
        self.ceiling = max(1, ceiling)
        limit = min(max(1, start), self.ceiling)
    }

    mutating func noteSuccess() {
        successes += 1
        guard successes >= limit, limit < ceiling else { return }
        successes = 0
        limit += 1
    }

    mutating func noteOverload(startedAt: Moment, at now: Moment) {
        successes = 0
        if let decreasedAt, startedAt <= decreasedAt { return }
        decreasedAt = now
        limit = max(1, limit / 2)
    }

    /// Whether an outcome says that the host has too much to do.
    static func isOverload(status: Int, failure: FailureKind?) -> Bool {
        switch failure {
        case .timeout, .connectTimeout, .stalled, .reset, .emptyReply, .truncated: true
        case nil: status == 429 || status == 503
        default: false
        }
    }
}
