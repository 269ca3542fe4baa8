/// The order of hosts and of error groups, refreshed at most once a second: lines one wants to read must not dance.
struct ListOrders {
    private(set) var hosts = OrderedList<HostEntry>()
    private(set) var errors = OrderedList<ErrorEntry>()
    private var refreshedAt: Moment?
    private var hostBuild: OrderedList<HostEntry>.Build?
    private var errorBuild: OrderedList<ErrorEntry>.Build?

    /// Goes on for as long as there is time: a run over 100,000 hosts has as many to put in order.
    mutating func refresh(_ store: FetchStore, _ index: RunIndex, at now: Moment, until isOver: () -> Bool) {
        if !isSorting {
            // What is gone must go at once; what is new may wait.
            if let refreshedAt, now - refreshedAt < .seconds(1), errors.count <= index.errors.count { return }
            refreshedAt = now
            hostBuild = .init(count: store.hosts.hosts.count)
            errorBuild = .init(count: index.errors.numbers)
        }
        if let list = errorBuild?.step(until: isOver, entry: { ErrorEntry(index.errors[$0], number: $0) }) {
            (errors, errorBuild) = (list, nil)
        }
        guard errorBuild == nil else { return }
        if let list = hostBuild?.step(until: isOver, entry: { HostEntry(store.hosts.hosts[$0]) }) {
            (hosts, hostBuild) = (list, nil)
        }
    }

    /// They are being put in order.
    var isSorting: Bool { hostBuild != nil || errorBuild != nil }

    mutating func setNeedsRefresh() {
        refreshedAt = nil
        hostBuild = nil
        errorBuild = nil
    }
}

/// Those with work left first, the larger first, ties by what came first.
struct HostEntry: ListEntry {
    let item: HostID
    private let weight: Int

    var number: Int { item.index }

    init(_ host: Host) {
        item = host.id
        let isDone = host.counts.finished == host.counts.total
        weight = isDone ? host.counts.failures : 1_000_000_000 + host.counts.total
    }

    static func precedes(_ a: HostEntry, _ b: HostEntry) -> Bool {
        a.weight == b.weight ? a.number < b.number : a.weight > b.weight
    }
}

/// The largest first, ties by what came first.
struct ErrorEntry: ListEntry {
    let item: ErrorGroups.Key
    let number: Int
    private let count: Int
    private let firstSeen: Moment

    /// nil for a group that nobody is left in.
    init?(_ group: ErrorGroups.Group, number: Int) {
        guard group.count > 0 else { return nil }
        (item, self.number, count, firstSeen) = (group.key, number, group.count, group.firstSeen)
    }

    static func precedes(_ a: ErrorEntry, _ b: ErrorEntry) -> Bool {
        if a.count != b.count { return a.count > b.count }
        return a.firstSeen == b.firstSeen ? a.number < b.number : a.firstSeen < b.firstSeen
    }
}
