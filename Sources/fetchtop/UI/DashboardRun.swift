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
    private let settings: SettingsStore?
    private let complaint: String?
    private let leavesWhenDone: Bool
    private var signals: [SignalWatch] = []
    private let index = RunIndex()
    private var listedAt: LoopInstant?
    private var loopFigures = LoopFigures()
    private var isDone = false
    private var doneAt: Moment?
    private var isEnding = false
    private var hastyEnd: HastyEnd?
    private var hasProblems = false
    private var exitCode: Int32 = 0
    private let utcOffset: Duration
    private var script: ScriptRunner?
    /// Makes the runner of a script that is to steer this run.
    var makeScript: ((SceneMaker) -> ScriptRunner)?

    /// - Throws: `TTY.Unavailable`, `CursesScreen.Unusable` or `SystemError` when there is no terminal to draw on.
    init(
        session: Session, console: Console, source: DisplayText, terminalType: String, preferences: DisplayPreferences,
        settingsFile: SettingsFile?, keyMap: KeyMap, leavesWhenDone: Bool
    ) throws {
        self.session = session
        self.console = console
        self.source = source
        settings = settingsFile.map { SettingsStore(loop: session.loop, file: $0, start: preferences.settings) }
        complaint = settingsFile?.complaint
        self.leavesWhenDone = leavesWhenDone
        loop = session.loop
        utcOffset = Self.currentUTCOffset()
        terminal = try Terminal(loop: loop, type: terminalType, preferences: preferences)
        let controller = Controller(
            store: session.store, index: index, control: SessionControl(session), keyMap: keyMap
        ) {
            [session] in session.now
        }
        controller.requestOptions = session.options.request
        let options = session.options
        let inUse = [
            options.results.file, options.results.failedList, options.results.logFile, options.save.etagStore,
            options.request.cookieJar, options.request.hstsFile, options.request.altSvcFile,
        ].compactMap(\.self)
        controller.exporter = { [loop = session.loop] request, done in
            var record = ResultRecord()
            record.revealsSecrets = request.isRevealing
            RowExport(
                loop: loop, ids: request.ids, store: controller.store, path: FileSystem.expandingHome(request.path),
                inUse: inUse, isReplacing: request.isReplacing, record: record, done: done
            ).start()
        }
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
        hastyEnd = HastyEnd(session) { [dashboard] in dashboard.close() }
        session.onProblem = { [self] problem in
            note(.error, DisplayText(sanitising: problem.description))
            guard !hasProblems else { return }
            hasProblems = true
            dashboard.controller.say("not every line can be used: the log (7) says which, and why", .warn)
        }
        session.onOutputProblem = { [self] in note(.error, DisplayText(sanitising: $0.description)) }
        if session.options.results.isVerbose {
            session.log?.sinks.append { [self] _, text in note(.info, text) }
        }
        session.onIdle = { [self] in becameIdle() }
        dashboard.onReaction = { [self] in react($0) }
        terminal.onErrorLine = { [self] in note(.warning, $0) }
        terminal.onGone = { [self] in terminalGone() }
        let diagnose = loop.onDiagnostic
        loop.onDiagnostic = { [self] diagnostic in
            note(.warning, DisplayText(sanitising: diagnostic.message))
        }
        session.scheduler.previews = BodyPreviews()
        session.store.addObserver(index)
        session.store.addObserver(dashboard)
        let script = makeScript?(dashboard.frames)
        self.script = script
        script?.onEnd = { [self] in scriptEnded($0) }
        script?.onMessage = { [self] in note(.warning, $0) }
        script?.onReaction = { [self] in dashboard.apply($0) }
        if let complaint {
            note(.warning, DisplayText(sanitising: complaint))
            dashboard.controller.say(DisplayText(sanitising: complaint), .warn)
        }
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
        signals.append(try loop.onSignal(Signals.status) { [self] in noteStatus() })
        signals.append(try loop.onSignal(SIGTSTP) { [self] in suspend(group: false) })
        signals.append(
            try loop.onSignal(SIGCONT) { [self] in
                terminal.enter()
                dashboard.drawSoon()
            })
        // Under nohup the terminal may go without a signal; that it is gone is noticed when it is read.
        guard !Signals.isIgnored(SIGHUP) else { return }
        signals.append(try loop.onSignal(SIGHUP) { [self] in terminalGone() })
    }

    // MARK: - Ending

    private func react(_ reaction: Controller.Reaction) {
        // All of the pipeline, as the terminal's own Ctrl-Z does: a shell waits for each part of it.
        if reaction.contains(.suspend) { suspend(group: true) }
        if reaction.contains(.saveSettings) { saveSettings() }
        if reaction.contains(.abort) {
            // The second Ctrl-C.
            session.abort(by: SIGINT)
            end()
            hastyEnd?.hurry()
        } else if reaction.contains(.quit) {
            session.quit()
            guard !isEnding else { return sayThatItEnds() }
            end()
        }
    }

    private func saveSettings() {
        let controller = dashboard.controller
        guard let settings else { return controller.say("nothing is kept of this run's setup", .warn) }
        settings.save(controller.state.settings) { [self] outcome in
            switch outcome {
            case .saved(let path, nil): controller.say("setup saved in \(DisplayText(sanitising: path))", .ok)
            case .saved(_, let damaged?):
                controller.say("setup saved; the file of before is '\(DisplayText(sanitising: damaged))'", .warn)
            case .failed(let path, let error):
                // The reason first: a line may end before the name of a file does.
                let text: DisplayText =
                    "cannot save the setup: \(DisplayText(sanitising: error.message)) ('\(DisplayText(sanitising: path))')"
                note(.error, text)
                controller.say(text, .err)
            }
            dashboard.drawSoon()
        }
    }

    private func sayThatItEnds() {
        dashboard.controller.say("the last results are being written; Ctrl-C leaves without them", .warn)
        dashboard.drawSoon()
    }

    private func interrupted(by signal: CInt) {
        let isFirst = session.interrupt(signal: signal) == 1
        if isEnding, isFirst { return sayThatItEnds() }
        if !isFirst { hastyEnd?.hurry() }
        // Of a run that is still read back nothing is in flight.
        guard isFirst, !isDone, session.replay == nil else { return end() }
        dashboard.controller.say("draining: what is in flight goes on; once more stops it", .warn)
        dashboard.drawSoon()
    }

    /// Everything is done, or drained after Ctrl-C.
    private func becameIdle() {
        isDone = true
        doneAt = session.summaryMoment
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

    /// Nobody sees or steers any more: the fetches go on to a result file, else what is in flight is the last. So it is of a
    /// watched list, which never ends by itself, and when fetching is paused, which nobody can let go on.
    private func terminalGone() {
        guard !isEnding else { return }
        dashboard.close()
        let goesOn = session.options.results.file != nil && session.rechecks == nil && !session.scheduler.isPaused
        if !goesOn { session.drain() }
        session.scheduler.abortPaused()
        if session.isIdle { end() } else { session.onIdle = { [self] in end() } }
    }

    private func end() {
        guard !isEnding else { return }
        isEnding = true
        // Who looks around in what is done does not make the run longer.
        let finishedAt = session.isIdle ? doneAt ?? session.summaryMoment : session.summaryMoment
        session.close { [self] in
            exitCode = session.exitStatus.code
            dashboard.close()
            for entry in index.log.entries.filter({ $0.severity == .error }).suffix(10) {
                if case .text(let text) = entry.event { console.complain(text) }
            }
            for complaint in session.gateComplaints { console.complain(DisplayText(sanitising: complaint)) }
            RunSummary.write(session, exitCode: exitCode, at: finishedAt, to: console)
            let stop = { [console, loop] in console.finish { loop.stop() } }
            if let settings { settings.finish(stop) } else { stop() }
        }
    }

    /// Back to the shell. SIGSTOP, not the SIGTSTP we are handling: that one would come back to us.
    private func suspend(group: Bool) {
        terminal.leave()
        kill(group ? 0 : getpid(), SIGSTOP)
        // Here again: the shell continued us. SIGCONT's watch takes the terminal again.
    }

    // MARK: - Figures

    private func note(_ severity: RunLog.Severity, _ text: DisplayText) {
        index.log.append(.text(text), severity, at: session.now)
        dashboard.noteChange()
    }

    /// What a run without a dashboard says on standard error: in the log, and there too if it is no terminal.
    private func noteStatus() {
        let text = StatusLine.text(
            session.store, mode: session.mode, isInputOver: session.isInputOver, at: session.now)
        note(.info, text)
        if !terminal.catchesErrors { console.line(text) }
        dashboard.drawSoon()
    }

    private func figures() -> RunFigures {
        let metrics = loop.metrics
        var run = RunFigures()
        run.source = source
        run.mode = session.mode
        run.concurrency = session.scheduler.concurrency
        run.retryCount = session.options.retry.count
        run.connections = session.connectionCount
        run.isPaused = session.scheduler.isPaused
        run.isDraining = session.scheduler.isDraining
        if isDone, !session.isIdle { (isDone, doneAt) = (false, nil) }
        run.isInputOver = session.isInputOver
        run.problemCount = session.problemCount
        run.isDone = isDone
        run.doneAt = doneAt
        run.framesPerSecond = dashboard.controller.state.settings.framesPerSecond
        run.meanTurn = .nanoseconds(Int64(clamping: metrics.meanTurnNanoseconds))
        run.maxTurn = .nanoseconds(Int64(clamping: metrics.maxTurnNanoseconds))
        run.utcOffset = utcOffset
        run.loop = figuresOfLoop()
        return run
    }

    /// The loop's own life. What is alive is listed anew twice a second: it is not read faster.
    private func figuresOfLoop() -> LoopFigures {
        let metrics = loop.metrics
        loopFigures.turns = metrics.turns
        loopFigures.callbacks = metrics.callbacks
        loopFigures.timerCount = loop.timerCount
        loopFigures.slowestName = DisplayText(sanitising: metrics.slowestName, cap: 128)
        loopFigures.slowest = .nanoseconds(Int64(clamping: metrics.slowestNanoseconds))
        loopFigures.turnHistogram = metrics.turnHistogram
        loopFigures.callbacksPerSecond = metrics.callbacksPerSecond
        loopFigures.busyShare = metrics.load
        guard dashboard.controller.state.view == .futures else { return loopFigures }
        if let listedAt, loop.now - listedAt < .milliseconds(500) { return loopFigures }
        listedAt = loop.now
        var watches: [String: Int] = [:]
        for watch in loop.activeWatches { watches["\(watch.name)", default: 0] += 1 }
        loopFigures.watches = watches.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { (name: DisplayText(sanitising: $0.key, cap: 64), count: $0.value) }
        loopFigures.entries = loopEntries()
        return loopFigures
    }

    private func loopEntries() -> [LoopEntry] {
        var entries = loop.liveFutures.map {
            LoopEntry(state: $0.state, time: loop.now - $0.since, name: $0.name, waitingFor: $0.waitingFor)
        }
        // Those with a future are in the list already, with what they wait for.
        entries += loop.suspendedCoroutines.filter { $0.spawned == nil }.map {
            LoopEntry(state: "waiting", time: loop.now - $0.since, name: "a coroutine", waitingFor: $0.waitingFor)
        }
        // Thousands of timers in order would cost more than a frame; their number is shown above.
        guard loop.timerCount <= 1_000 else { return entries }
        return entries
            + loop.pendingTimers.map {
                LoopEntry(state: "timer", time: max(.zero, $0.deadline - loop.now), name: $0.name)
            }
    }

    private static func currentUTCOffset() -> Duration {
        var seconds = time(nil)
        var local = unsafe tm()
        guard unsafe localtime_r(&seconds, &local) != nil else { return .zero }
        return unsafe .seconds(local.tm_gmtoff)
    }
}
