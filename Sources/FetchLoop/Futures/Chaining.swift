extension Future {
    /// A future that is done already.
    public static func succeeded(_ value: Value, on loop: EventLoop) -> Future {
        let promise = Promise<Value>(on: loop)
        promise.trySucceed(value)
        return promise.future
    }

    /// A future that failed already.
    public static func failed(_ error: any Error, on loop: EventLoop) -> Future {
        let promise = Promise<Value>(on: loop)
        promise.tryFail(error)
        return promise.future
    }

    /// Copies the outcome to a promise unless that is done. A cancelled source cancels the target, and a cancelled
    /// target cancels the source: that takes the place of the promise's ``Promise/onCancel``. Tornado: `chain_future`.
    public func chain(to promise: Promise<Value>) {
        if promise.future.isCancelled { cancel() }
        pass(to: promise) {
            promise.trySucceed($0)
        } orError: {
            promise.tryFail($0)
        }
    }

    /// A future with the same outcome, whose cancellation leaves this one alone. asyncio: `shield`.
    public func shielded() -> Future {
        let promise = Promise<Value>(on: loop)
        chain(to: promise)
        promise.onCancel = nil
        return promise.future
    }

    /// A future of the transformed value; an error of `transform` is the result's.
    ///
    /// - Cancellation: Cancels this future, too; `transform` is not called any more.
    public func map<Mapped>(_ transform: @escaping (Value) throws -> Mapped) -> Future<Mapped> {
        let promise = Promise<Mapped>(on: loop)
        pass(to: promise) {
            promise.trySucceed(try transform($0))
        } orError: {
            promise.tryFail($0)
        }
        return promise.future
    }

    /// A future of the future that `transform` returns; an error of `transform` is the result's.
    ///
    /// - Cancellation: Cancels whichever of the two runs.
    public func flatMap<Mapped>(_ transform: @escaping (Value) throws -> Future<Mapped>) -> Future<Mapped> {
        let promise = Promise<Mapped>(on: loop)
        pass(to: promise) {
            try transform($0).chain(to: promise)
        } orError: {
            promise.tryFail($0)
        }
        return promise.future
    }

    /// A future whose error is replaced by what `replace` returns or throws; a cancellation stays one.
    ///
    /// - Cancellation: Cancels this future, too; `replace` is not called any more.
    public func recover(_ replace: @escaping (any Error) throws -> Value) -> Future {
        let promise = Promise<Value>(on: loop)
        pass(to: promise) {
            promise.trySucceed($0)
        } orError: {
            // Cancelled since: the error is only told to the loop.
            if promise.future.isDone { promise.tryFail($0) } else { promise.trySucceed(try replace($0)) }
        }
        return promise.future
    }

    /// What chaining is made of: once this future is done, one of the closures, unless it was cancelled, as the
    /// promise's future then is, too. Cancelling that one cancels this.
    private func pass<Target>(
        to promise: Promise<Target>, value: @escaping (Value) throws -> Void,
        orError: @escaping (any Error) throws -> Void
    ) {
        promise.onCancel = { [weak self] in self?.cancel() }
        whenDone { source in
            do {
                switch source.outcome {
                case .pending: break
                case .succeeded(let result):
                    // Cancelled since: nobody wants to see the next step begin.
                    if !promise.future.isDone { try value(result) }
                case .failed(let error): try orError(error)
                case .cancelled: promise.future.cancel()
                }
            } catch { promise.tryFail(error) }
        }
    }
}
