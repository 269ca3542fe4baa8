/// The result of work that may not be finished yet. Bound to one loop; read it with `try await future.value`.
///
/// Tornado: `concurrent.Future`.
public final class Future<Value> {
    enum State {
        case pending
        case succeeded(Value)
        case failed(any Error)
        case cancelled
    }

    /// The loop that the future belongs to.
    public let loop: EventLoop
    /// What the future is called in reports and in the list of live futures.
    public let name: String
    private(set) var state = State.pending
    private var waiters: [Suspension] = []
    private var callbacks: [FutureCallback<Value>] = []
    private var wasObserved = false
    var onCancel: (() -> Void)?

    init(loop: EventLoop, name: String) {
        self.loop = loop
        self.name = name
        if !name.isEmpty { loop.named.insert(self) }
    }

    deinit {
        if !name.isEmpty { loop.named.remove(ObjectIdentifier(self)) }
        if case .failed(let error) = state, !wasObserved, !isCancellation(error) {
            loop.onDiagnostic(.neverRetrieved(name: name, error: error))
        }
    }

    /// Whether there is a value or an error, or the future was cancelled.
    public var isDone: Bool {
        if case .pending = state { false } else { true }
    }

    /// Whether the future was cancelled.
    public var isCancelled: Bool {
        if case .cancelled = state { true } else { false }
    }

    /// The value or the error, without waiting.
    ///
    /// - Throws: `FutureError.pending` before the future is done, `CancellationError` after a cancellation, else the
    ///   producer's error.
    public func result() throws -> Value {
        wasObserved = true
        switch state {
        case .pending: throw FutureError.pending
        case .succeeded(let value): return value
        case .failed(let error): throw error
        case .cancelled: throw CancellationError()
        }
    }

    /// Waits for the value. A future that is already done costs no loop turn.
    ///
    /// - Throws: The producer's error, or `CancellationError`.
    /// - Cancellation: Cancelling the waiting coroutine cancels this future, and so its producer; wait on
    ///   ``shielded()`` to leave the producer alone.
    public var value: Value {
        get async throws {
            try await waitUntilDone()
            return try result()
        }
    }

    private func waitUntilDone() async throws {
        guard case .pending = state else { return }
        let suspension = Suspension(loop, waitingFor: "future")
        waiters.append(suspension)
        guard await suspension.wait() == .cancelled else { return }
        waiters.removeAll { $0 === suspension }
        cancel()
        throw CancellationError()
    }

    /// Waits for the end, whatever becomes of the waiting coroutine: a cancellation of it is told to `onCancel`, and
    /// the wait goes on.
    ///
    /// - Throws: `CancellationError` when the loop is closed meanwhile.
    func waitForEnd(onCancel: () -> Void) async throws(CancellationError) {
        while case .pending = state {
            let suspension = Suspension(loop, waitingFor: "future")
            waiters.append(suspension)
            let isToldAlready = Task.isCancelled
            if isToldAlready { onCancel() }
            let outcome = isToldAlready ? await suspension.waitDespiteCancellation() : await suspension.wait()
            if outcome == .resumed { return }
            waiters.removeAll { $0 === suspension }
            if isToldAlready || !Task.isCancelled {
                onCancel()
                throw CancellationError()
            }
        }
    }

    /// Calls back in a later turn once the future is done, even if it is done already; callbacks keep their order.
    ///
    /// Tornado: `add_done_callback`, `IOLoop.add_future`. An error that the callback throws is reported by the loop.
    @discardableResult
    public func whenDone(_ body: @escaping (Future<Value>) throws -> Void) -> FutureCallback<Value> {
        wasObserved = true
        let callback = FutureCallback(body)
        if isDone { schedule(callback) } else { callbacks.append(callback) }
        return callback
    }

    /// Ends the future with `CancellationError` and tells its producer, so that a fetch gives back its slot at once.
    ///
    /// Returns false, without effect, when the future is done already.
    @discardableResult
    public func cancel() -> Bool {
        guard finish(.cancelled) else { return false }
        let stopProducer = onCancel
        onCancel = nil
        stopProducer?()
        return true
    }

    /// Settles the future; false when it was settled before.
    @discardableResult
    func finish(_ outcome: State) -> Bool {
        guard case .pending = state else { return false }
        state = outcome
        if case .cancelled = outcome {} else { onCancel = nil }
        for waiter in waiters { waiter.resume() }
        if !waiters.isEmpty {
            wasObserved = true
            waiters = []
        }
        for callback in callbacks { schedule(callback) }
        callbacks = []
        return true
    }

    private func schedule(_ callback: FutureCallback<Value>) {
        loop.onNextTurn(name: "future callback") { try callback.body?(self) }
    }
}

/// A callback of ``Future/whenDone(_:)``, to take it back by.
public final class FutureCallback<Value> {
    fileprivate var body: ((Future<Value>) throws -> Void)?

    fileprivate init(_ body: @escaping (Future<Value>) throws -> Void) { self.body = body }

    /// Takes the callback back. Tornado: `remove_done_callback`.
    public func cancel() { body = nil }
}
