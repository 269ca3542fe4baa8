/// Whole numbers as options take them.
enum CountValue {
    /// - Throws: `ValueError` for anything but a number from 1.
    @Sendable static func parse(_ text: String) throws(ValueError) -> Int {
        guard let number = number(text), number >= 1 else { throw ValueError("not a number from 1 to \(most)") }
        return number
    }

    /// - Throws: `ValueError` for anything but a number from 0.
    @Sendable static func parseFromZero(_ text: String) throws(ValueError) -> Int {
        guard let number = number(text) else { throw ValueError("not a number from 0 to \(most)") }
        return number
    }

    private static let most = 1_000_000_000

    private static func number(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy(\.isASCIIDigit), let number = Int(text), number <= most else {
            return nil
        }
        return number
    }
}
