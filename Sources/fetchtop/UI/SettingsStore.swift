import FetchLoop

/// Keeps settings without holding up the loop: one write at a time, the last one wins.
final class SettingsStore {
    private let loop: EventLoop
    private var file: SettingsFile
    /// As they were when the run began, or last kept: options of this run are among them, and are not kept.
    private var start: DisplaySettings
    private var isWriting = false
    private var next: (settings: DisplaySettings, done: (Outcome) -> Void)?
    private var whenIdle: (() -> Void)?

    enum Outcome {
        case saved(path: String, damagedFile: String?)
        case failed(path: String, SystemError)
    }

    init(loop: EventLoop, file: SettingsFile, start: DisplaySettings) {
        self.loop = loop
        self.file = file
        self.start = start
    }

    func save(_ settings: DisplaySettings, done: @escaping (Outcome) -> Void) {
        guard !isWriting else {
            next = (settings, done)
            return
        }
        let kept = DisplaySettings.kept(settings, changedFrom: start, before: file.settings)
        start = settings
        isWriting = true
        let file = file
        let call = loop.runBlocking(name: "setup") { try file.replace(with: kept) }
        _ = call.whenDone { [self] future in
            isWriting = false
            switch Result(catching: { try future.result() }) {
            case .success(let aside):
                self.file = file.kept(kept)
                done(.saved(path: file.path, damagedFile: aside))
            case .failure(let error):
                done(
                    .failed(
                        path: file.path,
                        error as? SystemError ?? SystemError(code: ErrorNumber.inputOutput, call: "write")))
            }
            if let next {
                self.next = nil
                save(next.settings, done: next.done)
            } else {
                whenIdle?()
                whenIdle = nil
            }
        }
    }

    /// Calls back when nothing is being written any more; at once if nothing is.
    func finish(_ body: @escaping () -> Void) {
        if isWriting { whenIdle = body } else { body() }
    }
}
