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

    private enum Stage { case prepare, collect, sort, strip, join, group, spread, clear, place }
    private var stage: Stage
    private var cursor = 0
    private var ids = PagedArray<FetchID>()
    private var keyed = PagedArray<Keyed>()
    private var sorting: SlicedSort<Keyed>?
    private var attention: AttentionOrder?
    private var order: StaticOrder?
    /// The fetches in their static order.
    private var source: PagedArray<FetchID>?
    /// The parts that are put together: of the attention order, or the groups.
    private var parts: [PagedArray<FetchID>] = []
    private var part = 0
    private var groups = RowGroups()
    private var rows = PagedArray<TableRow>()
    private var headings: [HostID: Int] = [:]
    private var places = PagedArray<Int32>()

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
        repeat {
            switch stage {
            case .prepare:
                guard order?.extend(store, to: count, until: isOver) != false else { return nil }
                source = order?.ids
                enter(.collect)
            case .collect:
                guard collect(until: isOver) else { return nil }
                enter(keyed.isEmpty ? attention == nil ? .group : .join : .sort)
            case .sort:
                if sorting == nil { beginSorting() }
                let isSorted = sorting?.step({ $0.key == $1.key ? $0.id < $1.id : $0.key < $1.key }, until: isOver)
                guard isSorted == true else { return nil }
                keyed = sorting?.elements ?? PagedArray()
                sorting = nil
                enter(.strip)
            case .strip:
                guard inPieces(of: keyed.count, until: isOver, { $0.ids.append($0.keyed[$1].id) }) else { return nil }
                keyed = PagedArray()
                enter(.group)
            case .join:
                if parts.isEmpty { beginJoining() }
                guard join(until: isOver) else { return nil }
                enter(.group)
            case .group:
                guard !arrangement.isGrouped || group(until: isOver) else { return nil }
                enter(arrangement.isGrouped ? .spread : .clear)
            case .spread:
                guard spread(until: isOver) else { return nil }
                enter(.clear)
            case .clear:
                guard inPieces(of: count, until: isOver, { build, _ in build.places.append(-1) }) else { return nil }
                enter(.place)
            case .place:
                guard place(until: isOver) else { return nil }
                return RowIndex(rows: rows, fetchCount: ids.count, places: places, headings: headings)
            }
        } while !isOver()
        return nil
    }

    private mutating func enter(_ next: Stage) {
        stage = next
        cursor = 0
        part = 0
    }

    /// Does something for every number below a count, a few between two looks at the time; true when that is all.
    private mutating func inPieces(
        of total: Int, until isOver: () -> Bool, _ body: (inout RowBuild, Int) -> Void
    ) -> Bool {
        while cursor < total {
            for _ in 0..<Self.stride where cursor < total {
                body(&self, cursor)
                cursor += 1
            }
            if cursor < total, isOver() { return false }
        }
        return true
    }

    // MARK: - Stages

    /// Looks at every fetch once.
    private mutating func collect(until isOver: () -> Bool) -> Bool {
        inPieces(of: (attention?.leading.count ?? 0) + count, until: isOver) { $0.take($1) }
    }

    private mutating func take(_ index: Int) {
        if attention != nil { return takeForAttention(index) }
        guard source != nil || arrangement.sort == .id else {
            let id = FetchID(index: index)
            if passes(id) { keyed.append(Keyed(key: key(of: id), id: id)) }
            return
        }
        let place = arrangement.isInverted ? count - 1 - index : index
        let id = source?[place] ?? FetchID(index: place)
        if passes(id) { ids.append(id) }
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

    private mutating func beginSorting() {
        sorting = SlicedSort(keyed)
        // Held twice, every page would be copied when it is sorted.
        keyed = PagedArray()
    }

    private mutating func beginJoining() {
        parts = attention?.parts ?? []
        attention = nil
        if arrangement.isInverted { parts.reverse() }
    }

    /// Puts the parts of the attention order one after the other.
    private mutating func join(until isOver: () -> Bool) -> Bool {
        let isInverted = arrangement.isInverted
        while part < parts.count {
            let isWhole = inPieces(of: parts[part].count, until: isOver) { build, index in
                let ids = build.parts[build.part]
                build.ids.append(ids[isInverted ? ids.count - 1 - index : index])
            }
            guard isWhole else { return false }
            part += 1
            cursor = 0
        }
        parts = []
        return true
    }

    /// Puts each fetch into the group of its host.
    private mutating func group(until isOver: () -> Bool) -> Bool {
        inPieces(of: ids.count, until: isOver) { build, index in
            let id = build.ids[index]
            build.groups.add(id, of: build.store[id].host)
        }
    }

    /// Puts the groups one after the other, each behind its heading.
    private mutating func spread(until isOver: () -> Bool) -> Bool {
        while part < groups.order.count {
            let host = groups.order[part]
            if cursor == 0 {
                headings[host] = rows.count
                rows.append(.group(host))
            }
            let isWhole = inPieces(of: groups.members(of: host).count, until: isOver) { build, index in
                build.rows.append(.fetch(build.groups.members(of: host)[index]))
            }
            guard isWhole else { return false }
            part += 1
            cursor = 0
        }
        groups = RowGroups()
        return true
    }

    private mutating func place(until isOver: () -> Bool) -> Bool {
        if arrangement.isGrouped {
            return inPieces(of: rows.count, until: isOver) { build, index in
                if case .fetch(let id) = build.rows[index] { build.places[id.index] = Int32(index) }
            }
        }
        return inPieces(of: ids.count, until: isOver) { build, index in
            let id = build.ids[index]
            build.places[id.index] = Int32(index)
            build.rows.append(.fetch(id))
        }
    }
}

/// Rows under the headings of their hosts, in the order of the first row of each: the group with the most urgent fetch
/// leads.
private struct RowGroups {
    private(set) var order: [HostID] = []
    private var fetches: [HostID: PagedArray<FetchID>] = [:]

    mutating func add(_ id: FetchID, of host: HostID) {
        if fetches[host] == nil { order.append(host) }
        fetches[host, default: PagedArray()].append(id)
    }

    func members(of host: HostID) -> PagedArray<FetchID> { fetches[host] ?? PagedArray() }
}
