import FetchLoop

/// Jobs that are computed as they are needed: the URLs of the command line with their globs, the demo's list.
final class SequenceSource: JobSource {
    private let loop: EventLoop
    private let next: () -> FetchJob?
    private weak var sink: (any JobSink)?
    private var isPending = false
    private var isOver = false

    /// How many a turn of the loop delivers at most.
    private static let batchSize = 500

    init(loop: EventLoop, next: @escaping () -> FetchJob?) {
        self.loop = loop
        self.next = next
    }

    convenience init(loop: EventLoop, jobs: some Sequence<FetchJob>) {
        var iterator = jobs.makeIterator()
        self.init(loop: loop) { iterator.next() }
    }

    func start(_ sink: any JobSink) {
        self.sink = sink
        resume()
    }

    func resume() {
        guard !isOver, !isPending else { return }
        isPending = true
        loop.onNextTurn(name: "jobs") { [weak self] in self?.deliver() }
    }

    /// The URLs of one argument with its globs.
    ///
    /// - Parameter outputTemplate: The name for each body, in which `#1` and `#<name>` stand for what a glob became.
    convenience init(loop: EventLoop, glob: URLGlob, outputTemplate: String? = nil) {
        var index = 0
        self.init(loop: loop) {
            guard index < glob.count else { return nil }
            defer { index += 1 }
            let expansion = glob.expansion(at: index)
            var job = FetchJob(url: expansion.url)
            if !expansion.choices.isEmpty { job.values.globMatches = expansion.choices }
            // A template that does not fit was refused with the command line; as it is, it is a name like any other.
            if let outputTemplate {
                job.values.output = (try? expansion.substituted(into: outputTemplate)) ?? outputTemplate
            }
            return job
        }
    }

    var isStreamed: Bool { true }

    func cancel() { isOver = true }

    private func deliver() {
        isPending = false
        guard !isOver, let sink, sink.hasRoom(for: self) else { return }
        var batch = InputBatch()
        while batch.jobs.count < Self.batchSize {
            guard let job = next() else {
                isOver = true
                break
            }
            batch.jobs.append(job)
        }
        if !batch.jobs.isEmpty { sink.source(self, didRead: batch) }
        if isOver { sink.sourceDidEnd(self) } else { resume() }
    }
}
