/// Counts of durations in logarithmic buckets: fixed memory, O(1) to record, percentiles within a known error.
///
/// A power of two is divided into `2^precision` buckets, so a value is known to within `2^-precision`: 0.8 % with 7
/// bits (15 KiB), 3 % with 5. Microseconds up to 71 minutes; what is longer counts as the longest, the maximum is exact.
struct Histogram: Sendable, Equatable {
    private let precision: Int
    private var buckets: [UInt32] = []
    private(set) var count = 0
    private(set) var sum: Int64 = 0
    private var most = Int64.min

    /// An empty histogram; its buckets are made by the first value.
    init(precision: Int = 7) { self.precision = precision }

    var maximum: Duration? { count > 0 ? .nanoseconds(most) : nil }

    /// Adds one duration. Negative ones count as zero.
    mutating func record(_ duration: Duration) { record(nanoseconds: duration.wholeNanoseconds) }

    /// Adds one duration.
    mutating func record(nanoseconds: Int64) {
        let nanoseconds = max(0, nanoseconds)
        let value = UInt32(min(nanoseconds / 1_000, Int64(UInt32.max)))
        let index = bucket(of: value)
        if index >= buckets.count {
            buckets.append(contentsOf: repeatElement(0, count: index + 1 - buckets.count))
        }
        buckets[index] &+= 1
        count += 1
        sum.add(saturating: nanoseconds)
        most = max(most, nanoseconds)
    }

    /// The duration that `fraction` (0...1) of the values do not exceed; nil when there are none.
    func percentile(_ fraction: Double) -> Duration? {
        guard count > 0, let maximum else { return nil }
        let rank = max(1, Int((Double(count) * fraction).rounded(.up)))
        guard rank < count else { return maximum }
        var seen = 0
        for (index, amount) in buckets.enumerated() where amount > 0 {
            seen += Int(amount)
            if seen >= rank { return min(maximum, .microseconds(Int64(upperEdge(of: index)))) }
        }
        return maximum
    }

    var mean: Duration? { count > 0 ? .nanoseconds(sum / Int64(count)) : nil }

    /// How many values lie in each power of two of microseconds, for the latency view.
    var octaves: [Int] {
        var octaves: [Int] = []
        for (index, amount) in buckets.enumerated() where amount > 0 {
            let value = upperEdge(of: index)
            let octave = value == 0 ? 0 : UInt32.bitWidth - value.leadingZeroBitCount
            while octaves.count <= octave { octaves.append(0) }
            octaves[octave] += Int(amount)
        }
        return octaves
    }

    /// Below `2^precision` every value has its own bucket; above, the bits after the leading one choose it.
    private func bucket(of value: UInt32) -> Int {
        let leading = UInt32.bitWidth - 1 - value.leadingZeroBitCount
        guard leading >= precision else { return Int(value) }
        let shift = leading - precision
        return (shift + 1) << precision + Int(value >> UInt32(shift)) - 1 << precision
    }

    /// The largest value that falls into a bucket.
    private func upperEdge(of index: Int) -> UInt32 {
        let shift = index >> precision - 1
        guard shift >= 0 else { return UInt32(index) }
        let mantissa = UInt64(1 << precision + index & (1 << precision - 1))
        return UInt32(truncatingIfNeeded: (mantissa + 1) << UInt64(shift) - 1)
    }
}
