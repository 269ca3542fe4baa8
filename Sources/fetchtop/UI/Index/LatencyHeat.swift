/// How long fetches took over the time of the run: counts by time and by power of two of the latency.
///
/// A fixed number of columns: when they are full, neighbours are joined and each stands for twice the time.
struct LatencyHeat: Sendable {
    static let columnLimit = 240
    static let octaveCount = 28

    private(set) var columns: [[UInt32]] = []
    private(set) var period = Duration.seconds(1)

    /// Adds the length of a fetch that ended at `now`.
    mutating func record(_ length: Duration, at now: Moment) {
        var column = Int(now.nanoseconds / period.wholeNanoseconds)
        while column >= Self.columnLimit {
            join()
            column = Int(now.nanoseconds / period.wholeNanoseconds)
        }
        while columns.count <= column { columns.append(Array(repeating: 0, count: Self.octaveCount)) }
        columns[column][Self.octave(of: length)] += 1
    }

    /// The power of two of microseconds that a latency lies below.
    static func octave(of length: Duration) -> Int {
        let microseconds = UInt64(max(0, length.wholeNanoseconds / 1_000))
        return min(octaveCount - 1, microseconds == 0 ? 0 : 64 - microseconds.leadingZeroBitCount)
    }

    private mutating func join() {
        period = period * 2
        columns = stride(from: 0, to: columns.count, by: 2).map { index in
            index + 1 < columns.count ? zip(columns[index], columns[index + 1]).map(+) : columns[index]
        }
    }
}
