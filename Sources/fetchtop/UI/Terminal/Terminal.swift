import FetchLoop
import Glibc

/// The terminal as the dashboard sees it: pictures in, keys out, and never a wait.
///
/// ```
/// Grid ─> CursesScreen ─bytes─> OutputPump ─> /dev/tty ─> KeyDecoder ─> InputEvent
/// ```
/// Lives on the loop's thread.
final class Terminal {
    private let loop: EventLoop
    private let tty: TTY
    private let screen: CursesScreen
    private var pump = OutputPump()
    private var decoder = KeyDecoder()
    private let errors: ErrorCapture
    private var watch: Watch?
    private var escapeTimer: LoopTimer?
    private var buffer = [UInt8](repeating: 0, count: 4096)
    private var title = ""
    private var isActive = false
    private var wasLeft = false
    private var hasSynchronizedOutput = false
    private var mouseIsOn = false
    private var preferences: DisplayPreferences
    private var reportedLight: Bool?
    private var askedAt: LoopInstant?
    private(set) var size: Size

    /// All events of one wake-up; the receiver draws once.
    var onInput: ([InputEvent]) -> Void = { _ in }
    /// The terminal took everything that was waiting: a frame may be drawn again.
    var onDrain: () -> Void = {}
    /// The terminal said something about itself that changes how pictures look.
    var onLook: () -> Void = {}
    /// Somebody wrote a line to standard error while the screen was ours.
    var onErrorLine: (DisplayText) -> Void {
        get { errors.onLine }
        set { errors.onLine = newValue }
    }
    /// Standard error is this terminal, and what is written there goes to `onErrorLine`.
    var catchesErrors: Bool { errors.isActive }
    /// Hung up. Nothing can be drawn any more.
    var onGone: () -> Void = {}

    /// After this long without a byte, an ESC is a key by itself.
    private static let escapeDelay = Duration.milliseconds(30)
    /// An answer that has begun may take this long to end; what came of it must not be taken for keys.
    private static let answerDelay = Duration.milliseconds(500)
    /// Later answers are not believed: the picture must not change its colours in the middle of work.
    private static let answerLimit = Duration.seconds(2)

    /// Opens the terminal and takes it over.
    init(loop: EventLoop, path: String = "/dev/tty", type: String, preferences: DisplayPreferences) throws {
        self.loop = loop
        self.preferences = preferences
        errors = ErrorCapture(loop: loop)
        tty = try TTY(path: path)
        size = tty.size ?? Size(columns: 80, rows: 24)
        screen = try CursesScreen(terminals: [type, "xterm-256color"], preferences: preferences, size: size)
        watch = try loop.watch(tty.descriptor, for: .read, name: "terminal") { [weak self] in self?.ready($0) }
        enter()
    }

    var capabilities: Capabilities { screen.capabilities }

    /// The terminal has not taken the last frame yet.
    var hasBacklog: Bool { pump.hasBacklog }
    var writtenBytes: Int64 { pump.writtenBytes }
    var rejectedSequences: Int { pump.violations.count }

    // MARK: - Drawing

    /// Shows a picture. Does nothing while an earlier one is not out: nobody needs to see every frame.
    func show(_ grid: Grid) {
        guard isActive, !pump.hasBacklog else { return }
        var bytes = screen.paint(grid)
        guard !bytes.isEmpty else { return }
        if hasSynchronizedOutput { bytes = screen.sequences.beginUpdate + bytes + screen.sequences.endUpdate }
        send(bytes)
    }

    /// Sets the window's title; numbers and our own words only.
    func setTitle(_ text: String) {
        guard isActive, text != title, !pump.hasBacklog else { return }
        title = text
        send(screen.sequences.title(text))
    }

    func setMouse(_ isOn: Bool) {
        guard isOn != mouseIsOn else { return }
        mouseIsOn = isOn
        if isActive { send(isOn ? screen.sequences.mouseOn : screen.sequences.mouseOff) }
    }

    /// Draws with these colours and characters from now on.
    func setPreferences(_ preferences: DisplayPreferences) {
        self.preferences = preferences
        pump.allowsClipboard = preferences.settings.usesClipboard
        screen.setLook(preferences, reportedLight: reportedLight)
        setMouse(preferences.usesMouse)
    }

    /// Puts text into the terminal's clipboard; false when the terminal cannot take it.
    func copy(_ text: String) -> Bool {
        let bytes = screen.sequences.clipboard(text)
        guard isActive, !pump.hasBacklog, !bytes.isEmpty else { return false }
        send(bytes)
        return true
    }

    /// The next picture is painted whole.
    func invalidate() { screen.invalidate() }

