internal import CSystem

/// A single-threaded event loop: file descriptors, timers, signals, callbacks and the coroutines of Swift's
/// async/await, which it resumes itself.
///
/// A loop belongs to the thread that made it, or that last called `run`. Only ``executor`` may be used from others;
/// the compiler sees to that, since loops, futures, queues and watches are not `Sendable`.
///
/// ```swift
/// let loop = try EventLoop()
/// let body = try loop.run {
///     try await AsyncHTTPClient(loop: loop).fetch("http://127.0.0.1:8080/").body
/// }
/// ```
/// Tornado: `IOLoop`.
public final class EventLoop {
    /// The `Sendable` end of the loop: executor of its coroutines, and `post` for other threads.
    public let executor: LoopExecutor
    /// What the loop is called in reports.
    public let name: String
    /// Where reports go. By default one line on standard error.
    public var onDiagnostic: (LoopDiagnostic) -> Void = LoopDiagnostic.writeToStandardError
    /// A callback that takes longer than this is reported as blocking the loop.
    public var blockedThreshold: Duration = .milliseconds(100) {
        didSet { blockedNanoseconds = blockedThreshold.nanoseconds }
    }
    /// Counters of the loop's own life.
    public internal(set) var metrics = LoopMetrics()

    let clock: LoopClock
    private var frozen: Int64
    private var poller: SystemPoller
    var timers = TimerQueue()
    private var callbacks: [Callback] = []
    private var runningCallbacks: [Callback] = []
    private var watches: [Watch?] = []
    private var watchCount = 0
    private var nextGeneration: UInt32 = 1
    private var signals: SignalPipe?
    private var signalWatches: [SignalWatch] = []
    var suspensions = SuspensionList()
    var named = NamedFutures()
    var blockingCalls: [ObjectIdentifier: () -> Void] = [:]
    var closeActions: [ObjectIdentifier: () -> Void] = [:]
    private var blockedNanoseconds: Int64 = 100_000_000
    private var lastPoll: Int64 = 0
    private var runsOnMainThread = false
    private var stopRequested = false
    /// Whether `run` is on the stack.
    public internal(set) var isRunning = false
    /// Whether `close` was called.
    public private(set) var isClosed = false

    private struct Callback {
        let name: StaticString
        let body: () throws -> Void
    }

    /// Creates a loop that belongs to the calling thread.
    ///
    /// - Throws: `SystemError` when the process is out of descriptors.
    public init(clock: LoopClock = .monotonic, name: String = "loop") throws(SystemError) {
        let executor = try LoopExecutor()
        let poller = try SystemPoller()
        self.executor = executor
        self.poller = poller
        self.clock = clock
        self.name = name
        frozen = Int64(csystem_monotonic_ns())
        try addInternal(executor.wakeUpDescriptor, name: "posts from other threads") { [unowned self] in
            takePosts()
        }
    }

    private func takePosts() {
        for callback in executor.takeRemote() { callbacks.append(Callback(name: "post", body: callback)) }
    }

    deinit {
        for watch in watches { watch?.detach() }
        timers.removeAll()
        signals?.removeAll()
    }

    /// The time at the start of this turn; it stands still while callbacks run.
    public var now: LoopInstant { LoopInstant(nanoseconds: frozen) }

    // MARK: One iteration

    /// Runs until ``stop()``; a `stop` before the start makes it return at once. It may be run again afterwards.
    ///
    /// - Throws: `LoopError.alreadyRunning` when called from inside the loop, `LoopError.closed` after `close`.
    public func run() throws(LoopError) {
        guard !isRunning else { throw .alreadyRunning }
        guard !isClosed else { throw .closed }
        isRunning = true
        RunningLoops.enter()
        executor.adoptCurrentThread()
        watchMainQueueOnMainThread()
        defer {
            RunningLoops.leave()
            isRunning = false
            stopRequested = false
        }
        while !stopRequested { turn() }
    }

    /// One iteration: (1) freeze now, (2) fire due timers, not those added meanwhile, (3) run the coroutines and
    /// callbacks present at entry, (4) choose the poll's timeout, (5) poll, (6) deliver events whose watch still
    /// stands, (7) count. Callbacks queued in a turn run in the next one, so none can starve I/O or timers.
    private func turn() {
        freezeNow()
        let start = frozen
        fireDueTimers()
        runReady()
        let timeout = pollTimeout()
        let beforePoll = clock == .monotonic ? Int64(csystem_monotonic_ns()) : frozen
        // While there is work, a poll of the kernel every 50 microseconds is enough: it costs as much as several
        // callbacks, and nothing waits noticeably longer.
        guard timeout != 0 || beforePoll - lastPoll > 50_000 || clock == .virtual else {
            metrics.noteTurn(start: start, end: beforePoll)
            return
        }
        let count = poller.wait(milliseconds: timeout)
        if count == 0 && timeout == 0 && clock == .virtual { jumpToNextTimer() }
        lastPoll = clock == .monotonic ? Int64(csystem_monotonic_ns()) : frozen
        deliver(count)
        let end = clock == .monotonic && count > 0 ? Int64(csystem_monotonic_ns()) : lastPoll
        metrics.noteTurn(start: start, end: end - (lastPoll - beforePoll))
    }

