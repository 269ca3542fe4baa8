/// What a column is sorted by, as a number.
enum SortOrder {
    /// nil for a fetch that has no value yet.
    static func value(_ key: SortKey, _ fetch: Fetch, _ now: Moment) -> Double? {
        switch key {
        case .state: Double(fetch.state.rawValue)
        case .code: fetch.status > 0 ? Double(fetch.status) : fetch.failure.map { 1000 + Double($0.rawValue) }
        case .time: fetch.elapsed(at: now)?.inSeconds
        case .ttfb: fetch.times.startTransfer?.inSeconds
        case .size: fetch.attempts > 0 ? Double(fetch.receivedBytes) : nil
        case .rate: fetch.rate(at: now)
        case .try: Double(fetch.attempts)
        case .finished: fetch.state.isFinished ? Double(fetch.since.nanoseconds) : nil
        case .attention, .id, .host, .url: nil
        }
    }
}
