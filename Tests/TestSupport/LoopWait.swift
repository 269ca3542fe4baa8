public import FetchLoop

extension EventLoop {
    /// Lets the loop turn until the condition is true. For coroutines on the loop.
    ///
    /// As with `waitUntil` the limit is for what hangs, so that it fails a test and does not stop it.
    ///
    /// - Throws: `Timeout` after the limit.
    public func wait(for what: String, limit: Duration = .seconds(60), _ condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + limit
        while !condition() {
            guard ContinuousClock.now < deadline else { throw Timeout(description: "waited \(limit) for \(what)") }
            try await sleep(for: .milliseconds(1))
        }
    }
}
