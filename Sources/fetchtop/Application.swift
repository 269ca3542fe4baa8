import FetchLoop

/// Puts a run together from its plan and carries it out: configuration, engine, then the front end that was asked for.
struct Application {
    let plan: RunPlan

    /// Returns the exit code.
    func run() -> Int32 {
        Signals.ignoreFileSizeLimit()
        do {
            let loop = try EventLoop(name: "fetchtop")
            let console = Console(loop: loop)
            let session: Session
            do throws(StartError) {
                if plan.isDryRun { return try dryRun(loop, console) }
                session = try makeSession(loop, console)
            } catch {
                StandardError.complain(error.message)
                return error.status.code
            }
            if case .dashboard(let leavesWhenDone) = plan.presentation {
                let run: DashboardRun
                do {
                    run = try DashboardRun(
                        session: session, console: console, source: sourceName, terminalType: plan.terminalType,
                        preferences: plan.display, settingsFile: plan.settingsFile, keyMap: plan.keyMap,
                        leavesWhenDone: leavesWhenDone)
                } catch {
                    console.complain("no dashboard (\(DisplayText(sanitising: "\(error)"))); going on without")
                    let run = HeadlessRun(session: session, console: console, script: headlessScript(session))
                    return try run.run()
                }
                if let script = plan.script {
                    run.makeScript = { frames in scriptRunner(script, session, frames) }
                }
                return try run.run()
            }
            if let obstacle = plan.obstacle {
                console.complain("no dashboard: \(DisplayText(sanitising: obstacle)) (--headless wants none)")
            }
            let run = HeadlessRun(session: session, console: console, script: headlessScript(session))
            run.redrawsProgress = plan.redrawsProgress
            return try run.run()
        } catch {
            StandardError.complain("cannot start: \(error)")
            return 4
        }
    }

    /// Without a dashboard a script has a view of its own, which only its snapshots show.
    private func headlessScript(_ session: Session) -> ScriptRunner? {
        guard let script = plan.script else { return nil }
        let index = RunIndex()
        session.store.addObserver(index)
        let controller = Controller(
            store: session.store, index: index, control: SessionControl(session), keyMap: plan.keyMap
        ) {
            session.now
        }
        let source = sourceName
        let frames = SceneMaker(controller: controller) {
            var run = RunFigures()
            run.source = source
            run.mode = session.mode
            run.concurrency = session.scheduler.concurrency
            run.isPaused = session.scheduler.isPaused
            run.isDraining = session.scheduler.isDraining
            run.isDone = session.isIdle
            return run
        }
        return scriptRunner(script, session, frames)
    }

    private func scriptRunner(_ script: Script, _ session: Session, _ frames: SceneMaker) -> ScriptRunner {
        let glyphs: GlyphTier = plan.display.ascii ? .ascii : .rich
        return ScriptRunner(
            script: script, session: session, controller: frames.controller, frames: frames,
            capabilities: Capabilities(colors: .mono, glyphs: glyphs))
    }

    /// What the title line calls the input.
    private var sourceName: DisplayText {
        if plan.isDemo { return "demo" }
        if let path = plan.replay { return "replay of " + DisplayText(sanitising: path, cap: 256) }
        switch plan.inputs.first {
        case .list(let path, _): return path == "-" ? "standard input" : DisplayText(sanitising: path, cap: 256)
        case nil where plan.isFedByScript: return DisplayText(sanitising: plan.script?.name ?? "", cap: 256)
        case .glob, nil: return "\(plan.inputs.count) from the command line"
        }
    }

    /// Why a run cannot start, and what that means for the exit code.
    private struct StartError: Error {
        var message: String
        var status = ExitStatus()
    }

    private func dryRun(_ loop: EventLoop, _ console: Console) throws(StartError) -> Int32 {
        let output = RecordOutput(loop: loop, file: OpenFile(borrowing: 1), synchronizes: false)
        let run = DryRun(
            loop: loop, source: try makeSource(loop), isStrict: plan.isStrict, output: output, console: console)
        do throws(LoopError) {
            return try run.run()
        } catch {
            throw StartError(message: "cannot run: \(error)", status: ExitStatus(isOutputError: true))
        }
    }

    /// A session over a finished run.
    private func makeReplay(_ path: String, _ loop: EventLoop) throws(StartError) -> Session {
        do throws(SystemError) {
            let file = path == "-" ? OpenFile(borrowing: 0) : try OpenFile(path, .read)
            let replay = try Replay(file, name: path == "-" ? "standard input" : path)
            return Session(
                loop: loop, options: plan.options, client: NoTransfers(), source: SourceChain([]),
                isStrict: plan.isStrict, replay: replay)
        } catch {
            throw StartError(
                message: "--replay '\(path)': \(error.message)", status: ExitStatus(isInputError: true))
        }
    }

