extension EventLoop {
    /// A future of a value that is there already. Tornado: `gen.maybe_future`.
    ///
    /// With its two siblings, for futures and for closures, a caller can hand on whatever it has where a future is
    /// wanted.
    @_disfavoredOverload
    public func asFuture<Value>(_ value: Value) -> Future<Value> { .succeeded(value, on: self) }

    /// The future itself.
    public func asFuture<Value>(_ future: Future<Value>) -> Future<Value> { future }

    /// The future of a body, started at once; its error is the future's. Tornado: `gen.convert_yielded`.
    ///
    /// - Cancellation: Cancelling the future cancels the body.
    public func asFuture<Value>(
        _ body: nonisolated(nonsending) @escaping () async throws -> Value
    ) -> Future<Value> { spawn(body) }
}
