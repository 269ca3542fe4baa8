/// Orders ids by one column. Rows without a value come last whichever way; ties by id.
enum SortOrder {
    static func sorted(_ ids: [FetchID], by key: SortKey, in store: FetchStore, at now: Moment) -> [FetchID] {
        switch key {
        case .attention: return ids
        case .id: return ids
        case .url: return ids.sorted { less(store.urlBytes(of: $0), store.urlBytes(of: $1)) ?? ($0 < $1) }
        case .host:
            return ids.sorted {
                let (left, right) = (store.host(of: $0).name, store.host(of: $1).name)
                return left == right ? $0 < $1 : left < right
            }
        default:
            let sign = key.isNaturallyDescending ? -1.0 : 1.0
            // One number a row: sorting asks for it n log n times.
            let keyed = ids.map { id in (value(key, store[id], now).map { $0 * sign } ?? .infinity, id) }
            return keyed.sorted { $0.0 == $1.0 ? $0.1 < $1.1 : $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func value(_ key: SortKey, _ fetch: Fetch, _ now: Moment) -> Double? {
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

    private static func less(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool? {
        if left.elementsEqual(right) { return nil }
        return left.lexicographicallyPrecedes(right)
    }
}
