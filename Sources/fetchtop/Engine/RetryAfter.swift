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

/// Dates of HTTP: `Sun, 06 Nov 1994 08:49:37 GMT`, and the two old forms that a recipient must still read.
enum HTTPDate {
    /// Seconds since 1970, or nil if the text is no such date.
    static func unixSeconds(_ text: some StringProtocol) -> Int64? {
        let words = String(text).split { " ,-".contains($0) as Bool }.map(String.init)
        // asctime: Sun Nov  6 08:49:37 1994
        if words.count == 5, let year = Int(words[4]), let day = Int(words[2]) {
            return seconds(year: year, month: words[1], day: day, time: words[3])
        }
        guard words.count == 6, let day = Int(words[1]), var year = Int(words[3]) else { return nil }
        // RFC 850 has two digits; one that seems over fifty years ahead is in the past.
        if words[3].count == 2 { year += year < 70 ? 2000 : 1900 }
        return seconds(year: year, month: words[2], day: day, time: words[4])
    }

    private static func seconds(year: Int, month: String, day: Int, time: String) -> Int64? {
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        guard let month = months.firstIndex(of: month.lowercased()), (1...31).contains(day),
            (1970...9999).contains(year)
        else { return nil }
        let parts = time.split(separator: ":").map { Int($0) }
        guard parts.count == 3, let hour = parts[0], let minute = parts[1], let second = parts[2],
            (0..<24).contains(hour), (0..<60).contains(minute), (0...60).contains(second)
        else { return nil }
        let days = CivilDate(year: year, month: month + 1, day: day).daysSince1970
        return Int64(days) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
    }
}
