/// The order that needs no sorting by hand: what is going on first, then what just ended, then the rest.
///
/// 1. in flight, the one longest in its phase first; 2. back-off and paused; 3. failures of the last 2 s;
/// 4. successes of the last 2 s; 5. queued; 6. older failures; 7. older successes. Ties by id.
///
/// The first four lead: the store lists them, and they are few. The rest is filled in by looking at every fetch once.
struct AttentionOrder {
    static let freshFor = Duration.seconds(2)

    /// In order; what passes the filter of them is taken with `takeLeading`.
    let leading: [FetchID]
    /// A bit a fetch: to make a byte of each took a millisecond with a million.
    private var leadingBits: [UInt64]
    private var head = PagedArray<FetchID>()
    /// Started or held since this began: next to what they were then.
    private var late = PagedArray<FetchID>()
    private var queued = PagedArray<FetchID>()
    private var failures = PagedArray<FetchID>()
    private var successes = PagedArray<FetchID>()

    init(_ store: FetchStore, at now: Moment) {
        var leading = store.active.map { (store[$0].since, $0) }.sorted { $0 < $1 }.map(\.1)
        leading += store.held.sorted()
        var bits = Array(repeating: 0 as UInt64, count: (store.count + 63) / 64)
        for id in leading { Self.mark(id, in: &bits) }
        var failures: [FetchID] = []
        var successes: [FetchID] = []
        for id in store.recentlyFinished.reversed() {
            let fetch = store[id]
            guard now - fetch.since < Self.freshFor else { break }
            // Retried and finished again, a fetch is in that list twice.
            guard fetch.state.isFinished, !Self.isMarked(id, in: bits) else { continue }
            Self.mark(id, in: &bits)
            if fetch.state.isFailure { failures.append(id) } else { successes.append(id) }
        }
        self.leading = leading + failures.sorted() + successes.sorted()
        leadingBits = bits
    }

    private static func isMarked(_ id: FetchID, in bits: [UInt64]) -> Bool {
        bits[id.index >> 6] & 1 << UInt64(id.index & 63) != 0
    }

    private static func mark(_ id: FetchID, in bits: inout [UInt64]) {
        bits[id.index >> 6] |= 1 << UInt64(id.index & 63)
    }

    func isLeading(_ id: FetchID) -> Bool { Self.isMarked(id, in: leadingBits) }

    mutating func takeLeading(_ id: FetchID) { head.append(id) }

    /// Takes a fetch that does not lead.
    mutating func take(_ id: FetchID, _ state: FetchState) {
        if state == .queued {
            queued.append(id)
        } else if !state.isFinished {
            late.append(id)
        } else if state.isFailure {
            failures.append(id)
        } else {
            successes.append(id)
        }
    }

    var count: Int { head.count + late.count + queued.count + failures.count + successes.count }

    /// The fetches in order, a part after the other.
    var parts: [PagedArray<FetchID>] { [head, late, queued, failures, successes] }
}
