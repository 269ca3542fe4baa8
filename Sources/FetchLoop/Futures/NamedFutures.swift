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
        let name: String
        let since: LoopInstant
        let state: () -> String
    }

    private var entries: [ObjectIdentifier: Entry] = [:]

    mutating func insert<Value>(_ future: Future<Value>) {
        entries[ObjectIdentifier(future)] = Entry(name: future.name, since: future.loop.now) { [unowned future] in
            switch future.state {
            case .pending: "pending"
            case .succeeded: "succeeded"
            case .failed: "failed"
            case .cancelled: "cancelled"
            }
        }
    }

    mutating func remove(_ id: ObjectIdentifier) { entries[id] = nil }

    var all: [LiveFuture] {
        entries.values.map { LiveFuture(name: $0.name, since: $0.since, state: $0.state()) }
    }
}

extension EventLoop {
    /// The named futures that are still referenced, oldest first. - Complexity: O(n log n).
    public var liveFutures: [LiveFuture] { named.all.sorted { $0.since < $1.since } }
}
