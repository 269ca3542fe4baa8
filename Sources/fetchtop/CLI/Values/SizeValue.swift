/// Byte counts as curl spells them: a number with an optional `k`, `M`, `G`, `T` or `P` of 1024-based size, whole or with
/// a fraction (`1.5M`).
enum SizeValue {
    /// - Throws: `ValueError` for anything else.
    @Sendable static func parse(_ text: String) throws(ValueError) -> Int64 {
        var number = text[...]
        var unit: Int64 = 1
        if let suffix = text.last, !suffix.isASCII || !suffix.isNumber {
            guard let scale = scale(of: suffix) else {
                throw ValueError("not a size; write bytes, or a number with k, M, G, T or P such as 1.5M")
            }
            unit = scale
            number = text.dropLast()
        }
        guard let decimal = DecimalNumber(number) else {
            throw ValueError("not a size; write bytes, or a number with k, M, G, T or P such as 1.5M")
        }
        guard let bytes = decimal.multiplied(by: unit) else { throw ValueError("too large") }
        return bytes
    }

    private static func scale(of suffix: Character) -> Int64? {
        switch suffix {
        case "k", "K": 1 << 10
        case "m", "M": 1 << 20
        case "g", "G": 1 << 30
        case "t", "T": 1 << 40
        case "p", "P": 1 << 50
        case "b", "B": 1
        default: nil
        }
    }
}
