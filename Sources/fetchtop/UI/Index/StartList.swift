import DequeModule

/// The attempts that started last, in order: the rows of the timeline.
struct StartList: Sendable {
    struct Start: Hashable, Sendable {
        let id: FetchID
        let at: Moment
    }

    static let limit = 4_096
    private(set) var elements = Deque<Start>()

    /// When the first of the last `count` began; nil when there are no more than `limit`.
    func beginning(ofLast count: Int, ifMoreThan limit: Int) -> Moment? {
        elements.count > limit ? elements[elements.count - count].at : nil
    }

    mutating func append(_ id: FetchID, at now: Moment) {
        elements.append(Start(id: id, at: now))
        if elements.count > Self.limit { elements.removeFirst() }
    }
}
