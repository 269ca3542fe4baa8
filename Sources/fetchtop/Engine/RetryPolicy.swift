/// Decides what becomes of a fetch after an attempt. Pure: the caller gives the time and the random number.
struct RetryPolicy: Sendable {
    var options: RunOptions.Retry
    var accept: StatusSet
    /// No back-off is longer, whatever the number of attempts; curl's own limit.
    static let longestBackoff = Duration.seconds(600)

    enum Verdict: Equatable {
        /// The end, in this state.
        case finish(FetchState)
        /// Another attempt after this back-off.
        case retry(after: Duration)
        /// Another attempt when the origin wants to be asked again; nobody else asks it before.
        case pauseOrigin(Duration)
    }

    /// What the decision depends on.
    struct Outcome {
        /// Counted from 1, from the last retry by hand on.
        var number: Int
        /// 0 without an answer.
        var status: Int
        var failure: FailureKind?
        var retryAfter: Duration?
    }

    /// - Parameters:
    ///   - retries: How many attempts after the first one this job may have.
    ///   - sinceFirst: How long ago the first attempt began.
    ///   - random: 0..<1.
    func verdict(
        after attempt: Outcome, retries: Int, sinceFirst: Duration, method: String,
        random: @autoclosure () -> Double
    ) -> Verdict {
        let end = finalState(of: attempt)
        guard end.isFailure else { return .finish(end) }
        let status = attempt.status
        guard attempt.number <= retries, isTransient(attempt, method: method) else { return .finish(end) }
        if let maxTime = options.maxTime, sinceFirst >= maxTime { return .finish(end) }
        // "At once" is no order to hurry: the usual back-off follows, as with curl.
        if let retryAfter = attempt.retryAfter, retryAfter > .zero, status != 0 {
            guard retryAfter <= options.retryAfterMax else { return .finish(end) }
            if let maxTime = options.maxTime, sinceFirst + retryAfter >= maxTime { return .finish(end) }
            return .pauseOrigin(retryAfter)
        }
        return .retry(after: backoff(afterAttempt: attempt.number, random: random()))
    }

    /// The state the fetch ends in if this attempt was its last.
    func finalState(of attempt: Outcome) -> FetchState {
        if attempt.failure != nil { return .failed }
        let status = attempt.status
        if status == 304 { return .notModified }
        return accept.contains(status) ? .succeeded : .httpError
    }

    /// Exponential with full jitter, so that a thousand failures of one moment do not come back in one moment; a delay
    /// that was asked for by name is kept as it is, as curl does.
    func backoff(afterAttempt number: Int, random: Double) -> Duration {
        if let delay = options.delay { return delay }
        let longest = min(Self.longestBackoff.inSeconds, Double(1 << min(number - 1, 20)))
        return .nanoseconds(Int64(longest * random * 1e9))
    }

    /// curl's transient errors (timeouts, name resolution, 408 429 500 502 503 504 522 524), and for methods that may
    /// be repeated also a connection that was lost on the way: in a long list that is the commonest of all.
    private func isTransient(_ attempt: Outcome, method: String) -> Bool {
        if options.retriesAllErrors { return true }
        guard let failure = attempt.failure else {
            let status = attempt.status
            return Self.transientStatuses.contains(status) || options.statuses?.contains(status) == true
        }
        switch failure {
        case .timeout, .connectTimeout, .stalled, .dns: return true
        case .refused: return options.retriesRefusedConnections
        case .reset, .emptyReply, .truncated: return Self.repeatableMethods.contains(method)
        case .invalidURL, .unreachable, .tls, .certificate, .badResponse, .badEncoding, .tooLarge, .redirects,
            .checksum, .disk, .policy, .queueTimeout, .other:
            return false
        }
    }

    private static let transientStatuses: Set<Int> = [408, 429, 500, 502, 503, 504, 522, 524]
    private static let repeatableMethods: Set<String> = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]
}
