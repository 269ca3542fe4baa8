/// One live named future, as the loop's list of them shows it.
public struct LiveFuture: Sendable {
    /// Its name.
    public let name: String
    /// When it was made.
    public let since: LoopInstant
    /// `pending`, `succeeded`, `failed` or `cancelled`.
    public let state: String
}

/// The named futures of a loop that are still referenced, whether done or not.
struct NamedFutures {
    private struct Entry {
        unowned let future: AnyFuture
        let since: LoopInstant
    }

    private var entries: [ObjectIdentifier: Entry] = [:]

    mutating func insert(_ future: AnyFuture) {
        entries[ObjectIdentifier(future)] = Entry(future: future, since: future.loop.now)
    }

    mutating func remove(_ future: AnyFuture) { entries[ObjectIdentifier(future)] = nil }

    var all: [LiveFuture] {
        entries.values.map { entry in
            let state =
                switch entry.future.status {
                case .pending: "pending"
                case .succeeded: "succeeded"
                case .failed: "failed"
                case .cancelled: "cancelled"
                }
            return LiveFuture(name: entry.future.name, since: entry.since, state: state)
        }
    }
}

extension EventLoop {
    /// The named futures that are still referenced, oldest first. - Complexity: O(n log n).
    public var liveFutures: [LiveFuture] { named.all.sorted { $0.since < $1.since } }
}
