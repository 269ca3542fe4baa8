extension EventLoop {
    /// Runs several coroutines at once and returns their results in the order of the bodies. Tornado: `gen.multi`.
    ///
    /// All are waited for, even after one failed.
    ///
    /// ```swift
    /// let pages = try await loop.gather(urls.map { url in { try await client.fetch(url) } })
    /// ```
    /// - Throws: ``GatherError`` with every failure when at least one failed; `CancellationError` when this very call
    ///   was cancelled.
    /// - Cancellation: Cancels every body, and waits for their ends.
    @discardableResult
    public func gather<Value>(_ bodies: [() async throws -> Value]) async throws -> [Value] {
        try await Self.collect(children: bodies.map { Child(on: self, $0) }, keys: bodies.indices)
    }

    /// Runs several coroutines at once and returns their results by key.
    ///
    /// - Throws: As the form for arrays; the failures are ordered by where the dictionary has their keys.
    /// - Cancellation: Cancels every body, and waits for their ends.
    @discardableResult
    public func gather<Key: Sendable, Value>(
        _ bodies: [Key: () async throws -> Value]
    ) async throws -> [Key: Value] {
        let children = bodies.values.map { Child(on: self, $0) }
        let values = try await Self.collect(children: children, keys: bodies.keys)
        return Dictionary(uniqueKeysWithValues: zip(bodies.keys, values))
    }

    /// Runs coroutines of different types at once: `let (user, feed) = try await loop.gather({ ... }, { ... })`.
    ///
    /// - Throws: As the form for arrays.
    /// - Cancellation: Cancels every body, and waits for their ends.
    @discardableResult
    public func gather<First, Second, each Rest>(
        _ first: @escaping () async throws -> First, _ second: @escaping () async throws -> Second,
        _ rest: repeat @escaping () async throws -> each Rest
    ) async throws -> (First, Second, repeat each Rest) {
        let one = Child(on: self, first)
        let two = Child(on: self, second)
        let others = (repeat Child(on: self, each rest))
        let cancel = {
            one.cancel()
            two.cancel()
            repeat (each others).cancel()
        }
        var failures: [GatherError.Failure] = []
        var index = 0
        func end<Value>(of child: Child<Value>) async throws {
            if let error = try await child.future.failure(onCancel: cancel) {
                failures.append(GatherError.Failure(key: index, error: error))
            }
            index += 1
        }
        try await end(of: one)
        try await end(of: two)
        for other in repeat each others { try await end(of: other) }
        try Self.raise(failures)
        return (try one.future.result(), try two.future.result(), repeat try (each others).future.result())
    }

    /// Waits for several futures and returns their values in the order of the array; a future may occur twice.
    ///
    /// - Throws: As the form for closures. A future that was cancelled counts as failed with `CancellationError`.
    /// - Cancellation: Cancels every future.
    @discardableResult
    public func gather<Value>(_ futures: [Future<Value>]) async throws -> [Value] {
        try await Self.collect(futures, keys: futures.indices) { for future in futures { future.cancel() } }
    }

    /// Waits for several futures and returns their values by key.
    ///
    /// - Throws: As the form for closures; the failures are ordered by where the dictionary has their keys.
    /// - Cancellation: Cancels every future.
    @discardableResult
    public func gather<Key: Sendable, Value>(_ futures: [Key: Future<Value>]) async throws -> [Key: Value] {
        let values = try await Self.collect(Array(futures.values), keys: futures.keys) {
            for future in futures.values { future.cancel() }
        }
        return Dictionary(uniqueKeysWithValues: zip(futures.keys, values))
    }

    private static func collect<Value>(
        children: [Child<Value>], keys: some Sequence<some Hashable & Sendable>
    ) async throws -> [Value] {
        try await collect(children.map(\.future), keys: keys) { for child in children { child.cancel() } }
    }

    /// Waits for all, one after the other: those that end meanwhile cost no resumption.
    private static func collect<Value>(
        _ futures: [Future<Value>], keys: some Sequence<some Hashable & Sendable>, cancel: () -> Void
    ) async throws -> [Value] {
        var failures: [GatherError.Failure] = []
        for (future, key) in zip(futures, keys) {
            if let error = try await future.failure(onCancel: cancel) {
                failures.append(GatherError.Failure(key: key, error: error))
            }
        }
        try raise(failures)
        return try futures.map { try $0.result() }
    }

    private static func raise(_ failures: [GatherError.Failure]) throws {
        if failures.isEmpty { return }
        try Task.checkCancellation()
        throw GatherError(failures: failures)
    }
}

extension Future {
    /// Waits for the end and returns the error, if it is one.
    fileprivate func failure(onCancel: () -> Void) async throws(CancellationError) -> (any Error)? {
        try await waitForEnd(onCancel: onCancel)
        do { _ = try result() } catch { return error }
        return nil
    }
}
