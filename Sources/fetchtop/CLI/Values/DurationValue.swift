/// Lengths of time as options and configuration spell them: curl's seconds (`30`, `1.5`), or with units: `500ms`, `90s`,
/// `5m`, `2h`, `1d`, and sums such as `1h30m`.
enum DurationValue {
    /// - Throws: `ValueError` for anything else, negative lengths included.
    @Sendable static func parse(_ text: String) throws(ValueError) -> Duration {
        if let seconds = DecimalNumber(text[...]) { return try seconds.duration(unitNanoseconds: 1_000_000_000) }
        var rest = text[...]
        var total = Duration.zero
        var lastUnit = Int64.max
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unitName = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unitName.count)
            // Units must shrink: `30m1h` or `5m5m` is rather a slip than a sum.
            guard let number = DecimalNumber(digits), let unit = nanoseconds(of: unitName), unit < lastUnit else {
                throw ValueError("not a length of time; write 30, 1.5, 500ms, 90s, 5m or 1h30m")
            }
            lastUnit = unit
            total += try number.duration(unitNanoseconds: unit)
        }
        guard !text.isEmpty else { throw ValueError("not a length of time; write 30, 1.5, 500ms, 90s, 5m or 1h30m") }
        return total
    }

    private static func nanoseconds(of unit: Substring) -> Int64? {
        switch unit {
        case "ms": 1_000_000
        case "s": 1_000_000_000
        case "m": 60 * 1_000_000_000
        case "h": 3_600 * 1_000_000_000
        case "d": 86_400 * 1_000_000_000
        default: nil
        }
    }
}

/// An unsigned decimal number kept exact, so that `0.1` seconds are 100 ms and not a hair less.
struct DecimalNumber: Equatable {
    /// The digits without the point, and how many of them stand behind it.
    let digits: Int64
    let fractionDigits: Int

    /// Reads `12`, `1.5` or `.5`; nil for anything else, or for more than 18 digits.
    init?(_ text: Substring) {
        let pieces = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = pieces.first else { return nil }
        let fraction = pieces.count == 2 ? pieces[1] : ""
        guard pieces.count == 1 || !fraction.isEmpty, (1...18).contains(whole.utf8.count + fraction.utf8.count),
            whole.utf8.allSatisfy(\.isASCIIDigit), fraction.utf8.allSatisfy(\.isASCIIDigit),
            let digits = Int64(whole + fraction)
        else { return nil }
        self.digits = digits
        fractionDigits = fraction.utf8.count
    }

    /// The number times `unit`, rounded down; nil if that overflows.
    func multiplied(by unit: Int64) -> Int64? {
        let product = digits.multipliedFullWidth(by: unit)
        var divisor: Int64 = 1
        for _ in 0..<fractionDigits { divisor *= 10 }
        guard product.high >= 0, product.high < divisor else { return nil }
        let quotient = divisor.dividingFullWidth((product.high, product.low)).quotient
        return quotient >= 0 ? quotient : nil
    }

    fileprivate func duration(unitNanoseconds: Int64) throws(ValueError) -> Duration {
        // A century is more than any run needs and keeps every sum of such values within 64 bits of nanoseconds.
        guard let nanoseconds = multiplied(by: unitNanoseconds), nanoseconds <= 3_153_600_000 * 1_000_000_000 else {
            throw ValueError("longer than 100 years")
        }
        return .nanoseconds(nanoseconds)
    }
}
