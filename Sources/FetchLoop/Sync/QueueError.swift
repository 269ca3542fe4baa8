/// What an ``AsyncQueue`` refuses.
public enum QueueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `putNow` found no room. Tornado: `QueueFull`.
    case full
    /// `getNow` found no element. Tornado: `QueueEmpty`.
    case empty
    /// The queue was finished: nothing more is taken, or nothing more will come.
    case finished
    /// `taskDone` was called more often than there were puts.
    case noTaskLeft

    /// One sentence for people.
    public var description: String {
        switch self {
        case .full: "the queue is full"
        case .empty: "the queue is empty"
        case .finished: "the queue is finished"
        case .noTaskLeft: "taskDone was called more often than elements were put"
        }
    }
}
