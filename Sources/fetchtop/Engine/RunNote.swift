/// Something that the engine does to the run as a whole, for those who want to know why things are as they are.
enum RunNote: Equatable {
    /// The origin asked for it: by Retry-After, or because its budget is used up.
    case originPaused(HostID, until: Moment)
    /// Set by hand, or found out by trying.
    case hostLimit(HostID, Int)
    case concurrency(Int)
    case rate(RunOptions.StartRate?)
    case paused, resumed
    case draining(inFlight: Int)
    case aborting(inFlight: Int)
    case heldBack(Bool)
    case checkSkipped(FetchID, round: UInt32)
    case gateTripped(String)
    case deadline
    case loadOver
    case inputOver
}
