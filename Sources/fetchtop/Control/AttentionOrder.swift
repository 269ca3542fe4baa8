/// The order that needs no sorting by hand: what is going on first, then what just ended, then the rest.
///
/// 1. in flight, the one longest in its phase first; 2. back-off and paused; 3. failures of the last 2 s;
/// 4. successes of the last 2 s; 5. queued; 6. older failures; 7. older successes. Ties by id.
enum AttentionOrder {
    static let freshFor = Duration.seconds(2)

    static func ids(in store: FetchStore, at now: Moment) -> [FetchID] {
        var result: [FetchID] = []
        result.reserveCapacity(store.count)
        result += store.active.map { (store[$0].since, $0) }.sorted { $0 < $1 }.map(\.1)
        result += store.held.sorted()
        var freshFailures: [FetchID] = []
        var freshSuccesses: [FetchID] = []
        for id in store.recentlyFinished.reversed() {
            let fetch = store[id]
            guard fetch.state.isFinished, now - fetch.since < freshFor else {
                if now - fetch.since >= freshFor { break }
                continue
            }
            if fetch.state.isFailure { freshFailures.append(id) } else { freshSuccesses.append(id) }
        }
        // Retried and finished again, a fetch is in that list twice.
        let failures = Set(freshFailures).sorted()
        let successes = Set(freshSuccesses).sorted()
        result += failures
        result += successes
        let fresh = Set(freshFailures).union(freshSuccesses)
        var oldFailures: [FetchID] = []
        var oldSuccesses: [FetchID] = []
        for index in 0..<store.count {
            let id = FetchID(index: index)
            let state = store.pages[index].state
            if state == .queued {
                result.append(id)
            } else if state.isFinished, !fresh.contains(id) {
                if state.isFailure { oldFailures.append(id) } else { oldSuccesses.append(id) }
            }
        }
        return result + oldFailures + oldSuccesses
    }
}
