extension EventLoop {
    /// Makes a call that blocks in a thread of the process's pool; the future is settled on the loop.
    ///
    /// Calls run truly in parallel; the error of one is its future's. Tornado: `run_in_executor`, `run_on_executor`.
    ///
    /// - Cancellation: The future is cancelled at once; a call that runs already cannot be stopped, its result is
    ///   dropped.
    public func runBlocking<Value: Sendable>(
        name: String = "", _ call: @escaping @Sendable () throws -> Value
    ) -> Future<Value> {
        let promise = Promise<Value>(on: self, name: name)
        let id = ObjectIdentifier(promise)
        // Cancelled by `close`, so that nothing of the loop is left to settle when the call ends later.
        blockingCalls[id] = { [unowned promise] in promise.future.cancel() }
        // Sound: the box is only opened on the loop's thread.
        nonisolated(unsafe) let delivery = { [unowned self] (result: Result<Value, any Error>) in
            blockingCalls[id] = nil
            switch result {
            case .success(let value): promise.trySucceed(value)
            case .failure(let error): promise.tryFail(error)
            }
        }
        let executor = executor
        ThreadPool.shared.run {
            let result = Result { try call() }
            executor.post { unsafe delivery(result) }
        }
        return promise.future
    }
}
