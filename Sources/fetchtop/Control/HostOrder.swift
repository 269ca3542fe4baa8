/// Hosts in the order of their view: those with work left first, the larger first, ties by what came first.
enum HostOrder {
    struct Weighted: Sendable {
        let weight: Int
        let id: HostID
    }

    static func weighted(_ store: FetchStore) -> [Weighted] {
        store.hosts.hosts.indices.map { Weighted(weight: weight(store.hosts.hosts[$0]), id: HostID(index: $0)) }
    }

    static func precedes(_ a: Weighted, _ b: Weighted) -> Bool {
        a.weight == b.weight ? a.id.index < b.id.index : a.weight > b.weight
    }

    private static func weight(_ host: Host) -> Int {
        host.counts.finished == host.counts.total ? host.counts.failures : 1_000_000_000 + host.counts.total
    }
}
