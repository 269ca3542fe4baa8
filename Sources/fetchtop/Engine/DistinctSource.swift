/// Leaves out the jobs that another source has given before (`--dedupe`): the same id, or without one the same method,
/// URL up to its fragment, body and output.
final class DistinctSource: JobSource, JobSink {
    private let source: any JobSource
    private weak var sink: (any JobSink)?
    private var seen = IdentitySet()
    private var duplicateCount = 0

    init(_ source: any JobSource) {
        self.source = source
    }

    // MARK: JobSource

    var isStreamed: Bool { source.isStreamed }

    func start(_ sink: any JobSink) {
        self.sink = sink
        source.start(self)
    }

    func resume() { source.resume() }

    func cancel() { source.cancel() }

    // MARK: JobSink

    func hasRoom(for source: any JobSource) -> Bool { sink?.hasRoom(for: self) ?? false }

    func source(_ source: any JobSource, didRead batch: InputBatch) {
        var batch = batch
        let count = batch.jobs.count
        batch.keepJobs { job in
            // What stands behind the # is never sent: with another one it is the same request.
            let url = job.url.utf8.prefix { $0 != UInt8(ascii: "#") }
            return seen.insert(JobIdentity(url: url, values: job.extras?.values).rawValue)
        }
        duplicateCount += count - batch.jobs.count
        sink?.source(self, didRead: batch)
    }

    func sourceDidEnd(_ source: any JobSource) {
        if duplicateCount > 0 {
            let problem = InputProblem(
                message: "left out \(duplicateCount) job\(duplicateCount == 1 ? "" : "s") given twice",
                severity: .warning)
            sink?.source(self, didRead: InputBatch(problems: [problem]))
        }
        sink?.sourceDidEnd(self)
    }
}
