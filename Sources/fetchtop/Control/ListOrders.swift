/// The order of hosts and of error groups, refreshed at most once a second: lines one wants to read must not dance.
struct ListOrders {
    private(set) var hosts: [HostID] = []
    private(set) var errors: [ErrorGroups.Key] = []
    private var refreshedAt: Moment?
    private var sorting: SlicedSort<HostOrder.Weighted>?

    /// Goes on for as long as there is time: a run over 100,000 hosts has as many to put in order.
    mutating func refresh(_ store: FetchStore, _ index: RunIndex, at now: Moment, until isOver: () -> Bool) {
        if sorting == nil {
            // What is gone must go at once; what is new may wait.
            if let refreshedAt, now - refreshedAt < .seconds(1), errors.count <= index.errors.groups.count { return }
            refreshedAt = now
            errors = index.errors.ordered.map(\.key)
            sorting = SlicedSort(PagedArray(HostOrder.weighted(store)))
        }
        guard sorting?.step(HostOrder.precedes, until: isOver) == true else { return }
        hosts = sorting?.elements.map(\.id) ?? []
        sorting = nil
    }

    /// The hosts are being put in order.
    var isSorting: Bool { sorting != nil }

    mutating func setNeedsRefresh() {
        refreshedAt = nil
        sorting = nil
    }
}
