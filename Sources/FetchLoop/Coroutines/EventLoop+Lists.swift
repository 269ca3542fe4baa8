/// A coroutine that waits for something of its loop.
public struct SuspendedCoroutine: Sendable, Hashable {
    /// The name it was spawned with; empty for one without.
    public let name: String
    /// What it waits for: `sleep`, `fetch`, `queue element`; for a future with a name, that, too: `future page 3`.
    public let waitingFor: String
    /// Since when it waits.
    public let since: LoopInstant
    /// When it was spawned; nil for one without a name.
    public let spawned: LoopInstant?
}

/// A timer that is to come.
public struct PendingTimer: Sendable, Hashable {
    /// What its callback is called in reports.
    public let name: String
    /// When it is due.
    public let deadline: LoopInstant
}

/// What a loop has to do and to wait for: for people who wonder why it does not end, or what it is busy with.
///
/// The futures with names are in ``EventLoop/liveFutures``, the descriptors in ``EventLoop/activeWatches``.
extension EventLoop {
    /// The coroutines that wait, those that have waited longest first. - Complexity: O(n log n).
    ///
    /// One that only lets others run first (``yield()``) is not among them.
    public var suspendedCoroutines: [SuspendedCoroutine] {
        requireThread("EventLoop.suspendedCoroutines")
        let names = named.coroutines
        return suspensions.all.map { suspension in
            let known = suspension.coroutine.flatMap { names[$0] }
            return SuspendedCoroutine(
                name: known?.name ?? "", waitingFor: suspension.description, since: suspension.since,
                spawned: known?.since)
        }.sorted { $0.since < $1.since }
    }

    /// The timers to come, the next first. - Complexity: O(n log n).
    public var pendingTimers: [PendingTimer] {
        requireThread("EventLoop.pendingTimers")
        return timers.pending.map { PendingTimer(name: "\($0.name)", deadline: $0.deadline) }
    }

    /// What each suspended coroutine waits for.
    var waits: [CoroutineID: String] {
        suspensions.all.reduce(into: [:]) { waits, suspension in
            if let coroutine = suspension.coroutine { waits[coroutine] = suspension.description }
        }
    }

    /// What to call a coroutine that took too long.
    func name(of coroutine: CoroutineID) -> String {
        if let known = named.coroutines[coroutine] { return known.name }
        if let name = endedNames[coroutine] { return name }
        let suspension = suspensions.all.first { $0.coroutine == coroutine }
        return suspension.map { "a coroutine that now waits for \($0.description)" } ?? "a coroutine"
    }
}

extension Suspension: CustomStringConvertible {
    /// The reason, and the name of what is waited for.
    var description: String { subject.isEmpty ? "\(reason)" : "\(reason) \(subject)" }
}
