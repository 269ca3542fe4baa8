import FetchLoop

/// A run without a dashboard: records to a file or a pipe, complaints and a summary to standard error, an exit code.
final class HeadlessRun {
    private let session: Session
    private let loop: EventLoop
    private let console: Console
    private var signals: [SignalWatch] = []
    private let script: ScriptRunner?
    private var progressTimer: LoopTimer?
    private var isEnding = false
    private let hastyEnd: HastyEnd
    private var exitCode: Int32 = 0

    /// One line on the terminal says how it goes, drawn anew again and again.
    var redrawsProgress = false

    /// How often `--progress line` says how it goes, and how often the line of a terminal is drawn anew.
    private static let progressPeriod = Duration.seconds(5)
    private static let redrawPeriod = Duration.milliseconds(250)

    init(session: Session, console: Console, script: ScriptRunner? = nil) {
        self.session = session
        self.script = script
        self.console = console
        loop = session.loop
        hastyEnd = HastyEnd(session)
    }

    /// Runs the loop until everything is done, and returns the exit code.
    ///
    /// - Throws: `SystemError` when signals cannot be watched, `LoopError` when the loop cannot run.
    func run() throws -> Int32 {
        Signals.ignoreBrokenPipes()
        let hangUp = Signals.isIgnored(Signals.hangUp) ? [] : [Signals.hangUp]
        for signal in [Signals.interrupt, Signals.terminate] + hangUp {
            signals.append(try loop.onSignal(signal) { [self] in interrupted(by: signal) })
        }
        signals.append(try loop.onSignal(Signals.status) { [self] in showStatus() })
        // A turn that took long is the machine's business, or the profiler's; errors are the user's.
        loop.onDiagnostic = { [console] diagnostic in
            if case .blocked = diagnostic { return }
            console.complain(DisplayText(sanitising: diagnostic.message))
        }
        session.onProblem = { [console] in console.report($0) }
        session.onOutputProblem = { [console] in console.complain(DisplayText(sanitising: $0.description)) }
        if session.options.results.isVerbose {
            session.log?.sinks.append { [console] _, text in console.line("* " + text) }
        }
        session.onIdle = { [self] in becameIdle() }
        script?.onEnd = { [self] in scriptEnded($0) }
        script?.onMessage = { [console] in console.complain($0) }
        if session.rechecks != nil { session.store.addObserver(ChangeReporter(console: console)) }
        if session.options.results.progress == .line || redrawsProgress { scheduleProgress() }
        session.start()
        script?.start()
        endWhenStill()
        try loop.run()
        // What holds this run is let go again.
        for signal in signals { signal.cancel() }
        session.onIdle = {}
        session.onStill = {}
        return exitCode
    }

    private func interrupted(by signal: CInt) {
        let isFirst = session.interrupt(signal: signal) == 1
        // Nobody is there who could let it go on.
        session.scheduler.abortPaused()
        if isEnding, isFirst {
            return console.complain("stopping: the last results are being written; once more to stop at once")
        }
        // Of a run that is read back nothing is in flight, and a script may wait for what never comes.
        if session.replay != nil || session.isIdle { end() }
        if !isFirst { return hastyEnd.hurry() }
        guard !isEnding else { return }
        let count = session.store.counts.inFlight
        console.complain("stopping: \(count) in flight; once more to stop at once")
    }

    private func showStatus() {
        console.line(statusLine)
    }

    private var statusLine: DisplayText {
        StatusLine.text(session.store, mode: session.mode, isInputOver: session.isInputOver, at: session.now)
    }

    private func scheduleProgress() {
        let period = redrawsProgress ? Self.redrawPeriod : Self.progressPeriod
        progressTimer = loop.after(period, name: "progress") { [self] in
            if redrawsProgress {
                console.show(statusLine)
            } else {
                showStatus()
            }
            scheduleProgress()
        }
    }

    private func becameIdle() {
        // A script may have more to do, unless the run was ended from outside.
        guard let script, script.outcome == nil, !session.scheduler.isDraining else { return end() }
        script.check()
    }

    private func scriptEnded(_ outcome: ScriptRunner.Outcome) {
        switch outcome {
        case .finished: break
        case .quit: session.abort()
        case .failed(let reason):
            session.scriptComplaint = reason
            session.abort()
        }
        if session.isIdle { end() } else { becameStill() }
    }

    /// The script is told of it, as long as it runs; then nobody is there who could let go on what is paused.
    private func endWhenStill() {
        guard let script else { return }
        let check = session.onStill
        session.onStill = { [self] in
            check()
            loop.onNextTurn(name: "end") { [self] in
                if script.outcome != nil { becameStill() }
            }
        }
    }

    private func becameStill() {
        guard session.isStill, !isEnding else { return }
        if session.isIdle { return end() }
        if !session.scheduler.isDraining {
            console.complain("the script is over, and what is left is paused: stopping")
        }
        session.drain()
        session.scheduler.abortPaused()
        if session.isIdle { end() }
    }

    private func end() {
        guard !isEnding else { return }
        isEnding = true
        progressTimer?.cancel()
        console.show(nil)
        let finishedAt = session.summaryMoment
        session.close { [self] in
            exitCode = session.exitStatus.code
            for complaint in session.gateComplaints { console.complain(DisplayText(sanitising: complaint)) }
            RunSummary.write(session, exitCode: exitCode, at: finishedAt, to: console)
            console.finish { [loop] in loop.stop() }
        }
    }
}
