/// Where jobs come from, a batch at a time, while the run goes on.
protocol JobSource: AnyObject {
    /// Begins to read; the sink is told what turned up, never from within this call.
    func start(_ sink: any JobSink)
    /// Goes on after the sink had no room.
    func resume()
    /// Stops reading for good; the sink is told nothing more.
    func cancel()
    /// Somebody at the other end may be writing still, perhaps without end: read ahead only a little.
    var isStreamed: Bool { get }
    /// Its end is a moment, not a number of jobs: a job is wanted only when it can start.
    var isPaced: Bool { get }
}

extension JobSource {
    var isPaced: Bool { false }
}

/// Takes what a source reads.
protocol JobSink: AnyObject {
    /// Whether more jobs are wanted now. A source that is told no stops after the batch at hand, until `resume`.
    func hasRoom(for source: any JobSource) -> Bool
    func source(_ source: any JobSource, didRead batch: InputBatch)
    /// The source is exhausted, or could not be read on, which was told as a problem.
    func sourceDidEnd(_ source: any JobSource)
}