    /// Looks at the window's size again; true when it changed.
    func refreshSize() -> Bool {
        guard let now = tty.size, now != size else { return false }
        size = now
        screen.resize(to: now)
        return true
    }

    // MARK: - Taking it over and giving it back

    /// Takes the terminal (again): modes, then a whole picture.
    func enter() {
        guard !isActive else { return }
        isActive = true
        tty.enterRaw()
        tty.armCrashRestore(screen.sequences.leave)
        errors.begin()
        _ = refreshSize()
        screen.invalidate()
        askedAt = loop.now
        if wasLeft {
            screen.forgetTerminal()
            send(screen.sequences.resume)
        }
        send(screen.sequences.enter + screen.sequences.probe + (mouseIsOn ? screen.sequences.mouseOn : []))
    }

    /// Gives the terminal back as it was found. What it did not take yet is dropped; a terminal that takes nothing at
    /// all holds this up for a fifth of a second at most.
    func leave() {
        guard isActive else { return }
        isActive = false
        wasLeft = true
        pump.drop()
        var rest = screen.sequences.leave[...]
        for _ in 0..<20 where !rest.isEmpty {
            switch tty.write(rest) {
            case .bytes(let count): rest = rest.dropFirst(count)
            case .wouldBlock:
                var poll = pollfd(fd: tty.descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe Glibc.poll(&poll, 1, 10)
            case .gone: rest = []
            }
        }
        tty.disarmCrashRestore()
        tty.restore()
        errors.end()
        title = ""
    }

    /// Gives the terminal back for good.
    func close() {
        leave()
        escapeTimer?.cancel()
        watch?.cancel()
        watch = nil
        tty.close()
    }

    // MARK: - Bytes out

    private func send(_ bytes: [UInt8]) {
        // A frame that goes out at once is no news: whoever drew it would draw the next for it, for ever.
        let hadBacklog = pump.hasBacklog
        pump.enqueue(bytes)
        drain(hadBacklog: hadBacklog)
    }

    private func drain(hadBacklog: Bool) {
        pump.pump { [tty] in tty.write($0) }
        if pump.isGone { return gone() }
        watch?.interest = pump.hasBacklog ? [.read, .write] : .read
        if hadBacklog, !pump.hasBacklog { onDrain() }
    }

    private func gone() {
        guard watch != nil else { return }
        watch?.cancel()
        watch = nil
        escapeTimer?.cancel()
        isActive = false
        tty.disarmCrashRestore()
        tty.close()
        errors.end()
        onGone()
    }

    // MARK: - Bytes in

    private func ready(_ events: Watch.Events) {
        if events.contains(.write) { drain(hadBacklog: pump.hasBacklog) }
        if events.contains(.read) { read() }
        if watch != nil, events.contains(.hangup) || events.contains(.error) { gone() }
    }

    /// Takes what was typed, and goes on writing, without waiting for the kernel to tell: it tells of one ready
    /// descriptor after the other, and among a thousand busy sockets a key would wait for all of them.
    func look() {
        if pump.hasBacklog { drain(hadBacklog: true) }
        if watch != nil { read() }
    }

    private func read() {
        var events: [InputEvent] = []
        var hasRead = false
        // One wake-up takes at most 64 KiB: a paste of megabytes must not hold up the fetches.
        reading: for _ in 0..<16 {
            switch tty.read(into: &buffer) {
            case .bytes(let count):
                hasRead = true
                for byte in buffer[..<count] { decoder.feed(byte) { events.append($0) } }
            case .wouldBlock: break reading
            case .gone:
                gone()
                return
            }
        }
        guard hasRead else { return }
        escapeTimer?.cancel()
        if decoder.isWaitingForMore {
            let delay = decoder.isInString && isAnswerDue ? Self.answerDelay : Self.escapeDelay
            escapeTimer = loop.after(delay, name: "escape key") { [weak self] in self?.flushEscape() }
        }
        deliver(events)
    }

    private var isAnswerDue: Bool { askedAt.map { loop.now - $0 < Self.answerLimit } ?? false }

    private func flushEscape() {
        var events: [InputEvent] = []
        decoder.flush { events.append($0) }
        deliver(events)
    }

    private func deliver(_ events: [InputEvent]) {
        var rest: [InputEvent] = []
        for event in events {
            if case .modeReport(2026, let setting) = event {
                hasSynchronizedOutput = setting == 1 || setting == 2
            } else if case .background(let lightness) = event {
                guard isAnswerDue else { continue }
                reportedLight = lightness > 0.5
                screen.setLook(preferences, reportedLight: reportedLight)
                onLook()
            } else {
                rest.append(event)
            }
        }
        if !rest.isEmpty { onInput(rest) }
    }
}
