import FetchLoop

/// Draws when it is worth it, and hands keys to the controller.
///
/// A frame is drawn within a turn of a key, at most ten times a second while fetches move, once a second while only
/// time passes, and not at all when nothing changed or the terminal has not taken the last one.
final class Dashboard {
    private let loop: EventLoop
    private let terminal: Terminal
    let controller: Controller
    let frames: SceneMaker
    private var preferences: DisplayPreferences
    private var timer: LoopTimer?
    private var due: LoopInstant?
    private var lastFrame: LoopInstant
    private var isWaitingForTerminal = false
    private var isFramePending = false
    private var isTotalKnown = true
    /// A frame was asked for because of the fetches: thousands of their events need not ask again.
    private var isChangeNoted = false
    private var isWorking = false
    private var lastLook: LoopInstant
    private var isClosed = false
    private(set) var frameCount = 0

    /// The controller wants the program's attention.
    var onReaction: (Controller.Reaction) -> Void = { _ in }

    init(
        loop: EventLoop, terminal: Terminal, controller: Controller, preferences: DisplayPreferences,
        figures: @escaping () -> RunFigures
    ) {
        self.loop = loop
        self.terminal = terminal
        self.controller = controller
        self.preferences = preferences
        frames = SceneMaker(controller: controller, figures: figures)
        lastFrame = loop.now
        lastLook = loop.now
        controller.state.settings = preferences.settings
        terminal.setPreferences(preferences)
        controller.clipboard = { [weak terminal] text in terminal?.copy(text) ?? false }
        controller.onChange = { [weak self] in self?.drawSoon() }
        terminal.onLook = { [weak self] in self?.drawSoon() }
        var budget = TurnBudget(Self.pieceLength)
        controller.pieceOfWork = { [unowned loop] in
            let clock = SuspendingClock()
            let end = budget.end(in: loop.now, now: clock.now)
            return { clock.now >= end }
        }
        terminal.onInput = { [weak self] in self?.handle($0) }
        terminal.onDrain = { [weak self] in self?.drawSoon() }
    }

    /// How long rows may be filtered and sorted in one turn of the loop.
    private static let pieceLength = Duration.microseconds(1_500)

    /// While fetches keep the loop busy, how often one looks whether keys were typed.
    private static let lookPeriod = Duration.milliseconds(3)

    private var framePeriod: Duration { .seconds(1) / preferences.framesPerSecond }

    // MARK: - When

    /// Something the user did: in this turn, after everything else of it.
    func drawSoon() {
        guard !isFramePending, !isClosed else { return }
        isFramePending = true
        loop.onNextTurn(name: "frame") { [weak self] in
            self?.isFramePending = false
            self?.draw()
        }
    }

    /// Something happened to the fetches.
    func noteChange() {
        guard !isChangeNoted else { return }
        isChangeNoted = true
        request(at: lastFrame.advanced(by: framePeriod))
    }

    private func request(at instant: LoopInstant) {
        guard !isClosed else { return }
        if let due, due <= instant { return }
        timer?.cancel()
        due = instant
        timer = loop.at(instant, name: "frame") { [weak self] in self?.draw() }
    }

    func close() {
        isClosed = true
        timer?.cancel()
        terminal.close()
    }

    // MARK: - What

    private func draw() {
        guard !isClosed else { return }
        timer?.cancel()
        timer = nil
        due = nil
        isChangeNoted = false
        // ncurses keeps the difference; the frame after the backlog shows the state of then. `onDrain` asks for it.
        guard !terminal.hasBacklog else {
            isWaitingForTerminal = true
            return
        }
        lastFrame = loop.now
        let size = terminal.size
        var scene = frames.scene(for: size)
        scene.run.isTerminalSlow = isWaitingForTerminal
        isTotalKnown = scene.run.isTotalKnown
        let frame = render(scene, size, terminal.capabilities)
        controller.zones = frame.zones
        terminal.show(frame)
        terminal.setTitle(titleText)
        isWaitingForTerminal = false
        frameCount += 1
        continueWork()
        scheduleNext()
    }

    /// Goes on with what takes more than a piece of time, a piece a turn: rows that are being made, searches, commands
    /// about many fetches. A frame shows what came of it.
    private func continueWork() {
        guard controller.isWorking, !isWorking, !isClosed else { return }
        isWorking = true
        loop.onNextTurn(name: "piece of work") { [weak self] in
            guard let self else { return }
            isWorking = false
            // A frame goes on with it.
            if controller.continueWork() { drawSoon() } else { continueWork() }
        }
    }

    /// Time alone changes a frame while something runs or is counted down; then once a second is enough.
    private func scheduleNext() {
        let counts = controller.store.counts
        var next: LoopInstant?
        func consider(_ delay: Duration) {
            let instant = loop.now.advanced(by: max(.milliseconds(1), delay))
            next = min(next ?? instant, instant)
        }
        if !controller.isFrozen, frames.doneAt == nil { consider(.seconds(1)) }
        if counts.inFlight > 0, !controller.isFrozen { consider(.milliseconds(500)) }
        if let message = controller.state.message { consider(message.until - controller.clock()) }
        if let rebuild = controller.nextRebuild { consider(rebuild - controller.clock()) }
        if controller.isFrozen { consider(.seconds(1)) }
        // How far it is.
        if controller.errand != nil { consider(framePeriod) }
        if let next { request(at: next) }
    }

    private var titleText: String {
        let counts = controller.store.counts
        let share =
            isTotalKnown
            ? Format.percent(counts.finished, of: controller.store.count).string : "\(counts.finished) done"
        let failed = counts.failures > 0 ? " err \(counts.failures)" : ""
        return "fetchtop \(frames.doneAt == nil ? "" : "DONE ")\(share)\(failed)"
    }

    // MARK: - Input

    /// Driven by the fetches' own events: when they are few, the kernel tells of keys early enough.
    private func lookForKeys() {
        guard loop.now - lastLook >= Self.lookPeriod, !isClosed else { return }
        lastLook = loop.now
        loop.onNextTurn(name: "keys") { [weak self] in
            guard let self, !isClosed else { return }
            terminal.look()
        }
    }

    private func handle(_ events: [InputEvent]) {
        var reaction: Controller.Reaction = []
        for event in events { reaction.formUnion(controller.handle(event)) }
        apply(reaction)
    }

    /// Carries out what a command asks of the screen, and passes the rest on.
    func apply(_ reaction: Controller.Reaction) {
        if !reaction.isDisjoint(with: [.mouse, .settings]) {
            preferences.settings = controller.state.settings
            terminal.setPreferences(preferences)
        }
        if reaction.contains(.repaint) { terminal.invalidate() }
        if !reaction.isEmpty { drawSoon() }
        // Also while the terminal takes no frame.
        continueWork()
        if !reaction.isDisjoint(with: [.quit, .abort, .suspend, .saveSettings]) { onReaction(reaction) }
    }

    /// The window's size may have changed.
    func resized() {
        _ = terminal.refreshSize()
        drawSoon()
    }
}

extension Dashboard: FetchObserver {
    func store(_ store: FetchStore, didApply event: FetchEvent) {
        lookForKeys()
        noteChange()
    }
}
