import FetchLoop

/// `--dry-run`: reads all input and writes the jobs it would fetch, one NDJSON line each, and fetches nothing.
///
/// The lines are jobs again, so this also checks a list, expands globs and converts other tools' formats. Passwords and
/// tokens are masked in them, as in everything that is shown.
final class DryRun: JobSink {
    private let loop: EventLoop
    private let source: any JobSource
    private let isStrict: Bool
    private let output: RecordOutput
    private let console: Console
    private var status = ExitStatus()
    private var jobCount = 0
    private var problemCount = 0
    private var hasRoom = true
    private var isOver = false

    init(loop: EventLoop, source: any JobSource, isStrict: Bool, output: RecordOutput, console: Console) {
        self.loop = loop
        self.source = source
        self.isStrict = isStrict
        self.output = output
        self.console = console
    }

    /// Runs the loop until all is written, and returns the exit code.
    func run() throws(LoopError) -> Int32 {
        Signals.ignoreBrokenPipes()
        // A turn that took long is the machine's business.
        loop.onDiagnostic = { [console] diagnostic in
            if case .blocked = diagnostic { return }
            console.complain(DisplayText(sanitising: diagnostic.message))
        }
        output.onPressure = { [weak self] in self?.pressureChanged($0) }
        output.onError = { [weak self] _ in self?.end() }
        source.start(self)
        try loop.run()
        return status.code
    }

    private func pressureChanged(_ isUnderPressure: Bool) {
        hasRoom = !isUnderPressure
        if hasRoom { source.resume() }
    }

    private func end() {
        guard !isOver else { return }
        isOver = true
        source.cancel()
        status.hasFailures = problemCount > 0
        output.finish { [self] error in
            if let error {
                status.isOutputError = true
                console.complain("cannot write to standard output: \(DisplayText(sanitising: error.message))")
            }
            console.finish { [loop] in loop.stop() }
        }
    }

    // MARK: JobSink

    func hasRoom(for source: any JobSource) -> Bool { hasRoom && !isOver }

    func source(_ source: any JobSource, didRead batch: InputBatch) {
        guard !isOver else { return }
        let jobs = batch.jobs.prefix(isStrict ? batch.jobCountBeforeProblem ?? .max : .max)
        jobCount += jobs.count
        var json = JSONRecord()
        for job in jobs { JobRecord.write(job, revealing: false, to: &json) }
        output.append { $0 += json.bytes }
        for problem in batch.problems {
            console.report(problem)
            if problem.severity == .warning { continue }
            problemCount += 1
            if isStrict || problem.severity == .unreadable { status.isInputError = true }
            if isStrict { return end() }
        }
    }

    func sourceDidEnd(_ source: any JobSource) {
        if jobCount == 0, !status.isInputError {
            console.report(.nothingToFetch(problemCount: problemCount))
            status.isInputError = true
        }
        end()
    }
}
