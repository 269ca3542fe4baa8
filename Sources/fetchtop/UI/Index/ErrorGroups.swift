/// What went wrong, by class of error and host.
struct ErrorGroups: Sendable {
    struct Key: Hashable, Sendable {
        /// nil for an HTTP status.
        let failure: FailureKind?
        let status: UInt16
        let host: HostID

        init(_ fetch: Fetch) {
            failure = fetch.state == .httpError ? nil : fetch.failure
            status = failure == nil ? fetch.status : 0
            host = fetch.host
        }
    }

    struct Group: Sendable {
        let key: Key
        var count = 0
        let firstSeen: Moment
        var lastSeen: Moment
        /// One of them, to show what it looks like.
        var sample: FetchID
    }

    private(set) var groups: [Key: Group] = [:]
    private var keys: [FetchID: Key] = [:]
    private(set) var total = 0

    mutating func add(_ fetch: Fetch, at now: Moment) {
        remove(fetch.id)
        let key = Key(fetch)
        keys[fetch.id] = key
        groups[key, default: Group(key: key, firstSeen: now, lastSeen: now, sample: fetch.id)].count += 1
        groups[key]?.lastSeen = now
        groups[key]?.sample = fetch.id
        total += 1
    }

    /// A failed fetch was put into the queue again: it is no error any more.
    mutating func remove(_ id: FetchID) {
        guard let key = keys.removeValue(forKey: id), let group = groups[key] else { return }
        total -= 1
        if group.count == 1 { groups[key] = nil } else { groups[key]?.count -= 1 }
    }

    /// The largest first; ties by what came first.
    var ordered: [Group] {
        groups.values.sorted { a, b in
            if a.count != b.count { return a.count > b.count }
            return a.firstSeen == b.firstSeen ? a.sample < b.sample : a.firstSeen < b.firstSeen
        }
    }

    /// The fetches of a group. - Complexity: O(failures); for a command, not for a frame.
    func members(of key: Key) -> [FetchID] { keys.filter { $0.value == key }.map(\.key).sorted() }
}
