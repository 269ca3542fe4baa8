extension EventLoop {
    /// Starts a coroutine on this loop and returns its future at once.
    ///
    /// The body runs eagerly up to its first suspension; from then on the loop resumes it, as one of its callbacks.
    /// Tornado: calling a decorated coroutine, `IOLoop.spawn_callback`.
    ///
    /// - Cancellation: Cancelling the future cancels the coroutine. An error thrown after that is reported as dropped;
    ///   one that nobody retrieves is reported when the future goes.
    @inlinable @discardableResult
    public func spawn<Value>(
        name: String = "", _ body: nonisolated(nonsending) @escaping () async throws -> Value
    ) -> Future<Value> {
        let future = Future<Value>(loop: self, name: name)
        let task = name.isEmpty ? startCoroutine(future, body) : startNamedCoroutine(future, body)
        if !future.isDone { future.task = task }
        return future
    }

    /// Starts a coroutine without a result on this loop; as the generic form, which a module of its own cannot specialise.
    ///
    /// - Cancellation: As of the generic form.
    @discardableResult
    public func spawn(
        name: String = "", _ body: nonisolated(nonsending) @escaping () async throws -> Void
    ) -> Future<Void> {
        let future = Future<Void>(loop: self, name: name)
        let task = name.isEmpty ? startVoidCoroutine(future, body) : startNamedCoroutine(future, body)
        if !future.isDone { future.task = task }
        return future
    }

    /// Runs a body eagerly up to its first suspension; its outcome is the future's. The only place that makes a task.
    @inlinable func startCoroutine<Value>(
        _ future: Future<Value>, _ body: nonisolated(nonsending) @escaping () async throws -> Value
    ) -> Task<Void, Never> {
        requireThread("EventLoop.spawn")
        // Sound: the task prefers this loop's executor and has no other isolation, so the body, the future and
        // whatever they capture are only ever touched on this loop's thread.
        nonisolated(unsafe) let unit = (body: body, future: future)
        return Task.immediate(executorPreference: executor) {
            do { _ = unsafe unit.future.succeed(try await unit.body()) } catch { _ = unsafe unit.future.fail(error) }
        }
    }

    /// As the other; its own copy, because a body without a result needs no closure around it to become generic.
    private func startVoidCoroutine(
        _ future: Future<Void>, _ body: nonisolated(nonsending) @escaping () async throws -> Void
    ) -> Task<Void, Never> {
        requireThread("EventLoop.spawn")
        nonisolated(unsafe) let unit = (body: body, future: future)
        return Task.immediate(executorPreference: executor) {
            do {
                try await unsafe unit.body()
                _ = unsafe unit.future.succeed(())
            } catch { _ = unsafe unit.future.fail(error) }
        }
    }

    /// As the others, and whoever asks finds the name: a blocked loop's report, the list of those that wait.
    @usableFromInline func startNamedCoroutine<Value>(
        _ future: Future<Value>, _ body: nonisolated(nonsending) @escaping () async throws -> Value
    ) -> Task<Void, Never> {
        let limit = blockedThreshold.nanoseconds
        let start = SlowStep.clock(for: limit)
        var hasEnded = false
        let task = startCoroutine(future) { [unowned self] in
            defer {
                hasEnded = true
                endedNames.insert(future.coroutine, future.name)
                future.coroutine = .none
            }
            return try await body()
        }
        if !hasEnded { future.coroutine = CoroutineID(task) }
        // The first step is part of whatever callback or coroutine spawned this one.
        if SlowStep.clock(for: limit) - start > limit { slowStart = future.name }
        return task
    }

    /// Runs the loop until the body has a result. Tornado: `run_sync`.
    ///
    /// - Throws: The body's error; `LoopError.timedOut` when the timeout came first (the body is then cancelled),
    ///   `LoopError.stopped` when `stop()` did.
    /// - Cancellation: The body is a coroutine of its own: that this is called in a cancelled task is nothing to it.
    public func run<Value>(
        timeout: Duration? = nil, _ body: nonisolated(nonsending) @escaping () async throws -> Value
    ) throws -> Value {
        guard !isRunning else { throw LoopError.alreadyRunning }
        guard !isClosed else { throw LoopError.closed }
        executor.adoptCurrentThread()
        let deadline = timeout.map { now.advanced(by: $0) }
        var future: Future<Value>?
        var stopper: FutureCallback?
        var timer: LoopTimer?
        var (isOver, timedOut) = (false, false)
        // Started from inside the loop: the body's first step must see a running loop, too.
        onNextTurn(name: "run") { [unowned self] in
            // Stopped before it began: then it does not.
            guard !isOver else { return }
            let body = spawn(body)
            future = body
            stopper = body.whenDone { [unowned self] _ in stop() }
            guard let deadline, !body.isDone else { return }
            // A result that is there is not too late, though nobody has looked at it yet.
            timer = at(deadline, name: "run timeout") { timedOut = body.cancel() }
        }
        try run()
        isOver = true
        timer?.cancel()
        // It must not stop the next run in place of this one.
        stopper?.cancel()
        guard let future, future.isDone && !timedOut else {
            future?.cancel()
            unwind()
            throw timedOut ? LoopError.timedOut : LoopError.stopped
        }
        return try future.result()
    }

    /// Lets everything else that is ready run first: exactly one turn. Tornado: `gen.moment`.
    ///
    /// - Cancellation: Has no effect here.
    public func yield() async { await executor.yield() }

    /// Waits. Tornado: `gen.sleep`; better: cancelling the coroutine disarms the timer.
    ///
    /// - Throws: `CancellationError` when the coroutine is cancelled or the loop closed.
    public func sleep(for duration: Duration) async throws(CancellationError) {
        let suspension = Suspension(self, waitingFor: "sleep")
        let timer = after(duration, name: "sleep") { suspension.resume() }
        if await suspension.wait() == .cancelled {
            timer.cancel()
            throw CancellationError()
        }
    }
}
