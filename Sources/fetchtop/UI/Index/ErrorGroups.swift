/// What went wrong, by class of error and host.
struct ErrorGroups: Sendable {
    struct Key: Hashable, Sendable {
        /// nil for an HTTP status.
        let failure: FailureKind?
        let status: UInt16
        let host: HostID

        init(_ fetch: Fetch) {
            failure = fetch.failure
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

    /// By number: a group has the same as long as the run lasts, and nobody in it for a time, perhaps.
    private var groups = PagedArray<Group>()
    private var numbersByKey: [Key: Int] = [:]
    /// How many there are with somebody in them.
    private(set) var count = 0
    private(set) var total = 0

    mutating func add(_ fetch: Fetch, at now: Moment) {
        let key = Key(fetch)
        let number = numbersByKey[key] ?? groups.count
        if number == groups.count {
            numbersByKey[key] = number
            groups.append(Group(key: key, firstSeen: now, lastSeen: now, sample: fetch.id))
        }
        if groups[number].count == 0 {
            count += 1
            groups[number] = Group(key: key, firstSeen: now, lastSeen: now, sample: fetch.id)
        }
        groups[number].count += 1
        groups[number].lastSeen = now
        groups[number].sample = fetch.id
        total += 1
    }

    /// A fetch that failed, and says so still, was put into the queue again: it is no error any more.
    mutating func remove(_ fetch: Fetch) {
        guard let number = numbersByKey[Key(fetch)], groups[number].count > 0 else { return }
        total -= 1
        groups[number].count -= 1
        if groups[number].count == 0 { count -= 1 }
    }

    /// One more than the highest number of a group.
    var numbers: Int { groups.count }

    subscript(number: Int) -> Group { groups[number] }

    func number(of key: Key) -> Int? { numbersByKey[key] }

    /// The group, as long as there is somebody in it.
    subscript(key: Key) -> Group? { numbersByKey[key].flatMap { groups[$0].count > 0 ? groups[$0] : nil } }
}
