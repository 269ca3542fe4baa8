import FetchLoop

/// Reads the loop's clock in the run's moments.
struct RunTime: Sendable {
    /// The loop's instant at which the run began.
    private let origin: LoopInstant

    init(origin: LoopInstant) { self.origin = origin }

    func moment(_ instant: LoopInstant) -> Moment { Moment(nanoseconds: instant.nanoseconds - origin.nanoseconds) }

    func instant(_ moment: Moment) -> LoopInstant {
        LoopInstant(nanoseconds: origin.nanoseconds &+ moment.nanoseconds)
    }
}
