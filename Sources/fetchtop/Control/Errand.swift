/// Something done to many fetches, a piece at a time: looking for those that a command means, or doing it to them.
///
/// A piece ends when its caller's time is over, so that `:cancel where EXPR` over 100,000 fetches holds up no turn of
/// the loop. What is about few fetches is over with the first piece, within the command.
struct Errand {
    /// Which fetches are looked at, in their order.
    enum Fetches {
        /// All there are when it begins.
        case all(Int)
        case these([FetchID])
        /// What is no fetch yet: each has only its number among so many, as an ID's `index`.
        case numbers(Int)

        var count: Int {
            switch self {
            case .all(let count), .numbers(let count): count
            case .these(let ids): ids.count
            }
        }

        subscript(place: Int) -> FetchID {
            switch self {
            case .all, .numbers: FetchID(index: place)
            case .these(let ids): ids[place]
            }
        }
    }

    /// What is seen of one that takes its time.
    struct Progress: Hashable, Sendable {
        let title: DisplayText
        let done: Int
        let count: Int
    }

    private let title: DisplayText
    private let fetches: Fetches
    private let take: (FetchID) -> Bool
    private let finish: (_ taken: [FetchID], _ looked: Int) -> Void
    private var done = 0
    private var taken: [FetchID] = []

    /// How many fetches are dealt with between two looks at the time.
    private static let stride = 32

    /// - Parameters:
    ///   - take: Looks at one, or does something to it; whether it counts.
    ///   - finish: Gets those that counted, and how many were looked at: fewer than all when it was given up.
    init(
        _ title: DisplayText, _ fetches: Fetches, take: @escaping (FetchID) -> Bool,
        finish: @escaping (_ taken: [FetchID], _ looked: Int) -> Void
    ) {
        self.title = title
        self.fetches = fetches
        self.take = take
        self.finish = finish
    }

    var progress: Progress { Progress(title: title, done: done, count: fetches.count) }

    /// Goes on until the time is over; true when all were looked at.
    mutating func step(until isOver: () -> Bool) -> Bool {
        while done < fetches.count {
            for _ in 0..<Self.stride where done < fetches.count {
                let id = fetches[done]
                done += 1
                if take(id) { taken.append(id) }
            }
            if isOver(), done < fetches.count { return false }
        }
        return true
    }

    /// Hands over what came of it, at the end or where it was given up.
    func end() { finish(taken, done) }
}
