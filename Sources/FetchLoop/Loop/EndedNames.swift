/// The names of the coroutines that ended in the current turn: the report of a step that took too long comes after all
/// steps of the turn, and the one that is meant may be over by then.
struct EndedNames {
    private var entries: [(id: CoroutineID, name: String)] = []
    /// More at once are a crowd, in which no single one is looked for by name.
    private static let most = 1024

    subscript(coroutine: CoroutineID) -> String? {
        // The latest: an address may have been given away anew within the turn.
        entries.last { $0.id == coroutine }?.name
    }

    mutating func insert(_ coroutine: CoroutineID, _ name: String) {
        // One that ended in its first step never had an address of its own here.
        guard coroutine != .none, entries.count < Self.most else { return }
        entries.append((coroutine, name))
    }

    @inline(__always)
    mutating func removeAll() {
        if !entries.isEmpty { entries.removeAll(keepingCapacity: true) }
    }
}
