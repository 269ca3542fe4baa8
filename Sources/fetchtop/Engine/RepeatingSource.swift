import FetchLoop

/// Gives the jobs of another source again and again: the load mode (`-n`, `-z`). Each repetition is a job of its own, with
/// its number in `repetition`.
///
/// ```
/// list: a b c        -n 7: a1 b1 c1 a2 b2 c2 a3
/// ```
final class RepeatingSource: JobSource, JobSink {
    private let source: any JobSource
    private let loop: EventLoop
    /// How many jobs in all; nil goes on until it is cancelled.
    private let limit: Int?
    private weak var sink: (any JobSink)?
    private var jobs: [FetchJob] = []
    private var isListRead = false
    private var givenCount = 0
    /// The next job of the list, and the round it belongs to.
    private var next = 0
    private var round: UInt32 = 1
    private var isPending = false
    private var isOver = false

    /// How many a turn of the loop gives at most.
    private static let batchSize = 500
    /// The list is read this far ahead of what is given.
    private static let readAhead = 4_096

    /// - Parameter limit: How many jobs in all; nil goes on until `cancel`.
    init(_ source: any JobSource, loop: EventLoop, limit: Int?) {
        self.source = source
        self.loop = loop
        self.limit = limit
    }

    // MARK: JobSource

    var isStreamed: Bool { source.isStreamed && !isListRead }
    var isPaced: Bool { limit == nil }

    func start(_ sink: any JobSink) {
        self.sink = sink
        source.start(self)
    }

    func resume() {
        if !isListRead, !isOver { source.resume() }
        // A paced source gives in the turn in which a slot became free; a list takes its time.
        if isPaced { give() } else { giveSoon() }
    }

    func cancel() {
        isOver = true
        source.cancel()
    }

    private func giveSoon() {
        guard !isPending, !isOver else { return }
        isPending = true
        loop.onNextTurn(name: "repetitions") { [weak self] in
            self?.isPending = false
            self?.give()
        }
    }

    private func give() {
        while !isOver, let sink, sink.hasRoom(for: self) {
            var batch = InputBatch()
            let size = isPaced ? 1 : min(Self.batchSize, limit.map { $0 - givenCount } ?? .max)
            while batch.jobs.count < size, let job = nextJob() { batch.jobs.append(job) }
            guard !batch.jobs.isEmpty else { break }
            givenCount += batch.jobs.count
            sink.source(self, didRead: batch)
            guard isPaced else { break }
        }
        if !isOver, givenCount == limit || isListRead && jobs.isEmpty { return end() }
        if !isPaced, next < jobs.count || isListRead, sink?.hasRoom(for: self) == true { giveSoon() }
    }

    private func nextJob() -> FetchJob? {
        if next == jobs.count, isListRead, !jobs.isEmpty {
            next = 0
            round += 1
        }
        guard next < jobs.count else { return nil }
        defer { next += 1 }
        var job = jobs[next]
        job.repetition = round
        return job
    }

    private func end() {
        cancel()
        sink?.sourceDidEnd(self)
    }

    // MARK: JobSink

    func hasRoom(for source: any JobSource) -> Bool { !isOver && jobs.count - next < Self.readAhead }

    func source(_ source: any JobSource, didRead batch: InputBatch) {
        jobs += batch.jobs
        if !batch.problems.isEmpty { sink?.source(self, didRead: InputBatch(problems: batch.problems)) }
        giveSoon()
    }

    func sourceDidEnd(_ source: any JobSource) {
        isListRead = true
        giveSoon()
    }
}
