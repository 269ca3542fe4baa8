/// The order of fetches by something that never changes: their URL or their host.
///
/// Comparing texts costs many times what comparing numbers does, so the order is kept and only what came in since is
/// sorted and merged into it.
struct StaticOrder {
    enum Key { case url, host }

    let key: Key
    private(set) var ids = PagedArray<FetchID>()
    private var unsorted = PagedArray<FetchID>()
    private var newcomers: SlicedSort<FetchID>?
    private var merged = PagedArray<FetchID>()
    private var next = (old: 0, new: 0)

    init(_ key: Key) { self.key = key }

    /// Takes in the fetches added since the last time; true when all of the first `count` are in order.
    mutating func extend(_ store: FetchStore, to count: Int, until isOver: () -> Bool) -> Bool {
        guard ids.count < count || newcomers != nil else { return true }
        if newcomers == nil {
            while ids.count + unsorted.count < count {
                for _ in 0..<256 where ids.count + unsorted.count < count {
                    unsorted.append(FetchID(index: ids.count + unsorted.count))
                }
                if isOver() { return false }
            }
            newcomers = SlicedSort(unsorted)
            unsorted = PagedArray()
        }
        let key = key
        func less(_ a: FetchID, _ b: FetchID) -> Bool { Self.precedes(a, b, key, store) }
        guard newcomers?.step(less, until: isOver) == true, let new = newcomers?.elements else { return false }
        while merged.count < ids.count + new.count {
            for _ in 0..<256 where merged.count < ids.count + new.count {
                let takesOld =
                    next.new == new.count || next.old < ids.count && !less(new[next.new], ids[next.old])
                merged.append(takesOld ? ids[next.old] : new[next.new])
                if takesOld { next.old += 1 } else { next.new += 1 }
            }
            if isOver(), merged.count < ids.count + new.count { return false }
        }
        ids = merged
        merged = PagedArray()
        next = (0, 0)
        newcomers = nil
        // A producer may have added more while this was going on.
        return ids.count >= count ? true : extend(store, to: count, until: isOver)
    }

    private static func precedes(_ a: FetchID, _ b: FetchID, _ key: Key, _ store: FetchStore) -> Bool {
        switch key {
        case .url: return precedes(store.urlBytes(of: a), store.urlBytes(of: b)) ?? (a < b)
        case .host:
            let (left, right) = (store[a].host, store[b].host)
            if left == right { return a < b }
            return store.hosts.name(of: left) < store.hosts.name(of: right)
        }
    }

    private static func precedes(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool? {
        let (a, b) = (a.span, b.span)
        let count = min(a.count, b.count)
        var index = 0
        while index < count, a[index] == b[index] { index += 1 }
        if index < count { return a[index] < b[index] }
        return a.count == b.count ? nil : a.count < b.count
    }
}
