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
/// Made anew by a `RowBuild` at most once a second and when the arrangement changes; between two times the values of
/// rows change, their places do not. Ids are sorted, never rows.
struct RowIndex: Sendable {
    private(set) var rows = PagedArray<TableRow>()
    /// Fetches among the rows: without headings.
    private(set) var fetchCount = 0
    /// Where each fetch stands, by its index in the store; -1 for those that are filtered out.
    private var places = PagedArray<Int32>()

    /// Where the headings of the groups stand.
    private var headings: [HostID: Int] = [:]

    init() {}

    init(rows: PagedArray<TableRow>, fetchCount: Int, places: PagedArray<Int32>, headings: [HostID: Int]) {
        self.rows = rows
        self.fetchCount = fetchCount
        self.places = places
        self.headings = headings
    }

    /// How many fetches there were to choose from.
    var storeCount: Int { places.count }

    func place(of id: FetchID) -> Int? {
        guard id.index < places.count, places[id.index] >= 0 else { return nil }
        return Int(places[id.index])
    }

    /// Where the heading of a host's group stands.
    func heading(of host: HostID) -> Int? { headings[host] }

    /// The fetches in their order.
    var ids: some Sequence<FetchID> {
        rows.lazy.compactMap { row in if case .fetch(let id) = row { id } else { nil } }
    }
}
