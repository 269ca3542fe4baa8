/// A limit given as a number (`20`) or as a share of all (`1.5%`).
enum CountOrShare: Hashable, Sendable {
    case count(Int)
    /// In the range 0...1.
    case share(Double)

    /// - Throws: `ValueError` for anything else, a share above 100 % included.
    static func parse(_ text: String) throws(ValueError) -> CountOrShare {
        if text.last == "%" {
            guard let number = DecimalNumber(text.dropLast()), let percent = Double(text.dropLast()), percent <= 100,
                number.fractionDigits <= 6
            else { throw ValueError("not a percentage from 0% to 100%") }
            return .share(percent / 100)
        }
        guard let count = Int(text), count >= 0, text.first != "+" else {
            throw ValueError("not a number or a percentage; write 20 or 1.5%")
        }
        return .count(count)
    }
}
