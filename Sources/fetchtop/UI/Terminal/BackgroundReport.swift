/// The answer to `OSC 11 ; ?`: what colour the terminal's background has.
enum BackgroundReport {
    /// How light it is, 0 to 1; nil for any other answer.
    ///
    /// - Parameter text: What stands between `ESC ]` and the end: `11;rgb:1e1e/1e1e/2e2e`, each part of one to four hex
    ///   digits, or `rgba:` with a fourth part.
    static func lightness(_ text: [UInt8]) -> Double? {
        let text = String(decoding: text, as: UTF8.self)
        guard text.hasPrefix("11;rgb") else { return nil }
        let parts = text.drop { $0 != ":" }.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3 || parts.count == 4 else { return nil }
        let values = parts.prefix(3).compactMap { part -> Double? in
            guard (1...4).contains(part.utf8.count), let value = Int(part, radix: 16), value >= 0 else { return nil }
            return Double(value) / Double((1 << (4 * part.utf8.count)) - 1)
        }
        guard values.count == 3 else { return nil }
        // The eye's weights (ITU-R BT.601).
        return 0.299 * values[0] + 0.587 * values[1] + 0.114 * values[2]
    }
}
