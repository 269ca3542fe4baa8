/// Several sources, read one after the other as if they were one.
final class SourceChain: JobSource, JobSink {
    private var rest: [any JobSource]
    private weak var sink: (any JobSink)?

    init(_ sources: [any JobSource]) { rest = sources }

    func start(_ sink: any JobSink) {
        self.sink = sink
        if let first = rest.first { first.start(self) } else { sink.sourceDidEnd(self) }
    }

    func resume() { rest.first?.resume() }

    func cancel() {
        for source in rest { source.cancel() }
        rest = []
    }

    var isStreamed: Bool { rest.first?.isStreamed ?? false }

    func hasRoom(for source: any JobSource) -> Bool { sink?.hasRoom(for: self) ?? false }

    func source(_ source: any JobSource, didRead batch: InputBatch) { sink?.source(self, didRead: batch) }

    /// A source that fails does not keep the others from being read.
    func sourceDidEnd(_ source: any JobSource) {
        guard !rest.isEmpty else { return }
        rest.removeFirst()
        if let next = rest.first { next.start(self) } else { sink?.sourceDidEnd(self) }
    }
}
