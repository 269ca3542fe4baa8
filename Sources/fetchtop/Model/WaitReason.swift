/// Why a fetch that is not in flight does not run yet.
enum WaitReason: Hashable, Codable, Sendable {
    /// All slots of the run are taken.
    case slot
    /// The host has as many transfers as it is allowed.
    case host
    /// The rate limit of the run or of the host allows the next start then.
    case rate(until: Moment)
    /// The origin asked to be left alone until then (Retry-After, RateLimit).
    case retryAfter(until: Moment)
    /// The last attempt failed; the next one starts then.
    case backoff(until: Moment)
    /// Somebody paused this fetch.
    case paused
    /// Fetching as a whole is paused.
    case pausedAll
    /// The run is stopping: nothing new starts.
    case draining

    /// When the wait ends at the earliest, if that is known.
    var until: Moment? {
        switch self {
        case .rate(let until), .retryAfter(let until), .backoff(let until): until
        case .slot, .host, .paused, .pausedAll, .draining: nil
        }
    }

    /// The word shown in the table and used by filters.
    var word: String {
        switch self {
        case .slot: "slot"
        case .host: "host"
        case .rate: "rate"
        case .retryAfter: "retry-after"
        case .backoff: "backoff"
        case .paused, .pausedAll: "paused"
        case .draining: "draining"
        }
    }
}
