/// A point on a loop's clock, in nanoseconds.
///
/// The corresponding C function is `clock_gettime(CLOCK_MONOTONIC)`; on a virtual clock the loop itself moves it.
public struct LoopInstant: InstantProtocol, Hashable, Sendable {
    /// Nanoseconds since the clock's origin (system start, on Linux).
    public let nanoseconds: Int64

    /// Creates an instant from nanoseconds since the clock's origin.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The monotonic clock now.
    public static var now: LoopInstant { LoopInstant(nanoseconds: MonotonicClock.nanoseconds) }

    /// The instant `duration` later; saturates instead of overflowing.
    public func advanced(by duration: Duration) -> LoopInstant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanoseconds)
        return LoopInstant(nanoseconds: overflow ? (duration.nanoseconds < 0 ? .min : .max) : sum)
    }

    /// The instant so many milliseconds later; saturates instead of overflowing.
    func advanced(milliseconds: Int) -> LoopInstant {
        let (span, tooLong) = Int64(milliseconds).multipliedReportingOverflow(by: 1_000_000)
        let (sum, overflow) = nanoseconds.addingReportingOverflow(span)
        return LoopInstant(nanoseconds: tooLong || overflow ? .max : sum)
    }

    /// The duration from this instant to another; saturates instead of overflowing.
    public func duration(to other: LoopInstant) -> Duration {
        let (span, overflow) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
        return .nanoseconds(overflow ? (other < self ? .min : .max) : span)
    }

    /// Orders instants by time.
    public static func < (left: LoopInstant, right: LoopInstant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The duration between two instants.
    public static func - (left: LoopInstant, right: LoopInstant) -> Duration { right.duration(to: left) }
}

extension Duration {
    /// The whole duration in nanoseconds, saturating at about 292 years.
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, carried) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }
}
