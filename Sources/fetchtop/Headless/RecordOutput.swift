import FetchLoop
import Synchronization

/// Brings lines to a file or a pipe without ever holding up the loop.
///
/// Writes happen in the thread pool, one at a time and many lines each. A reader that stops makes the backlog grow, and
/// above a mark `onPressure` asks for new fetches to be held back, so that memory stays flat.
final class RecordOutput {
    private let loop: EventLoop
    private let file: OpenFile
    private let synchronizes: Bool
    /// What it is, for complaints: `results to 'out.ndjson'`.
    let name: String
    @safe @exclusivity(unchecked) private var buffer: [UInt8] = []
    @safe @exclusivity(unchecked) private var writing = 0
    private let taken = Taken()
    private let longestWrite: Int
    @safe @exclusivity(unchecked) private var isWriting = false
    @safe @exclusivity(unchecked) private var flushTimer: LoopTimer?
    private var lastSync: LoopInstant
    private var isUnsynced = false
    private var syncTimer: LoopTimer?
    private var whenDone: ((SystemError?) -> Void)?
    /// The first error; nothing is written after it.
    @safe @exclusivity(unchecked) private(set) var error: SystemError?
    /// Told when so much waits that no more should be produced, and when it is written.
    var onPressure: (Bool) -> Void = { _ in }
    /// Told of the first error.
    var onError: (SystemError) -> Void = { _ in }
    /// Asked, before what was written is brought to the disk, for something that must be there first.
    var beforeSync: () -> (@Sendable () -> Void)? = { nil }
    @safe @exclusivity(unchecked) private var isUnderPressure = false

    /// Enough for the pool's hand-over not to matter, little enough to be there when somebody follows the file.
    private static let flushSize = 65_536
    private static let flushDelay = Duration.milliseconds(10)
    private static let pressureMark = 4 << 20

    /// How much of what is being written is written, as the pool's thread counts it: a slow reader takes long for one piece,
    /// and is not one that has stopped.
    private final class Taken: Sendable {
        let bytes = Atomic(0)
    }

    /// - Parameter synchronizes: Whether what was written reaches the disk within a second, whatever happens then.
    init(loop: EventLoop, file: OpenFile, synchronizes: Bool, name: String = "results") {
        self.name = name
        self.loop = loop
        self.file = file
        self.synchronizes = synchronizes
        lastSync = loop.now
        // A pipe takes a page as soon as there is room for one: so it is seen that somebody reads.
        longestWrite = (try? file.status())?.kind == .regular ? .max : 4_096
    }

    /// Whether what is written goes to a terminal, where text from servers must not be more than text.
    var isTerminal: Bool { file.isTerminal }

    /// Bytes that are not written yet.
    var backlog: Int { waiting - taken.bytes.load(ordering: .relaxed) }

    /// The same, as far as it is known on the loop.
    private var waiting: Int { buffer.count + writing }

    /// Lets whole lines be appended to what waits, in place.
    func append(_ write: (inout [UInt8]) -> Void) {
        guard error == nil else { return }
        write(&buffer)
        if waiting >= Self.pressureMark { setPressure(true) }
        if buffer.count >= Self.flushSize { flush() } else { flushSoon() }
    }

    /// Writes what is left, brings it to the disk, and tells when that is done.
    func finish(_ done: @escaping (SystemError?) -> Void) {
        whenDone = done
        syncTimer?.cancel()
        if !isWriting { flush() }
    }

    private func flushSoon() {
        guard flushTimer == nil, !isWriting else { return }
        flushTimer = loop.after(Self.flushDelay, name: "results") { [weak self] in
            self?.flushTimer = nil
            self?.flush()
        }
    }

    private func flush() {
        guard !isWriting else { return }
        flushTimer?.cancel()
        flushTimer = nil
        let isLast = whenDone != nil
        if buffer.isEmpty || error != nil, !(isLast && isUnsynced && error == nil) {
            if let whenDone {
                self.whenDone = nil
                whenDone(error)
            }
            return
        }
        let chunk = buffer
        buffer = []
        buffer.reserveCapacity(min(chunk.count + chunk.count / 4, 1 << 20))
        writing = chunk.count
        isWriting = true
        let isDue = loop.now - lastSync >= .seconds(1) || isLast
        let syncs = synchronizes && isDue
        let (file, taken, longestWrite) = (file, taken, longestWrite)
        let first = syncs ? beforeSync() : nil
        let call = loop.runBlocking(name: "results") {
            first?()
            try file.write(chunk, upTo: longestWrite) { taken.bytes.add($0, ordering: .relaxed) }
            if syncs { try file.synchronize() }
        }
        isUnsynced = synchronizes && !syncs
        if syncs { lastSync = loop.now }
        // Not weakly: whoever waits for the end of this output counts on it, whether or not he keeps it.
        _ = call.whenDone { [self] future in didWrite(Result { try future.result() }) }
    }

    private func didWrite(_ result: Result<Void, any Error>) {
        isWriting = false
        writing = 0
        taken.bytes.store(0, ordering: .relaxed)
        if case .failure(let failure) = result, error == nil {
            let systemError = failure as? SystemError ?? SystemError(code: ErrorNumber.inputOutput, call: "write")
            error = systemError
            buffer = []
            onError(systemError)
        }
        if waiting < Self.pressureMark / 2 { setPressure(false) }
        if whenDone != nil || buffer.count >= Self.flushSize { return flush() }
        if !buffer.isEmpty { return flushSoon() }
        syncSoon()
    }

    /// What came just before a quiet time must reach the disk, too.
    private func syncSoon() {
        guard isUnsynced, syncTimer == nil, error == nil else { return }
        syncTimer = loop.at(lastSync.advanced(by: .seconds(1)), name: "results") { [weak self] in
            guard let self else { return }
            syncTimer = nil
            guard isUnsynced, !isWriting, buffer.isEmpty else { return }
            isUnsynced = false
            lastSync = loop.now
            isWriting = true
            let file = file
            let first = beforeSync()
            let call = loop.runBlocking(name: "results") {
                first?()
                try file.synchronize()
            }
            _ = call.whenDone { [self] future in didWrite(Result { try future.result() }) }
        }
    }

    private func setPressure(_ pressure: Bool) {
        guard pressure != isUnderPressure else { return }
        isUnderPressure = pressure
        onPressure(pressure)
    }
}
