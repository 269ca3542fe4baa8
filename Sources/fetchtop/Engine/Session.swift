import FetchLoop

/// A run: where jobs come from, the scheduler, the store, and where results go. Headless and dashboard both drive one.
///
/// ```
/// source ──> session ──> scheduler ──> client
///                            │ events
///                            v
///                          store ──> recorder ──> output
/// ```
final class Session {
    let loop: EventLoop
    let options: RunOptions
    private(set) var time: RunTime
    let store: FetchStore
    let scheduler: FetchScheduler
    /// What the exit code will be made of.
    private(set) var status = ExitStatus()
    /// All sources are read to their end.
    private(set) var isInputOver = false
    /// Lines of the input that gave no job.
    private(set) var problemCount = 0
    /// Told of each line that could not be used, as it turns up.
    var onProblem: (InputProblem) -> Void = { _ in }
    /// Told when there is nothing left to do; again after more was added or retried.
    var onIdle: () -> Void = {}
    /// Told of each output that cannot be written any more. Without a log the run goes on; else it ends by itself.
    var onOutputProblem: (OutputProblem) -> Void = { _ in }

    private let source: any JobSource
    /// The finished run that is shown, if this is none of its own.
    let replay: Replay?
    private let isStrict: Bool
    /// Which jobs are done already, when results are recorded.
    let journal: Journal?
    private let gates: GateKeeper?
    /// What the engine does, in words, for whoever asked.
    private(set) var log: EngineLog?
    /// The entity tags of earlier runs, if they are to be used.
    var etags: ETagStore? {
        didSet {
            scheduler.etags = etags
            outputs.etags = etags?.recordOutput
        }
    }
    let outputs: RunOutputs
    /// Lets go of what the run used, when nothing is in flight any more: cookies and the like are then written.
    var atEnd: () -> Void = {}
    /// Watch mode, when it was asked for.
    private(set) var rechecks: Rechecks?
    /// A script will add what there is to fetch: an empty list is no mistake.
    var isFedByScript = false
    /// Done once, when there is something to fetch.
    var beforeFirstJob: (() -> Void)?
    /// Told when nothing more will happen by itself, although something may be paused.
    var onStill: () -> Void = {}
    private var wasIdle = false
    private var wasStill = false
    /// How often somebody outside asked for the end.
    private var interruptCount = 0
    private var isClosing = false
    private var readAhead: Int

    /// - Parameters:
    ///   - isStrict: A bad line ends the run (`--strict-input`).
    ///   - output: Where result records go, if anywhere.
    init(
        loop: EventLoop, options: RunOptions, client: any TransferClient, source: any JobSource,
        isStrict: Bool = false, output: RecordOutput? = nil, journal: Journal? = nil,
        downloads: Downloads? = nil, replay: Replay? = nil,
        unixNanoseconds: Int64 = TimeOfDay.unixNanoseconds,
        random: any RandomNumberGenerator = SystemRandomNumberGenerator()
    ) {
        self.loop = loop
        self.options = options
        self.source = source
        self.isStrict = isStrict
        self.journal = journal
        self.replay = replay
        outputs = RunOutputs(loop: loop, results: output, downloads: downloads)
        time = RunTime(origin: loop.now)
        store = FetchStore(clock: RunClock(startedAtUnixNanoseconds: unixNanoseconds))
        scheduler = FetchScheduler(
            loop: loop, store: store, client: client, time: time, options: options, downloads: downloads,
            random: random)
        readAhead = max(Self.leastReadAhead, options.concurrency.total * 4)
        if let period = options.load.every {
            rechecks = Rechecks(loop: loop, scheduler: scheduler, period: period)
        }
        gates = GateKeeper(options.gates)
        if let gates {
            gates.total = { [unowned self] in isInputOver ? store.count : options.load.requests }
            store.addObserver(gates)
        }
        if let output { record(to: output) }
        if options.results.isVerbose || options.results.logFile != nil {
            let log = EngineLog()
            store.addObserver(log)
            self.log = log
            scheduler.onNote = { [weak self] in self?.note($0) }
        }
    }

    private func note(_ note: RunNote) { log?.note(note, in: store, at: now) }

    /// A list is read whole as long as it has fewer lines, so that the total is known; beyond, it is read as it is used.
    static let mostReadAhead = 2_000_000
    /// A producer at the other end of a pipe is let ahead this far.
    static let leastReadAhead = 4_096

