extension RunOptions.Gates.Limit {
    /// Reads a number (`20`) or a share of all (`1.5%`).
    ///
    /// - Throws: `ValueError` for anything else, a share above 100 % included.
    @Sendable static func parse(_ text: String) throws(ValueError) -> Self {
        if text.last == "%" {
            guard let number = DecimalNumber(text.dropLast()), let percent = Double(text.dropLast()), percent <= 100,
                number.fractionDigits <= 6
            else { throw ValueError("not a percentage from 0% to 100%") }
            return .percent(percent)
        }
        guard let count = try? CountValue.parseFromZero(text) else {
            throw ValueError("not a number or a percentage; write 20 or 1.5%")
        }
        return .count(count)
    }
}
