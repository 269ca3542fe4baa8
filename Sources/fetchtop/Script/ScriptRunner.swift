import FetchLoop

/// Carries out a script on the loop, one statement after another; a statement that waits is taken up again by events,
/// never by polling, so the same script does the same on a slow machine.
final class ScriptRunner: FetchObserver {
    private let script: Script
    private let session: Session
    private let loop: EventLoop
    private let controller: Controller
    private let frames: SceneMaker
    private let capabilities: Capabilities
    private var next = 0
    private var pause: LoopTimer?
    private var isCheckPending = false
    private var isWriting = false

    /// How it ended; nil while it runs.
    private(set) var outcome: Outcome?
    /// Told once, when the script is over.
    var onEnd: (Outcome) -> Void = { _ in }
    /// What commands say that people should know.
    var onMessage: (DisplayText) -> Void = { _ in }
    /// What commands ask of the screen.
    var onReaction: (Controller.Reaction) -> Void = { _ in }

    enum Outcome: Equatable {
        case finished
        /// The script said `quit`.
        case quit
        /// An expectation or a wait failed, or a command did not do: `session.fts:3: ...`.
        case failed(String)
    }

    init(
        script: Script, session: Session, controller: Controller, frames: SceneMaker, capabilities: Capabilities
    ) {
        self.script = script
        self.session = session
        self.controller = controller
        self.frames = frames
        self.capabilities = capabilities
        loop = session.loop
    }

    /// Begins. Called right after the session has started and before anything of it ran, so that `pause-all` in the first
    /// line pauses all.
    func start() {
        session.store.addObserver(self)
        session.onStill = { [weak self] in self?.check() }
        proceed()
    }

    func store(_ store: FetchStore, didApply event: FetchEvent) {
        guard outcome == nil, !isCheckPending, isWaitingForGoal else { return }
        isCheckPending = true
        // The event's own consequences come first.
        loop.onNextTurn(name: "script") { [weak self] in
            self?.isCheckPending = false
            self?.check()
        }
    }

    /// Looks again at what is waited for; also to be called when the session becomes idle, which is no event.
    func check() {
        guard outcome == nil, isWaitingForGoal else { return }
        proceed()
    }

    // MARK: - Statements

    private var isWaitingForGoal: Bool {
        guard next < script.lines.count, !isWriting, case .wait = script.lines[next].statement else { return false }
        return true
    }

    private func proceed() {
        while outcome == nil {
            guard next < script.lines.count else { return end(.finished) }
            guard perform(script.lines[next]) else { return }
            next += 1
        }
    }

    /// - Returns: false if the statement is not through; whoever takes it up again moves on.
    private func perform(_ line: Script.Line) -> Bool {
        switch line.statement {
        case .command(let command): return perform(command, line)
        case .sleep(let duration):
            pause = loop.after(duration, name: "script") { [weak self] in self?.moveOn() }
            return false
        case .wait(let goal, let timeout): return wait(for: goal, timeout, line)
        case .expect(let goal):
            guard !isReached(goal) else { return true }
            fail(line, "expected \(goal); \(actual(goal))")
            return false
        case .snapshot(let path, let size):
            write(snapshot(size), to: path, line)
            return false
        }
    }

    private func moveOn() {
        pause = nil
        next += 1
        proceed()
    }

    private func wait(for goal: Script.Goal, _ timeout: Duration?, _ line: Script.Line) -> Bool {
        if isReached(goal) {
            pause?.cancel()
            pause = nil
            return true
        }
        // Without an end of its own it would wait for ever.
        if timeout == nil, session.isStill {
            fail(line, "waited for \(goal); nothing is left to do: \(actual(goal))")
            return false
        }
        if let timeout, pause == nil {
            pause = loop.after(timeout, name: "script") { [weak self] in
                guard let self else { return }
                fail(line, "waited \(timeout) for \(goal); \(actual(goal))")
            }
        }
        return false
    }

    private func isReached(_ goal: Script.Goal) -> Bool {
        switch goal {
        case .idle: session.isIdle
        case .condition(let condition): condition.holds(in: session.store)
        }
    }

    private func actual(_ goal: Script.Goal) -> String {
        switch goal {
        case .idle: "\(session.store.counts.inFlight) in flight, \(session.store.counts.pending) to come"
        case .condition(let condition): "it is \(condition.actual(in: session.store))"
        }
    }

    private func perform(_ command: Command, _ line: Script.Line) -> Bool {
        if case .quit = command {
            end(.quit)
            return false
        }
        controller.state.message = nil
        controller.settleNow()
        // The next line is about what came of this one.
        var reaction = controller.atOnce { controller.perform(command) }
        // A script means what it says: questions are for fingers. A key's question is left to the next key.
        if case .key = command {
        } else if case .confirm(let question) = controller.state.overlay {
            reaction.formUnion(controller.atOnce { controller.confirm(question) })
        }
        onReaction(reaction)
        if reaction.contains(.quit) {
            end(.quit)
            return false
        }
        guard let message = controller.state.message else { return true }
        if message.role == .err {
            fail(line, message.text.string)
            return false
        }
        if message.role == .warn { onMessage("\(DisplayText(sanitising: place(line))): \(message.text)") }
        return true
    }

    // MARK: - Snapshots

    private func snapshot(_ size: Size) -> String {
        controller.settleNow()
        let grid = render(frames.scene(for: size), size, capabilities)
        return (0..<size.rows).map { grid.text(ofRow: $0) + "\n" }.joined()
    }

    private func write(_ text: String, to path: String, _ line: Script.Line) {
        isWriting = true
        let writing = loop.runBlocking(name: "snapshot") { try OpenFile(path, .truncate).write(Array(text.utf8)) }
        _ = writing.whenDone { [weak self] future in
            guard let self else { return }
            isWriting = false
            do {
                try future.result()
                moveOn()
            } catch {
                fail(line, "cannot write '\(path)': \((error as? SystemError)?.message ?? "\(error)")")
            }
        }
    }

    // MARK: - The end

    private func place(_ line: Script.Line) -> String { "\(script.name):\(line.number)" }

    private func fail(_ line: Script.Line, _ reason: String) {
        end(.failed("\(place(line)): \(reason)"))
    }

    private func end(_ outcome: Outcome) {
        guard self.outcome == nil else { return }
        pause?.cancel()
        self.outcome = outcome
        // In a turn of its own: whoever is told may end the run, and the first statements run while it starts.
        loop.onNextTurn(name: "script") { [self] in onEnd(outcome) }
    }
}
