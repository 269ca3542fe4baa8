/// The engine as the controller reaches it: single fetches at the scheduler, the run as a whole at the session.
final class SessionControl: FetchControl {
    private let session: Session
    private var scheduler: FetchScheduler { session.scheduler }

    init(_ session: Session) { self.session = session }

    var concurrency: Int { scheduler.concurrency }
    var isPaused: Bool { scheduler.isPaused }
    var isDraining: Bool { scheduler.isDraining }
    var isIdle: Bool { session.isIdle }
    var isReplay: Bool { session.replay != nil }

    func add(_ job: FetchJob) -> FetchID { session.addByHand(job) }
    func cancel(_ id: FetchID) -> Bool { scheduler.cancel(id) }
    func retry(_ id: FetchID) -> Bool { scheduler.retry(id) }
    func pause(_ id: FetchID) -> Bool { scheduler.pause(id) }
    func resume(_ id: FetchID) -> Bool { scheduler.resume(id) }
    func setConcurrency(_ count: Int) { scheduler.setConcurrency(count) }
    func setLimit(_ limit: Int, of host: HostID) { scheduler.setLimit(limit, of: host) }
    func setRate(_ rate: RunOptions.StartRate?) { scheduler.setRate(rate) }
    func pauseAll() { scheduler.pauseAll() }
    func resumeAll() { scheduler.resumeAll() }
    /// A key that stands for a signal counts as one.
    func interrupt() -> Int { session.interrupt(signal: Signals.interrupt) }
    func abort() { session.abort() }
    func refreshPhases(of ids: [FetchID]) { scheduler.refreshPhases(of: ids) }
    func preview(of id: FetchID) -> BodyPreview? {
        scheduler.previews?.pinned = id
        return scheduler.previews?.preview(of: id)
    }
    func liveRecord(of id: FetchID) -> TransferRecord? { scheduler.running[id]?.transfer?.record }
}
