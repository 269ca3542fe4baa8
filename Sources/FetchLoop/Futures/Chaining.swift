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
    /// target cancels the source. Tornado: `chain_future`.
    public func chain(to promise: Promise<Value>) {
        if promise.future.isCancelled { cancel() }
        promise.onCancel = { [weak self] in self?.cancel() }
        whenDone { source in
            switch source.outcome {
            case .pending: break
            case .succeeded(let value): promise.trySucceed(value)
            case .failed(let error): promise.tryFail(error)
            case .cancelled: promise.future.cancel()
            }
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
    /// - Cancellation: Cancels this future, too.
    public func map<Mapped>(_ transform: @escaping (Value) throws -> Mapped) -> Future<Mapped> {
        let promise = Promise<Mapped>(on: loop)
        promise.onCancel = { [weak self] in self?.cancel() }
        whenDone { source in
            switch source.outcome {
            case .pending: break
            case .succeeded(let value):
                do { promise.trySucceed(try transform(value)) } catch { promise.tryFail(error) }
            case .failed(let error): promise.tryFail(error)
            case .cancelled: promise.future.cancel()
            }
        }
        return promise.future
    }

    /// A future of the future that `transform` returns; an error of `transform` is the result's.
    ///
    /// - Cancellation: Cancels whichever of the two runs.
    public func flatMap<Mapped>(_ transform: @escaping (Value) throws -> Future<Mapped>) -> Future<Mapped> {
        let promise = Promise<Mapped>(on: loop)
        promise.onCancel = { [weak self] in self?.cancel() }
        whenDone { source in
            switch source.outcome {
            case .pending: break
            case .succeeded(let value):
                // Cancelled since: nobody wants to see the second one begin.
                guard !promise.future.isDone else { return }
                do { try transform(value).chain(to: promise) } catch { promise.tryFail(error) }
            case .failed(let error): promise.tryFail(error)
            case .cancelled: promise.future.cancel()
            }
        }
        return promise.future
    }

    /// A future whose error is replaced by what `replace` returns or throws; a cancellation stays one.
    ///
    /// - Cancellation: Cancels this future, too.
    public func recover(_ replace: @escaping (any Error) throws -> Value) -> Future {
        let promise = Promise<Value>(on: loop)
        promise.onCancel = { [weak self] in self?.cancel() }
        whenDone { source in
            switch source.outcome {
            case .pending: break
            case .succeeded(let value): promise.trySucceed(value)
            case .failed(let error):
                do { promise.trySucceed(try replace(error)) } catch { promise.tryFail(error) }
            case .cancelled: promise.future.cancel()
            }
        }
        return promise.future
    }
}
