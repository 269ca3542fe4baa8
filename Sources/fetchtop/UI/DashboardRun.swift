import FetchLoop
import Glibc

/// A run with the dashboard: the same session as a headless one, watched and steered by keys.
final class DashboardRun {
    private let session: Session
    private let loop: EventLoop
    private let console: Console
    private let dashboard: Dashboard
    private let terminal: Terminal
    private let source: DisplayText
    private let preferences: DisplayPreferences
    private let leavesWhenDone: Bool
    private var signals: [SignalWatch] = []
    private var log: [LogLine] = []
    private var isDone = false
    private var isEnding = false
    private var exitCode: Int32 = 0
    private let utcOffset: Duration
    private var script: ScriptRunner?
    /// Makes the runner of a script that is to steer this run.
    var makeScript: ((SceneMaker) -> ScriptRunner)?

    private static let logLimit = 2000

    /// - Throws: `TTY.Unavailable`, `CursesScreen.Unusable` or `SystemError` when there is no terminal to draw on.
    init(
        session: Session, console: Console, source: DisplayText, terminalType: String, preferences: DisplayPreferences,
        leavesWhenDone: Bool
    ) throws {
        self.session = session
        self.console = console
        self.source = source
        self.preferences = preferences
        self.leavesWhenDone = leavesWhenDone
        loop = session.loop
        utcOffset = Self.currentUTCOffset()
        terminal = try Terminal(loop: loop, type: terminalType, preferences: preferences)
        let controller = Controller(store: session.store, control: SessionControl(session)) { [session] in session.now }
        let figures = FiguresBox()
        dashboard = Dashboard(loop: loop, terminal: terminal, controller: controller, preferences: preferences) {
            figures.make()
        }
        figures.make = { [unowned self] in self.figures() }
    }

    /// Lets the dashboard ask for figures before `self` is complete.
    private final class FiguresBox {
        var make: () -> RunFigures = { RunFigures() }
    }

    /// Runs the loop until the user leaves, and returns the exit code.
    func run() throws -> Int32 {
        Signals.ignoreBrokenPipes()
        try watchSignals()
        session.onProblem = { [self] problem in
            note(.error, DisplayText(sanitising: problem.description))
        }
        session.onOutputError = { [self] error in
            note(.error, "cannot write results: \(DisplayText(sanitising: error.message))")
        }
        session.onIdle = { [self] in becameIdle() }
        dashboard.onReaction = { [self] in react($0) }
        terminal.onGone = { [self] in terminalGone() }
        let diagnose = loop.onDiagnostic
        loop.onDiagnostic = { [self] diagnostic in
            note(.warning, DisplayText(sanitising: diagnostic.message))
        }
        session.store.addObserver(dashboard)
        let script = makeScript?(dashboard.frames)
        self.script = script
        script?.onEnd = { [self] in scriptEnded($0) }
        script?.onMessage = { [self] in note(.warning, $0) }
        script?.onReaction = { [self] in dashboard.apply($0) }
        session.start()
        script?.start()
        dashboard.drawSoon()
        defer {
            dashboard.close()
            loop.onDiagnostic = diagnose
        }
        try loop.run()
        for signal in signals { signal.cancel() }
        session.onIdle = {}
        return exitCode
    }

    private func watchSignals() throws {
        for signal in [SIGINT, SIGTERM] {
            signals.append(try loop.onSignal(signal) { [self] in interrupted(by: signal) })
        }
        signals.append(try loop.onSignal(SIGWINCH) { [self] in dashboard.resized() })
        signals.append(try loop.onSignal(SIGTSTP) { [self] in suspend() })
        signals.append(
            try loop.onSignal(SIGCONT) { [self] in
                terminal.enter()
                dashboard.drawSoon()
            })
        signals.append(try loop.onSignal(SIGHUP) { [self] in terminalGone() })
    }

    // MARK: - Ending

    private func react(_ reaction: Controller.Reaction) {
        if reaction.contains(.suspend) { suspend() }
        if reaction.contains(.abort) {
            // The second Ctrl-C.
            session.interrupt(signal: SIGINT)
            end()
        } else if reaction.contains(.quit) {
            session.abort()
            end()
        }
    }

    private func interrupted(by signal: CInt) {
        let isFirst = !session.scheduler.isDraining
        session.interrupt(signal: signal)
        guard isFirst, !isDone else { return end() }
        dashboard.controller.say("draining: what is in flight goes on; once more stops it", .warn)
        dashboard.drawSoon()
    }

    /// Everything is done, or drained after Ctrl-C.
    private func becameIdle() {
        isDone = true
        dashboard.noteChange()
        if let script, script.outcome == nil, !session.scheduler.isDraining { return script.check() }
        if leavesWhenDone || session.scheduler.isDraining { end() }
    }

    private func scriptEnded(_ outcome: ScriptRunner.Outcome) {
        switch outcome {
        case .finished: if isDone, leavesWhenDone { end() }
        case .quit:
            session.abort()
            end()
        case .failed(let reason):
            session.scriptComplaint = reason
            session.abort()
            end()
        }
    }

    /// Nobody sees or steers any more: the fetches go on to a result file, else what is in flight is the last.
    private func terminalGone() {
        guard !isEnding else { return }
        dashboard.close()
        if session.options.results.file == nil { session.drain() }
        if session.isIdle { end() } else { session.onIdle = { [self] in end() } }
    }

    private func end() {
        guard !isEnding else { return }
        isEnding = true
        let finishedAt = session.now
        session.close { [self] in
            exitCode = session.exitStatus.code
            dashboard.close()
            for line in log.suffix(10) where line.severity == .error { console.complain(line.text) }
            for complaint in session.gateComplaints { console.complain(DisplayText(sanitising: complaint)) }
            if session.options.results.summary != .none {
                for line in SummaryText.lines(session.store, at: finishedAt) { console.line(line) }
            }
            console.finish { [loop] in loop.stop() }
        }
    }

    /// Back to the shell. SIGSTOP, not the SIGTSTP we are handling: that one would come back to us.
    private func suspend() {
        terminal.leave()
        kill(getpid(), SIGSTOP)
        // Here again: the shell continued us. SIGCONT's watch takes the terminal again.
    }

    // MARK: - Figures

    private func note(_ severity: LogLine.Severity, _ text: DisplayText) {
        log.append(LogLine(at: session.now, severity: severity, text: text))
        if log.count > Self.logLimit { log.removeFirst(log.count - Self.logLimit) }
        dashboard.noteChange()
    }

    private func figures() -> RunFigures {
        let metrics = loop.metrics
        var run = RunFigures()
        run.source = source
        run.concurrency = session.scheduler.concurrency
        run.isPaused = session.scheduler.isPaused
        run.isDraining = session.scheduler.isDraining
        if isDone, !session.isIdle { isDone = false }
        run.isDone = isDone
        run.framesPerSecond = preferences.framesPerSecond
        run.meanTurn = .nanoseconds(Int64(clamping: metrics.meanTurnNanoseconds))
        run.maxTurn = .nanoseconds(Int64(clamping: metrics.maxTurnNanoseconds))
        run.utcOffset = utcOffset
        run.log = log
        return run
    }

    private static func currentUTCOffset() -> Duration {
        var seconds = time(nil)
        var local = unsafe tm()
        guard unsafe localtime_r(&seconds, &local) != nil else { return .zero }
        return unsafe .seconds(local.tm_gmtoff)
    }
}
