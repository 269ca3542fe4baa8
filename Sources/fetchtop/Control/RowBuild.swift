/// Makes the rows anew, in pieces: which fetches pass the filter, in which order, in which groups.
///
/// A piece ends when its caller's time is over, so that 100,000 fetches are filtered and sorted without holding up one
/// turn of the loop; until the last piece is done the old rows stay. Fetches that change meanwhile stand where they
/// stood when they were looked at; those added meanwhile come with the next build.
struct RowBuild {
    private let store: FetchStore
    private let query: FetchQuery
    private let arrangement: RowArrangement
    private let tagged: Set<FetchID>
    private let now: Moment
    /// How many fetches there were when it began.
    private let count: Int

    private enum Stage { case prepare, collect, sort, join, group, place }
    private var stage: Stage
    private var cursor = 0
    private var ids: [FetchID] = []
    private var keyed: [Keyed] = []
    private var sorting: SlicedSort<Keyed>?
    private var attention: AttentionOrder?
    private var order: StaticOrder?
    /// The fetches in their static order.
    private var source: [FetchID]?
    private var groups: RowGroups?
    private var rows: [TableRow] = []
    private var places: [Int32] = []

    /// How many fetches are dealt with between two looks at the time.
    private static let stride = 256

    private struct Keyed {
        let key: Double
        let id: FetchID
    }

    /// - Parameter order: What an earlier build found out of a static order, if it is needed.
    init(
        _ store: FetchStore, query: FetchQuery, arrangement: RowArrangement, tagged: Set<FetchID>,
        order: StaticOrder?, at now: Moment
    ) {
        self.store = store
        self.query = query
        self.arrangement = arrangement
        self.tagged = tagged
        self.now = now
        self.order = order
        count = store.count
        stage = order == nil ? .collect : .prepare
        if arrangement.sort == .attention { attention = AttentionOrder(store, at: now) }
    }

    /// How many fetches passed the filter so far.
    var matchCount: Int { attention?.count ?? max(ids.count, keyed.count, sorting?.elements.count ?? 0) }
    /// The static order, for the next build.
    var finishedOrder: StaticOrder? { order }

    /// Goes on until the time is over; the rows when they are done.
    mutating func step(until isOver: () -> Bool) -> RowIndex? {
        while true {
            switch stage {
            case .prepare:
                guard order?.extend(store, to: count, until: isOver) != false else { return nil }
                source = order?.ids
                stage = .collect
            case .collect:
                guard collect(until: isOver) else { return nil }
                stage = keyed.isEmpty ? .join : .sort
                cursor = 0
            case .sort:
                if sorting == nil { sorting = SlicedSort(keyed) }
                let isSorted = sorting?.step({ $0.key == $1.key ? $0.id < $1.id : $0.key < $1.key }, until: isOver)
                guard isSorted == true else { return nil }
                ids = sorting?.elements.map(\.id) ?? []
                sorting = nil
                keyed = []
                stage = .group
            case .join:
                if let attention { ids = attention.joined }
                attention = nil
                if arrangement.isInverted { ids.reverse() }
                stage = .group
            case .group:
                guard group(until: isOver) else { return nil }
                places = Array(repeating: -1, count: count)
                stage = .place
                cursor = 0
            case .place:
                guard place(until: isOver) else { return nil }
                return RowIndex(rows: rows, fetchCount: ids.count, places: places)
            }
            if isOver() { return nil }
        }
    }

    // MARK: - Stages

    /// Looks at every fetch once.
    private mutating func collect(until isOver: () -> Bool) -> Bool {
        let total = (attention?.leading.count ?? 0) + count
        while cursor < total {
            for _ in 0..<Self.stride where cursor < total {
                take(cursor)
                cursor += 1
            }
            if isOver(), cursor < total { return false }
        }
        return true
    }

    private mutating func take(_ index: Int) {
        if attention != nil { return takeForAttention(index) }
        let id = source?[index] ?? FetchID(index: index)
        guard passes(id) else { return }
        if source != nil || arrangement.sort == .id {
            ids.append(id)
        } else {
            keyed.append(Keyed(key: key(of: id), id: id))
        }
    }

    private mutating func takeForAttention(_ index: Int) {
        guard let leading = attention?.leading.count else { return }
        if index < leading {
            guard let id = attention?.leading[index] else { return }
            if passes(id) { attention?.takeLeading(id) }
        } else {
            let id = FetchID(index: index - leading)
            guard attention?.isLeading(id) == false, passes(id) else { return }
            attention?.take(id, store[id].state)
        }
    }

    private func passes(_ id: FetchID) -> Bool {
        query.isAll || query.matches(id, in: store, at: now, isTagged: tagged.contains)
    }

    /// What is compared; without a value a row comes last whichever way.
    private func key(of id: FetchID) -> Double {
        let isDescending = arrangement.sort.isNaturallyDescending != arrangement.isInverted
        return SortOrder.value(arrangement.sort, store[id], now).map { isDescending ? -$0 : $0 } ?? .infinity
    }

    private mutating func group(until isOver: () -> Bool) -> Bool {
        guard arrangement.isGrouped else { return true }
        if groups == nil {
            groups = RowGroups()
            cursor = 0
        }
        while cursor < ids.count {
            for _ in 0..<Self.stride where cursor < ids.count {
                groups?.add(ids[cursor], of: store[ids[cursor]].host)
                cursor += 1
            }
            if isOver() { return false }
        }
        rows = groups?.rows ?? []
        groups = nil
        return true
    }

    private mutating func place(until isOver: () -> Bool) -> Bool {
        if arrangement.isGrouped { return placeGrouped(until: isOver) }
        if rows.isEmpty { rows.reserveCapacity(ids.count) }
        while cursor < ids.count {
            for _ in 0..<Self.stride where cursor < ids.count {
                places[ids[cursor].index] = Int32(cursor)
                rows.append(.fetch(ids[cursor]))
                cursor += 1
            }
            if isOver(), cursor < ids.count { return false }
        }
        return true
    }

    private mutating func placeGrouped(until isOver: () -> Bool) -> Bool {
        while cursor < rows.count {
            for _ in 0..<Self.stride where cursor < rows.count {
                if case .fetch(let id) = rows[cursor] { places[id.index] = Int32(cursor) }
                cursor += 1
            }
            if isOver(), cursor < rows.count { return false }
        }
        return true
    }
}

/// Rows under the headings of their hosts, in the order of the first row of each: the group with the most urgent fetch
/// leads.
private struct RowGroups {
    private var order: [HostID] = []
    private var members: [HostID: [FetchID]] = [:]

    mutating func add(_ id: FetchID, of host: HostID) {
        if members[host] == nil { order.append(host) }
        members[host, default: []].append(id)
    }

    var rows: [TableRow] { order.flatMap { host in [.group(host)] + (members[host] ?? []).map { .fetch($0) } } }
}
