/// A duration that may be unknown, stored as 64-bit microseconds: what libcurl gives, what the records write.
///
/// `Duration` itself has 128 bits, and every conversion of one divides by 10^18: too much for a dozen times a fetch.
/// The projected value is the raw number, negative when unknown.
@propertyWrapper
struct Microseconds: Hashable, Codable, Sendable {
    var projectedValue: Int64 = -1

    init(wrappedValue: Duration?) { self.wrappedValue = wrappedValue }

    var wrappedValue: Duration? {
        get { projectedValue < 0 ? nil : .microseconds(projectedValue) }
        set { projectedValue = newValue.map { max(0, $0.wholeNanoseconds) / 1_000 } ?? -1 }
    }
}

/// A duration stored as 64-bit nanoseconds, for sums that are added to with every fetch. The projected value is the raw
/// number.
@propertyWrapper
struct Nanoseconds: Hashable, Codable, Sendable {
    var projectedValue: Int64 = 0

    /// Zero, without a detour over `Duration`.
    init() {}

    init(wrappedValue: Duration) { self.wrappedValue = wrappedValue }

    var wrappedValue: Duration {
        get { .nanoseconds(projectedValue) }
        set { projectedValue = newValue.wholeNanoseconds }
    }
}
