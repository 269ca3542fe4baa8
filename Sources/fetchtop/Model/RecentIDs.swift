import DequeModule

/// The last ids of something, oldest first, at most `capacity` of them.
struct RecentIDs {
    private(set) var elements = Deque<FetchID>()
    let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    /// Appends an id and returns the one that fell out, if one did.
    @discardableResult
    mutating func append(_ id: FetchID) -> FetchID? {
        elements.append(id)
        return elements.count > capacity ? elements.popFirst() : nil
    }
}
