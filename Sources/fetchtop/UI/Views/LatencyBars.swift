/// Which bars stand for a distribution by powers of two, where there may be fewer lines than powers.
struct LatencyBars {
    struct Bar: Equatable {
        /// Powers of two of microseconds; the bar has all that is below the last one's edge and in no bar before.
        var octaves: ClosedRange<Int>
        var good: Int
        var bad: Int
        var count: Int { good + bad }
    }

    private(set) var bars: [Bar] = []

    /// - Parameter limit: The lines there are. Neighbours that hold the fewest are joined until they suffice, so that where
    ///   most of the values lie stays finely divided.
    init(good: [Int], bad: [Int], limit: Int) {
        func value(_ octaves: [Int], _ index: Int) -> Int { octaves.indices.contains(index) ? octaves[index] : 0 }
        let all = (0..<max(good.count, bad.count)).map {
            Bar(octaves: $0...$0, good: value(good, $0), bad: value(bad, $0))
        }
        guard let first = all.firstIndex(where: { $0.count > 0 }) else { return }
        bars = Array(all[first...])
        while bars.count > max(1, limit) {
            let pairs = zip(bars, bars.dropFirst()).map { $0.count + $1.count }
            guard let least = pairs.indices.min(by: { pairs[$0] < pairs[$1] }) else { return }
            let (a, b) = (bars[least], bars[least + 1])
            bars[least] = Bar(
                octaves: a.octaves.lowerBound...b.octaves.upperBound, good: a.good + b.good, bad: a.bad + b.bad)
            bars.remove(at: least + 1)
        }
    }

    /// The upper edge in seconds.
    static func edge(_ octave: Int) -> Double { Double(UInt64(1) << UInt64(min(40, octave))) * 1e-6 }
}
