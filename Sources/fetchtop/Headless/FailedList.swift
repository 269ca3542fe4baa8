import FetchLoop

/// Writes the jobs that failed as a list that `-i` reads (`--save-failed`): with their passwords and tokens, without which
/// nobody could try again what failed. So the file is its owner's alone.
///
/// Written at the end, when no retry can change it any more, a stretch a turn, so that a dashboard stays alive meanwhile;
/// under another name until it is whole, so that nothing can happen in which both the list of an earlier run and this one
/// are lost. A run that had nothing to fetch leaves it alone.
final class FailedList {
    let name: String
    private let path: String
    private let store: FetchStore
    private let loop: EventLoop
    private var output: RecordOutput?
    /// Where it is gathered; nil when what takes it is no file.
    private var partialPath: String?
    /// The first fetch that was not looked at yet.
    private(set) var next = 0

    private static let stretch = 10_000

    init(loop: EventLoop, store: FetchStore, path: String) {
        self.loop = loop
        self.store = store
        self.path = path
        name = "--save-failed '\(path)'"
    }

    func write(_ done: @escaping (SystemError?) -> Void) {
        guard store.count > 0 else { return loop.onNextTurn(name: "failed list") { done(nil) } }
        do throws(SystemError) {
            output = RecordOutput(loop: loop, file: try open(), synchronizes: true, name: name)
            writeOn(done)
        } catch {
            loop.onNextTurn(name: "failed list") { done(error) }
        }
    }

    private func open() throws(SystemError) -> OpenFile {
        if FileSystem.takesBytesDirectly(path) { return try OpenFile(path, .write) }
        let partial = "\(path).\(Process.id).new"
        let file = try OpenFile(partial, .create, permissions: 0o600)
        partialPath = partial
        return file
    }

    private func writeOn(_ done: @escaping (SystemError?) -> Void) {
        guard let output else { return }
        var json = JSONRecord()
        let end = min(store.count, next + Self.stretch)
        while next < end {
            let id = FetchID(index: next)
            if store[id].state.isFailure { JobRecord.write(store.job(of: id), revealing: true, to: &json) }
            next += 1
        }
        output.append { json.move(to: &$0) }
        guard next < store.count, output.error == nil else { return output.finish { [self] in done(settle($0)) } }
        loop.onNextTurn(name: "failed list") { self.writeOn(done) }
    }

    /// Puts the whole list in its place.
    private func settle(_ error: SystemError?) -> SystemError? {
        guard let partialPath else { return error }
        do throws(SystemError) {
            if let error { throw error }
            try FileSystem.move(partialPath, to: path)
            return nil
        } catch {
            FileSystem.remove(partialPath)
            return error
        }
    }
}