    private func freezeNow() {
        if clock == .monotonic { frozen = Int64(csystem_monotonic_ns()) }
    }

    private func fireDueTimers() {
        let horizon = timers.horizon
        while let timer = timers.popDue(now: frozen, before: horizon) {
            guard let callback = timer.callback else { continue }
            timer.callback = nil
            perform(timer.name, callback)
        }
    }

    /// Whether a callback or a coroutine can go on.
    var hasWork: Bool { !callbacks.isEmpty || executor.hasReady }

    func runReady() {
        executor.resumeYielded()
        if !callbacks.isEmpty {
            swap(&callbacks, &runningCallbacks)
            for callback in runningCallbacks { perform(callback.name, callback.body) }
            runningCallbacks.removeAll(keepingCapacity: true)
        }
        guard executor.hasReady else { return }
        let before = csystem_monotonic_ns()
        metrics.callbacks += UInt64(executor.runReady())
        noteSpent(Int64(csystem_monotonic_ns() - before), on: "coroutines")
    }

    /// Milliseconds: 0 when work remains, else until the next deadline, rounded UP (rounding down would spin through
    /// the last millisecond), else -1.
    private func pollTimeout() -> CInt {
        if stopRequested || hasWork { return 0 }
        guard let deadline = timers.nextDeadline() else { return -1 }
        if clock == .virtual && blockingCalls.isEmpty { return 0 }
        let now = clock == .monotonic ? Int64(csystem_monotonic_ns()) : frozen
        if deadline <= now { return 0 }
        return CInt(clamping: (deadline - now + 999_999) / 1_000_000)
    }

    private func jumpToNextTimer() {
        guard !stopRequested && !hasWork && blockingCalls.isEmpty else { return }
        if let deadline = timers.nextDeadline() { frozen = max(frozen, deadline) }
    }

    private func deliver(_ count: Int) {
        for index in 0..<count {
            let (token, events) = poller.event(index)
            let descriptor = Int(token & 0xFFFF_FFFF)
            // The generation tells a descriptor number that was closed and reused from the one that was polled.
            guard descriptor < watches.count, let watch = watches[descriptor],
                watch.generation == UInt32(truncatingIfNeeded: token >> 32)
            else { continue }
            // The interest may have changed since the poll, by a handler of this very pass.
            var wanted = events
            if !watch.registered.contains(.read) { wanted.remove(.read) }
            if !watch.registered.contains(.write) { wanted.remove(.write) }
            if wanted.isEmpty { continue }
            perform(watch.name) { try watch.handler(wanted) }
        }
    }

    @inline(__always)
    private func perform(_ name: StaticString, _ body: () throws -> Void) {
        let before = csystem_monotonic_ns()
        do { try body() } catch { onDiagnostic(.callbackFailed(name: "\(name)", error: error)) }
        metrics.callbacks += 1
        noteSpent(Int64(csystem_monotonic_ns() - before), on: name)
    }

    @inline(__always)
    private func noteSpent(_ spent: Int64, on name: StaticString) {
        if spent > metrics.slowestNanoseconds {
            metrics.slowestNanoseconds = UInt64(spent)
            metrics.slowestName = "\(name)"
        }
        if spent > blockedNanoseconds { onDiagnostic(.blocked(name: "\(name)", duration: .nanoseconds(spent))) }
    }

    /// Whether a loop, this or another, runs on the calling thread.
    public static var isRunningOnThisThread: Bool { RunningLoops.isInside }

    // MARK: Ending

    /// Ends `run` after the current turn.
    public func stop() { stopRequested = true }

    /// Ends the loop for good: timers, watches and signals are removed, and every coroutine that waits on something
    /// of this loop is resumed with `CancellationError`.
    ///
    /// - Throws: `LoopError.running` when called while the loop runs. A second `close` is no error.
    public func close() throws(LoopError) {
        guard !isRunning else { throw .running }
        guard !isClosed else { return }
        executor.adoptCurrentThread()
        // Posts that were accepted are still made: someone may wait for what they start.
        executor.close()
        takePosts()
        runReady()
        for action in Array(closeActions.values) { action() }
        for cancel in blockingCalls.values { cancel() }
        closeActions = [:]
        // Coroutines may wait again while they unwind; each of those waits ends at once, too. The bound only guards
        // against one that never stops waiting.
        var rounds = 0
        repeat {
            for suspension in suspensions.all { suspension.cancel() }
            runReady()
            rounds += 1
        } while rounds < 1000 && (hasWork || !suspensions.isEmpty)
        isClosed = true
        timers.removeAll()
        for watch in watches { watch?.cancel() }
        signals?.removeAll()
        signalWatches = []
        callbacks = []
    }

