extension EventLoop {
    /// Runs a body for at most `limit`; then cancels it, waits for its end and throws ``TimeoutError``.
    ///
    /// A body that comes to a value nevertheless has not failed: the value is returned, so that an item it took from a
    /// queue is not lost. Tornado: `gen.with_timeout`, which leaves the inner work running; see
    /// ``Future/value(abandoningAfter:quiet:)``.
    ///
    /// - Parameters:
    ///   - limit: The longest time, from the start of this turn.
    ///   - quiet: Whether to keep silent about an error that the body throws after the timeout; otherwise it is reported
    ///     to ``onDiagnostic``, unless it is a cancellation.
    ///   - body: What to run.
    /// - Throws: `TimeoutError`, or the body's error when that came first.
    /// - Cancellation: Cancels the body and waits for its end.
    public func withTimeout<Value>(
        _ limit: Duration, quiet: Bool = false, _ body: @escaping () async throws -> Value
    ) async throws -> Value {
        try await withTimeout(at: now.advanced(by: limit), quiet: quiet, body)
    }

    /// Runs a body until a deadline; then cancels it, waits for its end and throws ``TimeoutError``.
    ///
    /// - Parameters:
    ///   - deadline: When to give up; an instant that has passed means the next turn.
    ///   - quiet: Whether to keep silent about an error that the body throws after the timeout.
    ///   - body: What to run.
    /// - Throws: `TimeoutError`, or the body's error when that came first.
    /// - Cancellation: Cancels the body and waits for its end.
    public func withTimeout<Value>(
        at deadline: LoopInstant, quiet: Bool = false, _ body: @escaping () async throws -> Value
    ) async throws -> Value {
        let child = Child(on: self, body)
        var isLate = false
        let timer = at(deadline, name: "timeout") {
            // It may be over, and only the one who waits here not have gone on yet.
            guard !child.future.isDone else { return }
            isLate = true
            child.cancel()
        }
        defer { timer.cancel() }
        try await child.future.waitForEnd { child.cancel() }
        do { return try child.future.result() } catch {
            guard isLate else { throw error }
            if !quiet && !isCancellation(error) { onDiagnostic(.late(name: "a coroutine", error: error)) }
            throw TimeoutError()
        }
    }
}

extension Future {
    /// Waits for the value for at most `limit`; then throws ``TimeoutError`` and leaves the work running.
    ///
    /// Tornado: `gen.with_timeout`. The form that also ends the work is ``EventLoop/withTimeout(_:quiet:_:)``.
    ///
    /// - Parameters:
    ///   - limit: The longest time, from the start of this turn.
    ///   - quiet: Whether to keep silent about an error that comes after the timeout; otherwise it is reported to the
    ///     loop.
    /// - Throws: `TimeoutError`, the producer's error or `CancellationError`.
    /// - Cancellation: Ends the wait; the work runs on.
    public func value(abandoningAfter limit: Duration, quiet: Bool = false) async throws -> Value {
        try await value(abandoningAt: loop.now.advanced(by: limit), quiet: quiet)
    }

    /// Waits for the value until a deadline; then throws ``TimeoutError`` and leaves the work running.
    ///
    /// - Parameters:
    ///   - deadline: When to give up.
    ///   - quiet: Whether to keep silent about an error that comes after the timeout.
    /// - Throws: `TimeoutError`, the producer's error or `CancellationError`.
    /// - Cancellation: Ends the wait; the work runs on.
    public func value(abandoningAt deadline: LoopInstant, quiet: Bool = false) async throws -> Value {
        if isDone { return try result() }
        let suspension = Suspension(loop, waitingFor: "future")
        let callback = whenDone { _ in suspension.resume() }
        var isLate = false
        let timer = loop.at(deadline, name: "timeout") {
            // Done, and only the callback of this turn not made yet: that is not too late.
            if self.isDone { suspension.resume() } else { isLate = suspension.cancel() }
        }
        defer { timer.cancel() }
        if await suspension.wait() == .resumed { return try result() }
        callback.cancel()
        guard isLate else { throw CancellationError() }
        if !quiet { reportLateError() }
        throw TimeoutError()
    }

    /// Once for all who gave up waiting.
    private func reportLateError() {
        guard !reportsLateError else { return }
        reportsLateError = true
        whenDone { [loop] future in
            do { _ = try future.result() } catch {
                if !isCancellation(error) { loop.onDiagnostic(.late(name: future.name, error: error)) }
            }
        }
    }
}
