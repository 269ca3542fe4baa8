import FetchLoop

/// How long an origin asked to be left alone: `Retry-After`, in seconds or as a date.
enum RetryAfter {
    /// The wait that a header's value asks for, from `unixSeconds` on; nil if it is neither form, or over already.
    static func duration(_ value: some StringProtocol, atUnixSeconds unixSeconds: Int64) -> Duration? {
        let text = value.drop { $0 == " " }
        if let seconds = Int64(text.prefix { $0.isASCII && $0.isNumber }), text.first?.isNumber == true {
            guard text.allSatisfy({ $0.isNumber || $0 == " " || $0 == "." }) else { return nil }
            return .seconds(min(seconds, 1 << 40))
        }
        guard let date = HTTPDate.unixSeconds(text), date > unixSeconds else { return nil }
        return .seconds(date - unixSeconds)
    }
}
