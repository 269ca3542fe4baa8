/// Says when the next start is allowed, so that a rate holds however many run in parallel.
///
/// The generic cell rate algorithm: one moment instead of a count of tokens. Starts are spaced evenly; what a timer
/// fired late (up to `tolerance`) is caught up with, so the long-run rate is exact and no window holds a burst.
struct TokenBucket: Sendable, Equatable {
    private let intervalNanoseconds: Int64
    private let tolerance: Int64
    /// When the next start is due, were all on time.
    private var due: Int64
    /// An open-loop schedule: what could not start in time is caught up with, however late, and none is left out.
    private let isSchedule: Bool

    /// A bucket that allows its first start at once.
    ///
    /// - Parameter isSchedule: Starts have fixed times from the first one on, for load tests: a slow server must not slow
    ///   down those who ask it. Otherwise a rate is a promise to the server, and no delay is followed by a burst.
    init(_ rate: RunOptions.StartRate, tolerance: Duration = .milliseconds(10), isSchedule: Bool = false) {
        self.isSchedule = isSchedule
        let interval = Double(rate.per.wholeNanoseconds) / max(rate.count, 1e-9)
        intervalNanoseconds = Int64(min(max(interval, 1), 9e18))
        self.tolerance = tolerance.wholeNanoseconds
        due = .min / 4
    }

    /// When the next start is allowed; nil if that is now.
    func earliest(at now: Moment) -> Moment? {
        due <= now.nanoseconds ? nil : Moment(nanoseconds: due)
    }

    /// Takes one start.
    ///
    /// - Returns: when the schedule wanted it, if there is one.
    @discardableResult
    mutating func take(at now: Moment) -> Moment? {
        if isSchedule {
            let intended = due < 0 ? now.nanoseconds : due
            due = intended.addingReportingOverflow(intervalNanoseconds).partialValue
            return Moment(nanoseconds: intended)
        }
        // After a pause of its own nobody is late, and there is nothing to catch up with.
        let wasIdle = now.nanoseconds - due > 1_000_000_000
        let base = wasIdle ? now.nanoseconds : max(due, now.nanoseconds - tolerance)
        due = base.addingReportingOverflow(intervalNanoseconds).partialValue
        return nil
    }

    /// Leaves out what was due while everything was held on purpose.
    mutating func skip(to now: Moment) { due = max(due, now.nanoseconds) }
}