    /// Begins to read and to fetch. The loop must run for anything to happen.
    func start() {
        if let replay { return start(replay) }
        scheduler.onPump = { [weak self] in self?.didPump() }
        outputs.onPressure = { [weak self] in self?.scheduler.isHeldBack = $0 }
        outputs.onProblem = { [weak self] in self?.outputFailed($0) }
        outputs.start()
        rechecks?.onSkip = { [weak self] in
            guard let self, let rechecks else { return }
            note(.checkSkipped($0, round: rechecks.round))
        }
        // In a turn of its own: the verdict falls while an event is being applied.
        gates?.onTrip = { [weak self] verdict in
            self?.loop.onNextTurn(name: "gate") { self?.obey(verdict) }
        }
        if let deadline = options.time.deadline {
            loop.after(deadline, name: "deadline") { [weak self] in
                self?.note(.deadline)
                self?.abort()
            }
        }
        if options.load.duration != nil, options.rate.starts == nil, let duration = options.load.duration {
            loop.after(duration, name: "load") { [weak self] in self?.endLoad() }
        }
        source.start(self)
    }

    private func start(_ replay: Replay) {
        replay.onProblem = { [self] in report($0) }
        replay.read(loop) { [self] in feed(replay) }
    }

    private func feed(_ replay: Replay) {
        if isStrict, problemCount > 0 || replay.recordCount == 0 { status.isInputError = true }
        // Over a finished run the clock stands at its end.
        time = RunTime(origin: LoopInstant(nanoseconds: loop.now.nanoseconds - replay.end.nanoseconds))
        scheduler.time = time
        store.begin(at: replay.clock)
        replay.feed(store, loop: loop) { [self] in
            isInputOver = true
            if store.count == 0 {
                onProblem(InputProblem(message: "there is nothing to show: the file has no results"))
                status.isInputError = true
            }
            onIdle()
        }
    }

    /// The moment for which a summary is: now, or the end of the run that is replayed.
    var summaryMoment: Moment { replay?.end ?? now }

    /// `-z`: the time is up. What is in flight goes on to its end; the little that waits never started.
    private func endLoad() {
        guard !scheduler.isDraining else { return }
        note(.loadOver)
        source.cancel()
        isInputOver = true
        scheduler.cancelWaiting()
        scheduler.setNeedsPump()
    }

    private func obey(_ verdict: GateKeeper.Verdict) {
        note(.gateTripped(verdict.reason))
        switch verdict {
        case .abort: abort()
        case .drain: drain()
        }
    }

    var now: Moment { time.moment(loop.now) }

    /// Connections open now, idle ones included.
    var connectionCount: Int { scheduler.client.connectionCount }

    /// Nothing is left to do: all input is read, and every fetch is finished, paused or given up.
    var isIdle: Bool {
        guard scheduler.isIdle else { return false }
        // A list that is watched is never done; it only ends.
        return scheduler.isDraining || isInputOver && rechecks == nil
    }

    /// Nothing will happen before somebody does something: what is not finished is paused.
    var isStill: Bool { (isInputOver && rechecks == nil || scheduler.isDraining) && scheduler.isStill }

    /// What a script expected in vain.
    var scriptComplaint: String?
    /// What `--fail-early`, `--max-failures`, `--fail-if` and a script object to, a line each.
    var gateComplaints: [String] { (gates?.complaints(in: store) ?? []) + (scriptComplaint.map { [$0] } ?? []) }

    /// What the process would exit with if it ended now.
    var exitStatus: ExitStatus {
        var status = status
        // A file that could not be written is no reason to stop the others, but it must not be overlooked.
        if store.outcomes.byFailure[.disk, default: 0] > 0 { status.isOutputError = true }
        status.isGateTripped = !gateComplaints.isEmpty
        // What was cancelled is not fetched; that a load test is over is its end.
        let isIncomplete = store.counts[.cancelled] > 0 && !options.load.isRepeating
        status.isUnfinished = !isInputOver || hasUnfinished || isIncomplete
        status.hasFailures =
            store.counts.failures > 0 || problemCount > 0 || (journal?.earlierFailureCount ?? 0) > 0
        return status
    }

    /// Something has no result. In watch mode a check that was cut off has one: that of the check before.
    private var hasUnfinished: Bool {
        guard rechecks != nil else { return store.counts.finished < store.count }
        return (0..<store.count).contains { index in
            let fetch = store[FetchID(index: index)]
            return !fetch.state.isFinished && fetch.detail?.previous == nil
        }
    }

