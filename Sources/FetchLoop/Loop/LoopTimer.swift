/// A callback due at one instant. Made by ``EventLoop/after(_:name:_:)`` and ``EventLoop/at(_:name:_:)``.
///
/// Tornado: the handle that `call_later` returns and `remove_timeout` takes.
public final class LoopTimer {
    /// When the callback is due.
    public let deadline: LoopInstant
    /// What the callback is called in reports.
    public let name: StaticString
    @safe @exclusivity(unchecked) var callback: (() throws -> Void)?
    // Not weak: a weakly referenced object counts its references in a side table, slowly, and the loop is the most
    // referenced of all. A loop that goes takes the callbacks of its timers with it, so `cancel` never looks further.
    private unowned let loop: EventLoop

    init(deadline: LoopInstant, name: StaticString, loop: EventLoop, callback: @escaping () throws -> Void) {
        self.deadline = deadline
        self.name = name
        self.loop = loop
        self.callback = callback
    }

    /// Whether the callback is still to come.
    public var isPending: Bool { callback != nil }

    /// Takes the timer back; after it fired, or a second time, that is no error.
    ///
    /// A timer that is due in this very turn does not fire any more.
    public func cancel() {
        guard callback != nil else { return }
        loop.requireThread("LoopTimer.cancel")
        callback = nil
        loop.timers.noteCancelled()
    }
}
