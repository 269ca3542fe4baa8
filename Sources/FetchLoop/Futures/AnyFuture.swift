/// What futures of every type have in common: an end, waiters, callbacks, cancellation. Not generic, so that it is
/// compiled once and a wait costs no look-up of types.
public class AnyFuture {
    @usableFromInline enum Status {
        case pending, succeeded, cancelled
        case failed(any Error)
    }

    /// The loop that the future belongs to.
    public let loop: EventLoop
    /// What the future is called in reports and in the list of live futures.
    public let name: String
    @safe @exclusivity(unchecked) @usableFromInline private(set) final var status = Status.pending
    /// The coroutine that produces the value; cancelled with the future.
    @safe @exclusivity(unchecked) @usableFromInline final var task: Task<Void, Never>?
    @safe @exclusivity(unchecked) @usableFromInline final var onCancel: (() -> Void)?
    /// Nearly every future has one waiter, and an array is an allocation.
    @safe @exclusivity(unchecked) private final var firstWaiter: Suspension?
    @safe @exclusivity(unchecked) private final var moreWaiters: [Suspension] = []
    @safe @exclusivity(unchecked) private final var callbacks: [FutureCallback] = []
    @safe @exclusivity(unchecked) @usableFromInline final var wasObserved = false
    /// Whether a callback stands that reports an error which comes too late for those who waited.
    @safe @exclusivity(unchecked) final var reportsLateError = false
    /// The coroutine behind a named future, while it is under way.
    @safe @exclusivity(unchecked) final var coroutine = CoroutineID.none

    @usableFromInline init(loop: EventLoop, name: String) {
        self.loop = loop
        self.name = name
        if !name.isEmpty { loop.named.insert(self) }
    }

    deinit {
        if !name.isEmpty { loop.named.remove(self) }
        if case .failed(let error) = status, !wasObserved, !isCancellation(error) {
            loop.onDiagnostic(.neverRetrieved(name: name, error: error))
        }
    }

    /// Whether there is a value or an error, or the future was cancelled.
    @inlinable public final var isDone: Bool {
        if case .pending = status { false } else { true }
    }

    /// Whether the future was cancelled.
    public final var isCancelled: Bool {
        if case .cancelled = status { true } else { false }
    }

    /// Ends the future with `CancellationError` and tells its producer, so that a fetch gives back its slot at once.
    ///
    /// Returns false, without effect, when the future is done already.
    @discardableResult
    public final func cancel() -> Bool {
        let producer = (task, onCancel)
        guard settle(.cancelled) else { return false }
        producer.0?.cancel()
        producer.1?()
        return true
    }

    /// Ends the future with an error; false when it was over before. An error dropped because the future was
    /// cancelled is reported.
    @usableFromInline final func fail(_ error: any Error) -> Bool {
        if settle(.failed(error)) { return true }
        if isCancelled && !FetchLoop.isCancellation(error) { loop.onDiagnostic(.dropped(name: name, error: error)) }
        return false
    }

    /// Ends the future; false when it was over before.
    @usableFromInline final func settle(_ outcome: Status) -> Bool {
        guard case .pending = status else { return false }
        loop.requireThread("Settling a Future")
        status = outcome
        task = nil
        onCancel = nil
        if let waiter = firstWaiter {
            wasObserved = true
            firstWaiter = nil
            waiter.resume()
            if !moreWaiters.isEmpty {
                for waiter in moreWaiters { waiter.resume() }
                moreWaiters = []
            }
        }
        if !callbacks.isEmpty {
            for callback in callbacks { schedule(callback) }
            callbacks = []
        }
        return true
    }

    // MARK: Waiting

    /// Waits for the end. A cancelled waiter cancels the future.
    @usableFromInline final func waitUntilDone() async throws(CancellationError) {
        guard case .pending = status else { return }
        let suspension = addWaiter()
        guard await suspension.wait() == .cancelled else { return }
        removeWaiter(suspension)
        cancel()
        throw CancellationError()
    }

    /// Waits for the end, whatever becomes of the waiting coroutine: a cancellation of it is told to `onCancel`, and
    /// the wait goes on.
    ///
    /// - Throws: `CancellationError` when the loop is closed meanwhile.
    final func waitForEnd(onCancel: () -> Void) async throws(CancellationError) {
        while case .pending = status {
            let isToldAlready = Task.isCancelled
            if isToldAlready { onCancel() }
            guard case .pending = status else { return }
            let suspension = addWaiter()
            let outcome = isToldAlready ? await suspension.waitDespiteCancellation() : await suspension.wait()
            if outcome == .resumed { return }
            removeWaiter(suspension)
            if isToldAlready || !Task.isCancelled {
                onCancel()
                throw CancellationError()
            }
        }
    }

    private final func addWaiter() -> Suspension {
        let suspension = Suspension(loop, waitingFor: "future")
        if !name.isEmpty { suspension.subject = name }
        if firstWaiter == nil { firstWaiter = suspension } else { moreWaiters.append(suspension) }
        return suspension
    }

    private final func removeWaiter(_ suspension: Suspension) {
        if firstWaiter === suspension {
            firstWaiter = moreWaiters.isEmpty ? nil : moreWaiters.removeFirst()
        } else {
            moreWaiters.removeAll { $0 === suspension }
        }
    }

    // MARK: Callbacks

    final func add(_ callback: FutureCallback) {
        loop.requireThread("Future.whenDone")
        wasObserved = true
        guard !isDone else { return schedule(callback) }
        if callbacks.count == callbacks.capacity && callbacks.count >= 8 { dropCancelledCallbacks() }
        callbacks.append(callback)
    }

    /// Instead of growing: who waits again and again for a while, and takes the callback back each time, leaves nothing.
    @inline(never)
    private final func dropCancelledCallbacks() {
        let room = callbacks.capacity
        callbacks.removeAll { $0.isCancelled }
        // Half of it is free, or else the next time is a long way off: O(1) for each callback in the end.
        if callbacks.count > room / 2 { callbacks.reserveCapacity(2 * room) }
    }

    /// Callbacks in memory, those included that were taken back; for tests.
    final var storedCallbacks: Int { callbacks.count }

    private final func schedule(_ callback: FutureCallback) {
        // The future stays alive until its callbacks ran: they refer to it unowned.
        loop.onNextTurn(name: "future callback") { [self] in
            try callback.body?()
            _ = self
        }
    }
}

/// A callback of ``Future/whenDone(_:)``, to take it back by.
public final class FutureCallback {
    fileprivate var body: (() throws -> Void)?

    init(_ body: @escaping () throws -> Void) { self.body = body }

    fileprivate var isCancelled: Bool { body == nil }

    /// Takes the callback back. Tornado: `remove_done_callback`.
    public func cancel() { body = nil }
}
