/// A line of the table: a fetch, or the heading of a group.
enum TableRow: Hashable, Sendable {
    case fetch(FetchID)
    case group(HostID)
}

/// What decides which rows there are and in which order.
struct RowArrangement: Sendable {
    var sort = SortKey.attention
    var isInverted = false
    var isGrouped = false
}

/// The rows that pass the filter, in order.
///
/// Rebuilt at most once a second and when the arrangement changes; between two times the values of rows change, their
/// places do not. Ids are sorted, never rows.
struct RowIndex: Sendable {
    private(set) var rows: [TableRow] = []
    /// Fetches among the rows: without headings.
    private(set) var fetchCount = 0
    /// Where each fetch stands, by its index in the store; -1 for those that are filtered out.
    private var places: [Int32] = []

    func place(of id: FetchID) -> Int? {
        guard id.index < places.count, places[id.index] >= 0 else { return nil }
        return Int(places[id.index])
    }

    /// The fetches in their order.
    var ids: some Sequence<FetchID> {
        rows.lazy.compactMap { row in if case .fetch(let id) = row { id } else { nil } }
    }

    /// - Complexity: O(n log n) for a sorted column, O(n) for the attention order.
    mutating func rebuild(
        _ store: FetchStore, query: FetchQuery, arrangement: RowArrangement, tagged: Set<FetchID>, at now: Moment
    ) {
        var ids: [FetchID]
        if arrangement.sort == .attention {
            ids = AttentionOrder.ids(in: store, at: now)
            if !query.isAll { ids = ids.filter { query.matches($0, in: store, at: now, isTagged: tagged.contains) } }
        } else {
            ids = (0..<store.count).map { FetchID(index: $0) }
            if !query.isAll { ids = ids.filter { query.matches($0, in: store, at: now, isTagged: tagged.contains) } }
            ids = SortOrder.sorted(ids, by: arrangement.sort, in: store, at: now)
        }
        if arrangement.isInverted { ids.reverse() }
        fetchCount = ids.count
        rows = arrangement.isGrouped ? Self.grouped(ids, in: store) : ids.map { .fetch($0) }
        places = Array(repeating: -1, count: store.count)
        for (place, row) in rows.enumerated() { if case .fetch(let id) = row { places[id.index] = Int32(place) } }
    }

    /// Groups in the order of their first rows, so the group with the most urgent fetch leads.
    private static func grouped(_ ids: [FetchID], in store: FetchStore) -> [TableRow] {
        var order: [HostID] = []
        var members: [HostID: [FetchID]] = [:]
        for id in ids {
            let host = store[id].host
            if members[host] == nil { order.append(host) }
            members[host, default: []].append(id)
        }
        return order.flatMap { host in [.group(host)] + (members[host] ?? []).map { .fetch($0) } }
    }
}
