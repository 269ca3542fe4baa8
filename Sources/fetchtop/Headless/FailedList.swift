import FetchLoop

/// Writes the jobs that failed as a list that `-i` reads (`--save-failed`): with their passwords and tokens, without which
/// nobody could try again what failed. So the file is its owner's alone.
///
/// Written at the end, when no retry can change it any more, a stretch a turn, so that a dashboard stays alive meanwhile.
final class FailedList {
    private let store: FetchStore
    private let output: RecordOutput
    private let loop: EventLoop
    private var next = 0

    private static let stretch = 10_000

    var name: String { output.name }

    init(loop: EventLoop, store: FetchStore, file: OpenFile, name: String) {
        self.loop = loop
        self.store = store
        output = RecordOutput(loop: loop, file: file, synchronizes: true, name: name)
    }

    func write(_ done: @escaping (SystemError?) -> Void) {
        var json = JSONRecord()
        let end = min(store.count, next + Self.stretch)
        while next < end {
            let id = FetchID(index: next)
            if store[id].state.isFailure { JobRecord.write(store.job(of: id), revealing: true, to: &json) }
            next += 1
        }
        output.append { json.move(to: &$0) }
        guard next < store.count, output.error == nil else { return output.finish(done) }
        loop.onNextTurn(name: "failed list") { self.write(done) }
    }
}
