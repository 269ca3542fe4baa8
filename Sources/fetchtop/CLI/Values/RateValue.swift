/// A frequency as curl's `--rate` spells it: `5/s`, `100/m`, `3/h`, `1000/d`, or over several units: `5/15s`.
enum RateValue {
    /// - Throws: `ValueError` for anything else, also for a bare number: curl takes it as per hour, nearly everybody
    ///   who types it means per second, and so it is better asked than guessed.
    @Sendable static func parse(_ text: String) throws(ValueError) -> RunOptions.StartRate {
        let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let count = Int(halves[0]), count > 0, halves[0].first?.isNumber == true else {
            throw ValueError("not a rate; write 5/s, 100/m or 5/15s")
        }
        guard halves.count == 2 else { throw ValueError("a rate per what? write \(count)/s, \(count)/m or \(count)/h") }
        let digits = halves[1].prefix { $0.isASCII && $0.isNumber }
        let unit = halves[1].dropFirst(digits.count)
        guard let multiple = digits.isEmpty ? 1 : Int(digits), multiple > 0, multiple <= 1_000_000,
            let seconds = Self.seconds(of: unit)
        else { throw ValueError("not a rate; write 5/s, 100/m or 5/15s") }
        return RunOptions.StartRate(count: Double(count), per: .seconds(multiple * seconds))
    }

    private static func seconds(of unit: Substring) -> Int? {
        switch unit {
        case "s": 1
        case "m": 60
        case "h": 3_600
        case "d": 86_400
        default: nil
        }
    }
}
