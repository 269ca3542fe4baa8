/// How many fetches are in each state. Kept by transitions, so reading is free and the sum is always the total.
struct StateCounts: Equatable, Sendable {
    private var counts: [Int] = Array(repeating: 0, count: FetchState.allCases.count)

    subscript(state: FetchState) -> Int {
        get { counts[Int(state.rawValue)] }
        set { counts[Int(state.rawValue)] = newValue }
    }

    mutating func move(from old: FetchState, to new: FetchState) {
        counts[Int(old.rawValue)] -= 1
        counts[Int(new.rawValue)] += 1
    }

    var total: Int { counts.reduce(0, +) }
    var inFlight: Int { sum { $0.isInFlight } }
    var finished: Int { sum { $0.isFinished } }
    var failures: Int { sum { $0.isFailure } }
    /// Finished as wished: succeeded, not modified or already there.
    var successes: Int { self[.succeeded] + self[.notModified] + self[.skipped] }
    /// Neither finished nor in flight.
    var pending: Int { self[.queued] + self[.backoff] + self[.paused] }

    private func sum(_ isIncluded: (FetchState) -> Bool) -> Int {
        var sum = 0
        for state in FetchState.allCases where isIncluded(state) { sum += counts[Int(state.rawValue)] }
        return sum
    }
}

/// How finished fetches ended, by class of answer; kept by transitions.
struct OutcomeCounts: Equatable, Sendable {
    /// Index 1...5 is 1xx...5xx; 0 is "no answer".
    private(set) var byClass: [Int] = Array(repeating: 0, count: 6)
    /// By exact status, for those that had an answer.
    private(set) var byStatus: [UInt16: Int] = [:]
    /// By class of failure, for those that had no acceptable answer.
    private(set) var byFailure: [FailureKind: Int] = [:]

    /// Adds (`by: 1`) a finished fetch, or takes it out again (`by: -1`) when it is retried.
    mutating func count(status: UInt16, failure: FailureKind?, by difference: Int) {
        byClass[min(5, Int(status) / 100)] += difference
        if status != 0 { byStatus[status, default: 0] += difference }
        if let failure { byFailure[failure, default: 0] += difference }
    }
}
