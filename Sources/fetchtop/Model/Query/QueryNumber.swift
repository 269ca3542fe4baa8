/// The numbers of filters: `200ms`, `1.5s`, `2m`, `1M`, `10k`, `404`, `#7`.
enum QueryNumber {
    /// The value in seconds, bytes or as it is; nil if it is none.
    static func parse(_ text: String, as kind: QueryField.Kind) -> Double? {
        var digits = text[...]
        if kind == .id, digits.first == "#" { digits = digits.dropFirst() }
        let end = digits.firstIndex { !($0.isASCII && $0.isNumber) && $0 != "." && $0 != "-" } ?? digits.endIndex
        guard let number = Double(digits[..<end]) else { return nil }
        let unit = digits[end...].lowercased()
        switch kind {
        case .duration: return factor(ofDuration: unit).map { number * $0 }
        case .bytes: return factor(ofBytes: unit).map { number * $0 }
        case .number, .status, .id, .text: return unit.isEmpty ? number : nil
        }
    }

    static func description(of kind: QueryField.Kind) -> String {
        switch kind {
        case .duration: "a time such as 200ms, 1.5s or 2m"
        case .bytes: "a size such as 512, 10k or 1M"
        case .status: "a status such as 404 or 5xx"
        case .id: "an id such as #7"
        case .number, .text: "a number"
        }
    }

    private static func factor(ofDuration unit: String) -> Double? {
        switch unit {
        case "us", "µs": 1e-6
        case "ms": 1e-3
        case "", "s": 1
        case "m", "min": 60
        case "h": 3_600
        default: nil
        }
    }

    /// Powers of 1,024, as the table shows sizes.
    private static func factor(ofBytes unit: String) -> Double? {
        let unit = unit.hasSuffix("/s") ? String(unit.dropLast(2)) : unit
        switch unit {
        case "", "b": return 1
        case "k", "kb", "kib": return 1_024
        case "m", "mb", "mib": return 1_048_576
        case "g", "gb", "gib": return 1_073_741_824
        default: return nil
        }
    }
}
