private import DequeModule

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
/// A coroutine that waits holds what it uses, the loop included: a loop that is not run any more, but has such coroutines,
/// goes with ``close()`` and not before.
///
/// Tornado: `IOLoop`.
public final class EventLoop {
    /// The `Sendable` end of the loop: executor of its coroutines, and `post` for other threads.
    public let executor: LoopExecutor
    /// What the loop is called in reports.
    public let name: String
    /// Where reports go. By default one line on standard error.
    public var onDiagnostic: (LoopDiagnostic) -> Void = LoopDiagnostic.writeToStandardError
    /// A callback that takes longer than this is reported as blocking the loop.
    public var blockedThreshold: Duration {
        get { .nanoseconds(meter.blockedNanoseconds) }
        set { meter.blockedNanoseconds = newValue.nanoseconds }
    }
    /// Counters of the loop's own life.
    public var metrics: LoopMetrics {
        requireThread("EventLoop.metrics")
        return meter.snapshot
    }

    let clock: LoopClock
    // Here and in the other hot objects the run-time checks for overlapping access are off: they were a quarter of the
    // cost of a turn. They would find nothing: no such field is changed in place by a method that calls back.
    @safe @exclusivity(unchecked) private var frozen: Int64
    @safe @exclusivity(unchecked) private var meter = LoopMeter()
    var poller: SystemPoller
    @safe @exclusivity(unchecked) var timers = TimerQueue()
    @safe @exclusivity(unchecked) private var callbacks: Deque<Callback> = []
    @safe @exclusivity(unchecked) var watches: [Watch?] = []
    var nextGeneration: UInt32 = 1
    var signals: SignalPipe?
    var signalWatches: [SignalWatch] = []
    @safe @exclusivity(unchecked) var suspensions = SuspensionList()
    var named = NamedFutures()
    /// The named coroutines that ended in this turn, and the one whose first step took too long.
    @safe @exclusivity(unchecked) var endedNames = EndedNames()
    var slowStart: String?
    var blockingCalls = BlockingCalls()
    var closeActions: [ObjectIdentifier: () -> Void] = [:]
    var mainQueueWatch: Watch?
    @safe @exclusivity(unchecked) private var stopRequested = false
    /// Whether `run` is on the stack.
    @safe @exclusivity(unchecked) public private(set) var isRunning = false
    /// Whether `close` was called.
    @safe @exclusivity(unchecked) public private(set) var isClosed = false

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
        frozen = MonotonicClock.nanoseconds
        try addInternal(executor.wakeUpDescriptor, name: "posts from other threads") { [unowned self] in
            takePosts()
        }
    }

    private func takePosts() {
        executor.takeRemote { callbacks.append(Callback(name: "post", body: $0)) }
    }

    deinit {
        executor.close()
        for watch in watches { watch?.detach() }
        for watch in signalWatches { watch.detach() }
        timers.removeAll()
        signals?.removeAll()
        suspensions.abandonAll()
        for watch in watches { watch?.dropHandler() }
        for watch in signalWatches { watch.dropHandler() }
    }

    /// The time at the start of this turn; it stands still while callbacks run. Outside ``run()`` the time it is.
    public var now: LoopInstant {
        if !isRunning && clock == .monotonic { frozen = MonotonicClock.nanoseconds }
        return LoopInstant(nanoseconds: frozen)
    }

    // MARK: One iteration

    /// Runs until ``stop()``; a `stop` before the start makes it return at once. It may be run again afterwards.
    ///
    /// - Throws: `LoopError.alreadyRunning` when called from inside the loop, `LoopError.closed` after `close`.
    public func run() throws(LoopError) {
        guard !isRunning else { throw .alreadyRunning }
        guard !isClosed else { throw .closed }
        enter()
        watchMainQueueOnMainThread()
        defer {
            leave()
            stopRequested = false
        }
        while !stopRequested { turn() }
    }

    /// One iteration: (1) freeze now, (2) fire due timers, not those added meanwhile, (3) run the coroutines and
    /// callbacks present at entry, (4) choose the poll's timeout, (5) poll and freeze now again, (6) deliver events whose watch still
    /// stands, (7) count. Callbacks queued in a turn run in the next one, so none can starve I/O or timers.
    private func turn() {
        let start = meter.startTurn()
        if clock == .monotonic { frozen = start }
        fireDueTimers()
        runReady()
        meter.settle()
        let timeout = pollTimeout()
        // While there is work, a poll of the kernel every 50 microseconds is enough: it costs as much as several
        // callbacks, and nothing waits noticeably longer.
        if timeout != 0 || meter.sinceLastPoll > 50_000 || clock == .virtual {
            let count = poller.wait(milliseconds: timeout)
            if count == 0 && timeout == 0 && clock == .virtual { jumpToNextTimer() }
            meter.noteReturnOfPoll()
            // What an event sets off counts from the event, not from before the sleep that it ended.
            if clock == .monotonic { frozen = meter.mark }
            deliver(count)
        }
        meter.endTurn()
        if slowStart != nil { slowStart = nil }
        endedNames.removeAll()
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
    private var hasWork: Bool { !callbacks.isEmpty || executor.hasReady }

    private func runReady() {
        executor.resumeYielded()
        // Taken out one by one: what is queued meanwhile stands behind those present at entry.
        for _ in 0..<callbacks.count {
            guard let callback = callbacks.popFirst() else { break }
            perform(callback.name, callback.body)
        }
        guard executor.hasReady else { return }
        meter.settle()  // else the callbacks' time would be the coroutines'
        let (count, slowest) = executor.runReady(notingSlowerThan: meter.blockedNanoseconds)
        guard let spent = meter.noteCallbacks(count, name: "coroutines"), let slowest else { return }
        reportBlocked(count, slowest, spent)
    }

    /// Milliseconds: 0 when work remains, else until the next deadline, rounded UP (rounding down would spin through
    /// the last millisecond), else -1.
    private func pollTimeout() -> CInt {
        if stopRequested || hasWork { return 0 }
        guard let deadline = timers.nextDeadline() else { return -1 }
        if clock == .virtual && blockingCalls.isEmpty { return 0 }
        let now = clock == .monotonic ? meter.mark : frozen
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
            let wanted = events.wanted(for: watch.registered)
            if !wanted.isEmpty, let handler = watch.handler { perform(watch.name) { try handler(wanted) } }
        }
    }

    @inline(__always)
    func perform(_ name: StaticString, _ body: () throws -> Void) {
        do { try body() } catch { onDiagnostic(.callbackFailed(name: "\(name)", error: error)) }
        if let spent = meter.noteCallbacks(1, name: name) { reportBlocked("\(name)", spent) }
    }

    @inline(never)
    private func reportBlocked(_ name: String, _ spent: Int64) {
        let name = slowStart ?? name
        slowStart = nil
        meter.attribute(spent, to: name)
        onDiagnostic(.blocked(name: name, duration: .nanoseconds(spent)))
    }

    @inline(never)
    private func reportBlocked(_ count: Int, _ slowest: SlowStep, _ spent: Int64) {
        // Many steps that are quick each can take too long together.
        if count == 1 || 2 * slowest.nanoseconds >= spent {
            reportBlocked(name(of: slowest.coroutine), spent)
        } else {
            reportBlocked("\(count) coroutines", spent)
        }
    }

    /// Stops the process when the loop runs on another thread than the caller's: everything here would race with it.
    @inline(__always)
    @usableFromInline func requireThread(_ what: StaticString) {
        if !executor.isCurrent && isRunning { executor.require(what) }
    }

    /// Whether a loop, this or another, runs on the calling thread.
    public static var isRunningOnThisThread: Bool { RunningLoops.isInside }

    /// What is called from here on is called by the loop, on this thread: it may neither run nor close it, and no
    /// blocking client may stop it.
    private func enter() {
        executor.adoptCurrentThread()
        meter.start()
        if clock == .monotonic { frozen = meter.mark }
        isRunning = true
        RunningLoops.enter()
    }

    private func leave() {
        RunningLoops.leave()
        isRunning = false
    }

    // MARK: Ending

    /// Lets cancelled coroutines run to their end, as far as they do so without waiting for anything.
    func unwind() {
        enter()
        defer {
            leave()
            // One that stops as it ends means the run that is over, not the next.
            stopRequested = false
        }
        var rounds = 0
        while hasWork && rounds < 100 {
            runReady()
            rounds += 1
        }
    }

    /// Ends `run` after the current turn.
    public func stop() {
        requireThread("EventLoop.stop")
        stopRequested = true
    }

    /// Ends the loop for good: timers, watches and signals are removed, and every coroutine that waits on something
    /// of this loop is resumed with `CancellationError`.
    ///
    /// - Throws: `LoopError.running` when called while the loop runs. A second `close` is no error.
    public func close() throws(LoopError) {
        guard !isRunning else { throw .running }
        guard !isClosed else { return }
        // What ends here and now would make the steps below twice, if it could close the loop.
        enter()
        defer { leave() }
        // Posts that were accepted are still made: someone may wait for what they start.
        executor.close()
        takePosts()
        runReady()
        // One at a time: an action may take back others as it goes.
        while let id = closeActions.keys.first { closeActions.removeValue(forKey: id)?() }
        // Coroutines may wait again while they unwind; each of those waits ends at once, too. The bound only guards
        // against one that never stops waiting.
        var rounds = 0
        repeat {
            for call in blockingCalls.takeAll() { call.cancel() }
            for suspension in suspensions.all { suspension.cancel() }
            runReady()
            rounds += 1
        } while rounds < 1000 && (hasWork || !suspensions.isEmpty)
        isClosed = true
        for call in blockingCalls.takeAll() { call.cancel() }
        timers.removeAll()
        for watch in watches { watch?.cancel() }
        signals?.removeAll()
        let signalWatches = signalWatches
        self.signalWatches = []
        for watch in signalWatches { watch.detach() }
        for watch in signalWatches { watch.dropHandler() }
        callbacks = []
    }

    // MARK: Callbacks and timers

    /// Runs a callback in the next turn, in the order of the calls. Loop's thread only; see ``LoopExecutor/post(_:)``.
    ///
    /// An error that it throws is reported to ``onDiagnostic``, as with all callbacks. Tornado: `add_callback`.
    public func onNextTurn(name: StaticString = "callback", _ callback: @escaping () throws -> Void) {
        requireThread("EventLoop.onNextTurn")
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
        requireThread("EventLoop.after and EventLoop.at")
        let timer = LoopTimer(deadline: deadline, name: name, loop: self, callback: callback)
        if isClosed { timer.callback = nil } else { timers.insert(timer, now: now.nanoseconds) }
        return timer
    }

    /// How many timers are to come.
    public var timerCount: Int { timers.count }
}
