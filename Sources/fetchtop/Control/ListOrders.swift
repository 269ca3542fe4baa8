/// The order of hosts and of error groups, refreshed at most once a second: lines one wants to read must not dance.
struct ListOrders {
    private(set) var hosts: [HostID] = []
    private(set) var errors: [ErrorGroups.Key] = []
    private var refreshedAt: Moment?

    mutating func refresh(_ store: FetchStore, _ index: RunIndex, at now: Moment) {
        if let refreshedAt, now - refreshedAt < .seconds(1) {
            // What is gone must go at once; what is new may wait.
            if errors.count <= index.errors.groups.count { return }
        }
        refreshedAt = now
        hosts = HostOrder.hosts(store).map(\.id)
        errors = index.errors.ordered.map(\.key)
    }

    mutating func setNeedsRefresh() { refreshedAt = nil }
}
