import FetchLoop

/// A list of jobs in a file, a pipe or a terminal, read while it is being written.
///
/// Regular files are read in the thread pool, since a disk may take its time and epoll refuses them; anything else is
/// read when the loop says that it is ready, one read at a time, so that a descriptor shared with other processes need
/// not be made non-blocking. While the sink has no room nothing is read, and a producer waits for its pipe.
final class ListSource: JobSource {
    private let loop: EventLoop
    private let file: OpenFile
    private let name: String
    private var parser: ListParser
    private var isRegular: Bool
    private weak var sink: (any JobSink)?
    private var watch: Watch?
    private var isReading = false
    private var isOver = false
    /// What was read and is handed over, a piece in each turn: a line, or the end of a section, may stand for many jobs.
    private var waiting = InputBatch()
    private var givenCount = 0
    private var isHandOverPending = false
    private var isAtEnd = false

    /// A turn of the loop takes in at most so much: some 400 lines, in two milliseconds.
    private static let chunkSize = 16_384

    /// So many jobs are handed over in a turn.
    private static let pieceSize = 1_000

    /// Opens a list; "-" is standard input.
    ///
    /// - Throws: `InputProblem` that names the file and what is wrong with it.
    init(
        loop: EventLoop, path: String, format: InputFormat?, rules: InputRules = InputRules()
    ) throws(InputProblem) {
        self.loop = loop
        name = path == "-" ? "standard input" : path
        do throws(SystemError) {
            file = path == "-" ? OpenFile(borrowing: 0) : try OpenFile(path, .read)
            let kind = try file.status().kind
            guard kind != .directory else { throw SystemError(code: ErrorNumber.isDirectory, call: "read") }
            isRegular = kind == .regular
        } catch {
            throw InputProblem(
                source: name, line: nil, message: "cannot read it: \(error.message)", severity: .unreadable)
        }
        parser = ListParser(format: format, fileName: path == "-" ? nil : path, rules: rules)
    }

    func start(_ sink: any JobSink) {
        self.sink = sink
        loop.onNextTurn(name: "list") { [weak self] in self?.resume() }
    }

    func resume() {
        guard !isOver, !isReading, !isHandOverPending, watch == nil, let sink, sink.hasRoom(for: self) else { return }
        if hasWaiting || parser.isMoreDue { return handOverSoon() }
        if isRegular { readInPool() } else { watchDescriptor() }
    }

    var isStreamed: Bool { !isRegular }

    func cancel() {
        isOver = true
        watch?.cancel()
        watch = nil
    }

    private func readInPool() {
        isReading = true
        let file = file
        let read = loop.runBlocking(name: "list") { try file.read(upTo: Self.chunkSize) }
        _ = read.whenDone { [weak self] future in
            guard let self else { return }
            isReading = false
            guard !isOver else { return }
            take(Result { try future.result() })
            resume()
        }
    }

    private func watchDescriptor() {
        do throws(SystemError) {
            watch = try loop.watch(file.descriptor, for: .read, name: "list") { [weak self] _ in
                guard let self, !isOver else { return }
                take(Result { try self.file.read(upTo: Self.chunkSize) })
                // A full sink must not see the descriptor at all: epoll reports a hang-up whatever the interest.
                if isOver || hasWaiting || parser.isMoreDue || sink?.hasRoom(for: self) != true {
                    watch?.cancel()
                    watch = nil
                    resume()
                }
            }
        } catch {
            // Devices such as /dev/null cannot be watched, but never keep a reader waiting either.
            isRegular = true
            readInPool()
        }
    }

    private func take(_ result: Result<[UInt8], any Error>) {
        switch result {
        case .success(let bytes) where bytes.isEmpty:
            isAtEnd = true
            deliver(parser.finish())
        case .success(let bytes): deliver(parser.feed(bytes))
        case .failure(let error):
            let reason = (error as? SystemError)?.message ?? "\(error)"
            isAtEnd = true
            deliver(
                InputBatch(problems: [InputProblem(message: "cannot read on: \(reason)", severity: .unreadable)]))
        }
    }

    private func deliver(_ batch: InputBatch) {
        take(batch)
        handOver()
    }

    private func take(_ batch: InputBatch) {
        waiting = batch
        givenCount = 0
        for index in waiting.problems.indices { waiting.problems[index].source = name }
    }

    private var hasWaiting: Bool { givenCount < waiting.jobs.count }

    private func handOverSoon() {
        isHandOverPending = true
        loop.onNextTurn(name: "list") { [weak self] in self?.handOver() }
    }

    private func handOver() {
        isHandOverPending = false
        guard !isOver else { return }
        if !hasWaiting, let more = parser.more() { take(more) }
        let piece = waiting.piece(from: givenCount, count: Self.pieceSize)
        givenCount += piece.jobs.count
        if !piece.jobs.isEmpty || !piece.problems.isEmpty { sink?.source(self, didRead: piece) }
        if !hasWaiting {
            take(InputBatch())
            if isAtEnd, !parser.isMoreDue, !isOver { return end() }
        }
        resume()
    }

    private func end() {
        cancel()
        sink?.sourceDidEnd(self)
    }
}