    private func didPump() {
        source.resume()
        let (isIdle, isStill) = (isIdle, isStill)
        defer { (wasIdle, wasStill) = (isIdle, isStill) }
        if isIdle && !wasIdle { onIdle() }
        if isStill && !wasStill { onStill() }
    }

    /// Puts a job into the queue, unless an earlier run has its result.
    @discardableResult
    func add(_ job: FetchJob) -> FetchID? {
        var job = job
        // Told to the job, so that its row, its record and the rules for retries know what is really sent.
        if let method = options.request.defaultMethod, job.values.method == nil, job.values.body == nil {
            job.values.method = method
        }
        guard let journal else { return begin(job) }
        guard let number = journal.admit(job) else { return nil }
        beforeFirst()
        let id = scheduler.add(job)
        journal.note(number, for: id)
        return id
    }

    private func begin(_ job: FetchJob) -> FetchID {
        beforeFirst()
        return scheduler.add(job)
    }

    private func beforeFirst() {
        guard let beforeFirstJob else { return }
        self.beforeFirstJob = nil
        beforeFirstJob()
    }

    /// Puts a job into the queue that somebody typed, whatever an earlier run did.
    func addByHand(_ job: FetchJob) -> FetchID {
        var job = job
        job.repetition = rechecks?.round ?? 0
        return begin(job)
    }

    // MARK: - Ending

    /// Starts nothing more; `onIdle` follows when what is in flight has ended.
    func drain() {
        source.cancel()
        rechecks?.stop()
        scheduler.drain()
    }

    /// Ends what is in flight, unfinished; `onIdle` follows.
    func abort() {
        source.cancel()
        rechecks?.stop()
        scheduler.abort()
    }

    /// The first signal drains, the second aborts, whatever else has begun to end the run before.
    ///
    /// - Returns: Which one this was, from 1.
    @discardableResult
    func interrupt(signal: CInt) -> Int {
        interruptCount += 1
        if interruptCount == 1 { drain() } else { abort(by: signal) }
        return interruptCount
    }

    /// Ends what is in flight for somebody who leaves; asking once more is the second time.
    func quit() {
        interruptCount = max(interruptCount, 1)
        if !isClosing { abort() }
    }

    /// Ends at once what a signal, or the key that stands for it, ends for good.
    func abort(by signal: CInt) {
        status.killedBy = signal
        abort()
    }

    /// Writes the last results and tells when they are safe.
    func close(_ done: @escaping () -> Void) {
        isClosing = true
        source.cancel()
        atEnd()
        atEnd = {}
        outputs.finish(done)
    }

    func outputFailed(_ problem: OutputProblem) {
        onOutputProblem(problem)
        guard problem.isVital else { return }
        status.isOutputError = true
        if !isClosing { abort() }
    }
}

// MARK: - Input

extension Session: JobSink {
    func hasRoom(for source: any JobSource) -> Bool {
        guard !scheduler.isDraining, !scheduler.isHeldBack, !isInputOver else { return false }
        if source.isPaced { return store.counts[.queued] < scheduler.freeSlots }
        return store.counts.pending < (source.isStreamed ? readAhead : Self.mostReadAhead)
    }

    func source(_ source: any JobSource, didRead batch: InputBatch) {
        guard !scheduler.isDraining, !isInputOver else { return }
        // Under --strict-input the list ends with the line before the first bad one, wherever the chunks of reading end.
        let end = isStrict ? batch.jobCountBeforeProblem : nil
        for job in batch.jobs.prefix(end ?? .max) {
            var job = job
            if let rechecks { job.repetition = rechecks.round }
            add(job)
        }
        wasIdle = false
        for problem in batch.problems {
            report(problem)
            guard isStrict, problem.severity != .warning else { continue }
            // What stands before it is fetched; the rest is as if it were not there.
            status.isInputError = true
            source.cancel()
            self.source.cancel()
            isInputOver = true
            rechecks?.stop()
            rechecks = nil
            scheduler.setNeedsPump()
            return
        }
    }

    func sourceDidEnd(_ source: any JobSource) {
        isInputOver = true
        note(.inputOver)
        if store.count == 0, !isFedByScript, !status.isInputError, (journal?.resumedCount ?? 0) == 0 {
            onProblem(.nothingToFetch(problemCount: problemCount))
            status.isInputError = true
            rechecks?.stop()
            rechecks = nil
        }
        scheduler.setNeedsPump()
    }

    private func report(_ problem: InputProblem) {
        onProblem(problem)
        guard problem.severity != .warning else { return }
        problemCount += 1
        if problem.severity == .unreadable { status.isInputError = true }
    }
}
