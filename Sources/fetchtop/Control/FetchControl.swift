/// What the controller may ask of the engine; the scheduler in the product, a recorder in tests.
protocol FetchControl: AnyObject {
    var concurrency: Int { get }
    var isPaused: Bool { get }
    var isDraining: Bool { get }
    var isIdle: Bool { get }
    /// A finished run is shown: there is nothing to steer.
    var isReplay: Bool { get }

    func add(_ job: FetchJob) -> FetchID
    func cancel(_ id: FetchID) -> Bool
    func retry(_ id: FetchID) -> Bool
    func pause(_ id: FetchID) -> Bool
    func resume(_ id: FetchID) -> Bool
    func setConcurrency(_ count: Int)
    func setLimit(_ limit: Int, of host: HostID)
    func setRate(_ rate: RunOptions.StartRate?)
    func pauseAll()
    func resumeAll()
    /// Somebody asked for the end: the first time what is in flight goes on, the second time it is cut off.
    ///
    /// - Returns: Which time this is, from 1.
    func interrupt() -> Int
    func abort()
    /// Brings the phases of fetches in flight up to date: libcurl is asked about what is looked at, not about all.
    func refreshPhases(of ids: [FetchID])
    /// What is known of a transfer under way.
    func liveRecord(of id: FetchID) -> TransferRecord?
    /// The beginning of a fetch's body, if it was kept; from now on it is, as long as no other is asked for.
    func preview(of id: FetchID) -> BodyPreview?
}

extension FetchControl {
    var isReplay: Bool { false }
}
