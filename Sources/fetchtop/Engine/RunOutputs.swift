import FetchLoop

/// What a run writes besides bodies: results, what `--write-out` says, remembered tags, the log, and at its end the list of
/// what failed.
///
/// It has the run held back while one of them takes no more, and tells of each that cannot be written, once.
final class RunOutputs {
    let results: RecordOutput?
    /// Takes what `--write-out` says.
    var writeOut: RecordOutput?
    var etags: RecordOutput?
    var log: RecordOutput?
    /// Takes the jobs that failed when the run ends.
    var failedList: FailedList?
    /// Told when so much waits to be written that nothing new should start, and when it is written.
    var onPressure: (Bool) -> Void = { _ in }
    /// Told of each that cannot be written any more.
    var onProblem: (OutputProblem) -> Void = { _ in }

    private let loop: EventLoop
    private let downloads: Downloads?
    private var underPressure = 0
    private var finishedSteps = 0
    private var complained: Set<String> = []

    init(loop: EventLoop, results: RecordOutput?, downloads: Downloads?) {
        self.loop = loop
        self.results = results
        self.downloads = downloads
        // A record must not reach the disk before the name of the file that it tells of.
        if let downloads { results?.beforeSync = { downloads.takeDirectorySync() } }
    }

    /// From now on what happens to them is told.
    func start() {
        for output in [results, writeOut, etags].compactMap(\.self) {
            output.onPressure = { [weak self] in self?.pressureChanged($0) }
            watch(output, isVital: true)
        }
        // The log is a help and no result: without it the run goes on.
        if let log { watch(log, isVital: false) }
    }

    private func watch(_ output: RecordOutput, isVital: Bool) {
        output.onError = { [weak self, name = output.name] in self?.complain(name, $0, isVital: isVital) }
    }

    private func pressureChanged(_ isUnderPressure: Bool) {
        underPressure += isUnderPressure ? 1 : -1
        onPressure(underPressure > 0)
    }

    private func complain(_ name: String, _ error: SystemError, isVital: Bool) {
        guard complained.insert(name).inserted else { return }
        onProblem(OutputProblem(name: name, error: error, isVital: isVital))
    }

    /// Writes what is left, brings it to the disk, and tells when that is done.
    func finish(_ done: @escaping () -> Void) {
        writeFailedList { [self] in
            finishedSteps += 1
            settleDownloads { [self] in
                finishedSteps += 1
                syncDirectories { [self] in
                    finishedSteps += 1
                    finish([results, writeOut, log, etags].compactMap(\.self), done)
                }
            }
        }
    }

    /// How far all of it is: who waits for the end sees by it whether it comes nearer.
    var progress: [Int] { [backlog, failedList?.next ?? 0, finishedSteps] }

    /// Bytes that nobody has taken yet.
    var backlog: Int { [results, writeOut, log, etags].reduce(0) { $0 + ($1?.backlog ?? 0) } }

    private func writeFailedList(_ done: @escaping () -> Void) {
        guard let failedList else { return done() }
        failedList.write { [self] error in
            if let error { complain(failedList.name, error, isVital: true) }
            done()
        }
    }

    private func settleDownloads(_ done: @escaping () -> Void) {
        if let downloads { downloads.settle(done) } else { done() }
    }

    private func syncDirectories(_ done: @escaping () -> Void) {
        guard let sync = downloads?.takeDirectorySync() else { return done() }
        _ = loop.runBlocking(name: "directories", sync).whenDone { _ in done() }
    }

    private func finish(_ outputs: [RecordOutput], _ done: @escaping () -> Void) {
        guard let output = outputs.first else { return loop.onNextTurn(name: "close") { done() } }
        output.finish { [self] error in
            if let error { complain(output.name, error, isVital: output !== log) }
            finishedSteps += 1
            finish(Array(outputs.dropFirst()), done)
        }
    }
}

/// Why something cannot be written.
struct OutputProblem: CustomStringConvertible {
    /// What it is, and its file: `results to 'out.ndjson'`.
    var name: String
    var error: SystemError
    /// Whether the run is of no use without it.
    var isVital: Bool

    var description: String { "cannot write \(name): \(error.message)" }
}
