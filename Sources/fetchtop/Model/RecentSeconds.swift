/// Amounts by second for the last seconds: what a sparkline draws and what "per second" is computed from.
struct RecentSeconds: Sendable, Equatable {
    private var amounts: [Int]
    /// The newest second that has an amount.
    private var newest: Int64 = 0
    private(set) var total = 0
    /// The most in a whole second, however long ago.
    private(set) var peak = 0

    init(length: Int) { amounts = Array(repeating: 0, count: length) }

    /// Adds an amount to the second of `now`. Time never goes back; an older moment counts for the newest second.
    mutating func add(_ amount: Int, at now: Moment) {
        advance(to: now.nanoseconds / 1_000_000_000)
        amounts[Int(newest % Int64(amounts.count))].add(saturating: amount)
        total.add(saturating: amount)
    }

    /// The amounts of the last `count` whole seconds before the second of `now`, oldest first.
    func history(_ count: Int, at now: Moment) -> [Int] {
        let second = now.nanoseconds / 1_000_000_000
        return (0..<count).map { amount(ofSecond: second - Int64(count) + Int64($0)) }
    }

    /// The mean of a second over the last `seconds` whole seconds, fewer at the beginning of the run.
    func perSecond(over seconds: Int = 3, at now: Moment) -> Double {
        let second = now.nanoseconds / 1_000_000_000
        guard second > 0 else {
            let elapsed = Double(now.nanoseconds) * 1e-9
            return elapsed > 0 ? Double(amount(ofSecond: 0)) / max(elapsed, 0.1) : 0
        }
        let window = min(Int64(seconds), second)
        var sum = 0
        for back in 1...window { sum.add(saturating: amount(ofSecond: second - back)) }
        return Double(sum) / Double(window)
    }

    private func amount(ofSecond second: Int64) -> Int {
        guard second >= 0, second <= newest, second > newest - Int64(amounts.count) else { return 0 }
        return amounts[Int(second % Int64(amounts.count))]
    }

    private mutating func advance(to second: Int64) {
        guard second > newest else { return }
        peak = max(peak, amounts[Int(newest % Int64(amounts.count))])
        let steps = min(second - newest, Int64(amounts.count))
        for step in 0..<steps { amounts[Int((second - step) % Int64(amounts.count))] = 0 }
        newest = second
    }
}
