import FetchLoop

/// How long an origin asked to be left alone: `Retry-After`, in seconds or as a date.
enum RetryAfter {
    /// The wait that a header's value asks for, from `unixSeconds` on; nil if it is neither form, or over already.
    static func duration(_ value: some StringProtocol, atUnixSeconds unixSeconds: Int64) -> Duration? {
        let text = value.drop { $0 == " " }
        let digits = text.utf8.prefix(while: \.isASCIIDigit)
        if !digits.isEmpty {
            let rest = text.utf8.dropFirst(digits.count)
            guard rest.allSatisfy({ $0.isASCIIDigit || $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ".") }) else {
                return nil
            }
            // More digits than a number has are a time as far away as a date in the next millennium.
            return .seconds(min(Int64(String(decoding: digits, as: UTF8.self)) ?? .max, 1 << 40))
        }
        guard let date = HTTPDate.unixSeconds(text), date > unixSeconds else { return nil }
        return .seconds(date - unixSeconds)
    }
}
