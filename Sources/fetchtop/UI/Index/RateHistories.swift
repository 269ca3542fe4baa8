/// How fast each body came, second by second, for the fetches that take longer than one.
///
/// Filled by looking at the transfers under way once a second instead of at every piece of every body: most fetches
/// are over before that, and cost nothing.
struct RateHistories: Sendable {
    struct History: Sendable {
        /// Bytes a second, oldest first; one element a look.
        fileprivate(set) var rates: [Int] = []
        /// The last look at which there was more than at the one before.
        fileprivate(set) var lastProgress: Moment
        fileprivate var attempt: Moment
        fileprivate var byteCount: Int64
        fileprivate var seenAt: Moment
    }

    static let length = 120
    /// Most transfers looked at in one go.
    private static let lookLimit = 2_000
    private var histories: [FetchID: History] = [:]
    private var lookedAt: Moment?

    subscript(id: FetchID) -> History? { histories[id] }

    /// Looks at the transfers under way, if the last time was a second ago.
    ///
    /// - Parameter shown: A fetch whose history is wanted, even after its end.
    mutating func look(at store: FetchStore, shown: FetchID?, now: Moment) {
        if let lookedAt, now - lookedAt < .seconds(1) { return }
        lookedAt = now
        for id in store.active.prefix(Self.lookLimit) { look(at: store[id], now: now) }
        if let shown, store.contains(shown) { look(at: store[shown], now: now) }
        guard histories.count > 2 * Self.lookLimit else { return }
        histories = histories.filter { $0.key == shown || store[$0.key].state.isInFlight }
    }

    private mutating func look(at fetch: Fetch, now: Moment) {
        guard fetch.state.isInFlight else { return }
        guard var history = histories[fetch.id], history.attempt == fetch.startedAt else {
            guard fetch.receivedBytes > 0 else { return }
            histories[fetch.id] = History(
                lastProgress: now, attempt: fetch.startedAt, byteCount: fetch.receivedBytes, seenAt: now)
            return
        }
        let seconds = (now - history.seenAt).inSeconds
        // The shown one may be looked at twice.
        guard seconds > 0 else { return }
        let more = fetch.receivedBytes - history.byteCount
        history.rates.append(Int(Double(max(0, more)) / seconds))
        if history.rates.count > Self.length { history.rates.removeFirst() }
        if more > 0 { history.lastProgress = now }
        history.byteCount = fetch.receivedBytes
        history.seenAt = now
        histories[fetch.id] = history
    }
}