    // MARK: Callbacks and timers

    /// Runs a callback in the next turn, in the order of the calls. Loop's thread only; see ``LoopExecutor/post(_:)``.
    ///
    /// Tornado: `add_callback`.
    public func onNextTurn(name: StaticString = "callback", _ callback: @escaping () throws -> Void) {
        guard !isClosed else { return }
        callbacks.append(Callback(name: name, body: callback))
    }

    /// Runs a callback once, `delay` from the start of this turn. Tornado: `call_later`.
    @discardableResult
    public func after(
        _ delay: Duration, name: StaticString = "timer", _ callback: @escaping () throws -> Void
    ) -> LoopTimer {
        at(now.advanced(by: delay), name: name, callback)
    }

    /// Runs a callback once at an instant; one in the past means the next turn. Tornado: `call_at`.
    /// - Complexity: O(log n) in the number of timers.
    @discardableResult
    public func at(
        _ deadline: LoopInstant, name: StaticString = "timer", _ callback: @escaping () throws -> Void
    ) -> LoopTimer {
        let timer = LoopTimer(deadline: deadline, name: name, loop: self, callback: callback)
        if !isClosed { timers.insert(timer) }
        return timer
    }

    /// How many timers are to come.
    public var timerCount: Int { timers.count }

    // MARK: Watches

    /// Calls `handler` whenever the descriptor is ready. Tornado: `add_handler`.
    ///
    /// - Throws: `SystemError`: `EEXIST` when the descriptor is watched already, `EPERM` for a regular file, which
    ///   the kernel does not poll.
    public func watch(
        _ descriptor: CInt, for interest: Watch.Interest, name: StaticString = "watch",
        _ handler: @escaping (Watch.Events) throws -> Void
    ) throws(SystemError) -> Watch {
        guard descriptor >= 0 else { throw SystemError(code: EBADF, call: "watch") }
        guard !isClosed else { throw SystemError(code: ESHUTDOWN, call: "watch") }
        let index = Int(descriptor)
        // Grown on demand: most descriptors are small numbers.
        if index >= watches.count { watches.append(contentsOf: repeatElement(nil, count: index + 32 - watches.count)) }
        guard watches[index] == nil else { throw SystemError(code: EEXIST, call: "watch") }
        let watch = Watch(
            descriptor: descriptor, interest: interest, generation: nextGeneration, name: name, loop: self,
            handler: handler)
        nextGeneration &+= 1
        try poller.add(descriptor, interest, token: Self.token(watch))
        watches[index] = watch
        watchCount += 1
        return watch
    }

    /// The names and descriptors of what is watched now. - Complexity: O(n).
    public var activeWatches: [Watch] { watches.compactMap(\.self) }

    func updateInterest(of watch: Watch) {
        poller.modify(watch.descriptor, watch.registered, token: Self.token(watch))
    }

    func remove(_ watch: Watch) {
        poller.remove(watch.descriptor)
        watches[Int(watch.descriptor)] = nil
        watchCount -= 1
    }

    private static func token(_ watch: Watch) -> UInt64 {
        UInt64(watch.generation) << 32 | UInt64(UInt32(bitPattern: watch.descriptor))
    }

    private func addInternal(_ descriptor: CInt, name: StaticString, _ body: @escaping () -> Void) throws(SystemError) {
        _ = try watch(descriptor, for: .read, name: name) { _ in body() }
    }

    private func watchMainQueueOnMainThread() {
        #if os(Linux)
            guard !runsOnMainThread, MainQueue.isOnMainThread else { return }
            runsOnMainThread = true
            // A net for MainActor code of the embedding program; a failure leaves the loop itself whole.
            try? addInternal(MainQueue.descriptor, name: "main queue") { MainQueue.drain() }
        #endif
    }

    // MARK: Signals

    /// Calls `handler` on the loop when the process gets a signal, on whichever thread. Several handlers may share one.
    ///
    /// - Throws: `SystemError`: `EBUSY` when another loop of the process watches that signal.
    public func onSignal(_ signal: CInt, _ handler: @escaping () throws -> Void) throws(SystemError) -> SignalWatch {
        if signals == nil {
            let pipe = try SignalPipe()
            let descriptor = pipe.descriptor
            signals = consume pipe
            try addInternal(descriptor, name: "signals") { [unowned self] in deliverSignals() }
        }
        if !signalWatches.contains(where: { $0.signal == signal }) { try signals?.add(signal) }
        let watch = SignalWatch(signal: signal, loop: self, handler: handler)
        signalWatches.append(watch)
        return watch
    }

    private func deliverSignals() {
        for signal in signals?.take() ?? [] {
            for watch in signalWatches where watch.signal == signal { perform("signal handler", watch.handler) }
        }
    }

    func removeSignalWatch(_ watch: SignalWatch) {
        signalWatches.removeAll { $0 === watch }
        if !signalWatches.contains(where: { $0.signal == watch.signal }) { signals?.remove(watch.signal) }
    }
}
