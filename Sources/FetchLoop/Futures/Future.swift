/// The result of work that may not be finished yet. Bound to one loop; read it with `try await future.value`.
///
/// Tornado: `concurrent.Future`.
public final class Future<Value>: AnyFuture {
    // Inlinable here and in `Promise`, so that the modules that use them specialise them: unspecialised, every touch of an
    // optional value is a look-up of its type, which costs as much as three callbacks.
    @safe @exclusivity(unchecked) @usableFromInline var stored: Value?

    @inlinable override init(loop: EventLoop, name: String) {
        stored = nil
        super.init(loop: loop, name: name)
    }

    /// The value or the error, without waiting.
    ///
    /// - Throws: `FutureError.pending` before the future is done, `CancellationError` after a cancellation, else the
    ///   producer's error.
    @inlinable public func result() throws -> Value {
        wasObserved = true
        switch status {
        case .succeeded: if let stored { return stored }
        case .failed(let error): throw error
        case .cancelled: throw CancellationError()
        case .pending: break
        }
        throw FutureError.pending
    }

    /// Waits for the value. A future that is already done costs no loop turn.
    ///
    /// - Throws: The producer's error, or `CancellationError`.
    /// - Cancellation: Cancelling the waiting coroutine cancels this future, and so its producer; wait on
    ///   ``shielded()`` to leave the producer alone.
    @inlinable public var value: Value {
        get async throws {
            try await waitUntilDone()
            return try result()
        }
    }

    /// Calls back in a later turn once the future is done, even if it is done already; callbacks keep their order.
    ///
    /// Tornado: `add_done_callback`, `IOLoop.add_future`. An error that the callback throws is reported by the loop.
    @discardableResult
    public func whenDone(_ body: @escaping (Future<Value>) throws -> Void) -> FutureCallback {
        let callback = FutureCallback { [unowned self] in try body(self) }
        add(callback)
        return callback
    }

    /// Ends the future with a value; false when it was over before.
    @inlinable func succeed(_ value: Value) -> Bool {
        guard !isDone else { return false }
        stored = value
        return settle(.succeeded)
    }

    /// The outcome, for those who pass it on.
    enum Outcome {
        case pending
        case succeeded(Value)
        case failed(any Error)
        case cancelled
    }

    var outcome: Outcome {
        switch status {
        case .pending: .pending
        case .succeeded: stored.map(Outcome.succeeded) ?? .pending
        case .failed(let error): .failed(error)
        case .cancelled: .cancelled
        }
    }
}
