/// One live named future, as the loop's list of them shows it.
public struct LiveFuture: Sendable {
    /// Its name.
    public let name: String
    /// When it was made.
    public let since: LoopInstant
    /// `pending`, `succeeded`, `failed` or `cancelled`.
    public let state: String
    /// What its coroutine waits for, such as `fetch`; nil when it has none, or one that does not wait.
    public let waitingFor: String?
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

    /// The coroutines behind those that have one under way. - Complexity: O(n).
    var coroutines: [CoroutineID: (name: String, since: LoopInstant)] {
        var coroutines: [CoroutineID: (name: String, since: LoopInstant)] = [:]
        for entry in entries.values where entry.future.coroutine != .none {
            coroutines[entry.future.coroutine] = (entry.future.name, entry.since)
        }
        return coroutines
    }

    /// - Parameter waits: what suspended coroutines wait for.
    func all(_ waits: [CoroutineID: String]) -> [LiveFuture] {
        entries.values.map { entry in
            let state =
                switch entry.future.status {
                case .pending: "pending"
                case .succeeded: "succeeded"
                case .failed: "failed"
                case .cancelled: "cancelled"
                }
            return LiveFuture(
                name: entry.future.name, since: entry.since, state: state, waitingFor: waits[entry.future.coroutine])
        }
    }
}

extension EventLoop {
    /// The named futures that are still referenced, oldest first. - Complexity: O(n log n).
    public var liveFutures: [LiveFuture] {
        requireThread("EventLoop.liveFutures")
        return named.all(waits).sorted { $0.since < $1.since }
    }
}