    private func makeSession(_ loop: EventLoop, _ console: Console) throws(StartError) -> Session {
        if let path = plan.replay { return try makeReplay(path, loop) }
        let source = try makeSource(loop)
        let results = try makeOutput(loop, console)
        // They hold passwords and the like.
        try keepPrivate(plan.options.request.cookieJar)
        let log = try makeFile(plan.options.results.logFile, .append)
        let etags = try makeTagStore(loop)
        let downloads: Downloads
        do throws(InvalidChecksum) {
            downloads = try Downloads(loop: loop, options: plan.options.save)
            downloads.givesNamesBack = plan.options.load.every != nil
        } catch {
            throw StartError(message: "--checksum: \(error.message)", status: ExitStatus(isUsageError: true))
        }
        do throws(InvalidRequestOption) {
            let options = withinDescriptors(plan.options, console)
            let client = try CurlTransferClient(loop: loop, options: options)
            client.collectsTLSDetails = plan.presentation != .headless
            let session = Session(
                loop: loop, options: options, client: client, source: source, isStrict: plan.isStrict,
                output: results?.output, journal: results?.journal, downloads: downloads)
            if let replaced = results?.replaced { session.replace(replaced) { console.complain($0) } }
            if let path = plan.options.results.failedList { session.saveFailed(to: path) }
            if let log {
                let name = "--log '\(plan.options.results.logFile ?? "")'"
                session.writeLog(to: RecordOutput(loop: loop, file: log, synchronizes: false, name: name))
            }
            session.isFedByScript = plan.isFedByScript
            session.etags = etags
            session.atEnd = { client.close() }
            if let format = plan.options.results.writeOut {
                let output = RecordOutput(
                    loop: loop, file: OpenFile(borrowing: 1), synchronizes: false, name: "to standard output")
                session.writeOut(format, to: output) { console.raw($0) }
            }
            return session
        } catch {
            throw StartError(message: error.message, status: ExitStatus(isUsageError: true))
        }
    }

    /// No more connections, idle ones included, than files may be open, rather than failures that have nothing to do with
    /// any server.
    private func withinDescriptors(_ options: RunOptions, _ console: Console) -> RunOptions {
        let limit = Descriptors.raiseLimit()
        let most = Descriptors.connections(within: limit)
        var options = options
        let wanted = options.concurrency.connections ?? options.concurrency.total
        if wanted > most {
            console.complain("only \(limit) files may be open (ulimit -n): \(most) connections at once")
        }
        if limit < Descriptors.plenty || wanted > most {
            options.concurrency.connections = min(options.concurrency.connections ?? .max, most)
        }
        return options
    }

    private func makeSource(_ loop: EventLoop) throws(StartError) -> any JobSource {
        var sources: [any JobSource] = []
        if plan.isDemo {
            do throws(SystemError) {
                sources.append(SequenceSource(loop: loop, jobs: try Demo(loop: loop).jobs))
            } catch {
                throw StartError(
                    message: "cannot start the demo's server: \(error)", status: ExitStatus(isInputError: true))
            }
        }
        for input in plan.inputs {
            switch input {
            case .glob(let glob, let output):
                sources.append(
                    SequenceSource(loop: loop, glob: glob, outputTemplate: output ?? plan.options.save.template))
            case .list(let path, let format):
                do throws(InputProblem) {
                    sources.append(try ListSource(loop: loop, path: path, format: format, rules: plan.rules))
                } catch {
                    throw StartError(message: error.description, status: ExitStatus(isInputError: true))
                }
            }
        }
        var source = sources.count == 1 ? sources[0] : SourceChain(sources)
        if plan.leavesOutDuplicates { source = DistinctSource(source) }
        // Without an end of its own a dry run shows the list once.
        let load = plan.options.load
        guard load.isRepeating, !plan.isDryRun || load.requests != nil else { return source }
        return RepeatingSource(source, loop: loop, limit: load.requests)
    }

    private func makeOutput(_ loop: EventLoop, _ console: Console) throws(StartError) -> ResultsFile? {
        guard let path = plan.options.results.file else { return nil }
        do throws(ResultsProblem) {
            let results = try ResultsFile(loop: loop, path: path, resumes: plan.options.results.resumes)
            for note in results.notes { console.complain(DisplayText(sanitising: note)) }
            return results
        } catch {
            throw StartError(message: error.description, status: ExitStatus(isOutputError: true))
        }
    }

    private func makeTagStore(_ loop: EventLoop) throws(StartError) -> ETagStore? {
        guard let path = plan.options.save.etagStore else { return nil }
        do throws(SystemError) {
            return try ETagStore(loop: loop, path: path)
        } catch {
            let reason = error.isLocked ? "another run is using it" : error.message
            throw StartError(message: "--etag-store '\(path)': \(reason)", status: ExitStatus(isOutputError: true))
        }
    }

    /// Makes a file that libcurl will write, for its owner alone: libcurl keeps the permissions of what is there.
    private func keepPrivate(_ path: String?) throws(StartError) {
        let file = try makeFile(path, .append, permissions: 0o600)
        do throws(SystemError) {
            if let file, try file.status().kind == .regular { try file.setPermissions(0o600) }
        } catch {
            throw StartError(
                message: "cannot make '\(path ?? "")' private: \(error.message)",
                status: ExitStatus(isOutputError: true))
        }
    }

    private func makeFile(
        _ path: String?, _ mode: OpenFile.Mode, permissions: UInt32 = 0o666
    ) throws(StartError) -> OpenFile? {
        guard let path else { return nil }
        do throws(SystemError) {
            return try OpenFile(path, mode, permissions: permissions)
        } catch {
            throw StartError(
                message: "cannot write '\(path)': \(error.message)", status: ExitStatus(isOutputError: true))
        }
    }
}
