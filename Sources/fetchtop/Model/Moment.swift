/// A point in time of the run: nanoseconds since the run began, monotonic.
///
/// Relative on purpose: events made of moments can be replayed, merged and compared between processes; only
/// `RunClock` knows which time of day the run began at.
struct Moment: InstantProtocol, Hashable, Codable, Sendable {
    var nanoseconds: Int64

    static let start = Moment(nanoseconds: 0)

    func advanced(by duration: Duration) -> Moment {
        Moment(nanoseconds: nanoseconds.addingReportingOverflow(duration.wholeNanoseconds).partialValue)
    }

    func duration(to other: Moment) -> Duration { .nanoseconds(other.nanoseconds - nanoseconds) }

    static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    static func - (left: Moment, right: Moment) -> Duration { right.duration(to: left) }

    static func + (moment: Moment, duration: Duration) -> Moment { moment.advanced(by: duration) }
}

extension Duration {
    /// The duration in nanoseconds, saturating at 292 years.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, overflowed) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflowed ? (seconds < 0 ? .min : .max) : sum
    }

    /// The duration in seconds as a floating-point number.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

/// Ties the run's monotonic moments to the time of day.
struct RunClock: Codable, Sendable, Equatable {
    /// The time of day at `Moment.start`, in nanoseconds since 1970-01-01T00:00:00Z.
    var startedAtUnixNanoseconds: Int64

    /// The time of day of a moment, in nanoseconds since 1970.
    func unixNanoseconds(of moment: Moment) -> Int64 { startedAtUnixNanoseconds + moment.nanoseconds }
}
