/// Dates as HTTP and certificates write them, without a time zone database: all are in GMT.
///
/// ```swift
/// HTTPDate.text(784_111_777)  // "Sun, 06 Nov 1994 08:49:37 GMT"
/// HTTPDate.unixSeconds("Sunday, 06-Nov-94 08:49:37 GMT")  // 784111777
/// ```
public enum HTTPDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The date of so many seconds since 1970, as servers and clients write it. RFC 9110, section 5.6.7.
    public static func text(_ seconds: Int64) -> String {
        let (day, second) = seconds.quotientAndFloorRemainder(86_400)
        let date = civil(day)
        let weekday = weekdays[Int(day.quotientAndFloorRemainder(7).remainder)]
        let time = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(weekday), \(padded(date.day, 2)) \(months[Int(date.month) - 1]) \(padded(date.year, 4)) \(time) GMT"
    }

    /// Seconds since 1970 of a date, in the form of today or one of the two old ones that a recipient must still read; nil
    /// for what is no date of the years 1970 to 9999, or in another zone than GMT.
    public static func unixSeconds(_ text: some StringProtocol) -> Int64? {
        unixSeconds(text, now: WallClock.unixSeconds)
    }

    /// - Parameter now: the present, which tells the century of a year of two digits.
    static func unixSeconds(_ text: some StringProtocol, now: @autoclosure () -> Int64) -> Int64? {
        let words = String(text).split { " ,-".contains($0) as Bool }.map(String.init)
        // asctime: Sun Nov  6 08:49:37 1994
        if words.count == 5, let year = Int64(words[4]), let day = Int64(words[2]) {
            return seconds(year, words[1], day, words[3])
        }
        guard words.count == 6, let day = Int64(words[1]), let year = Int64(words[3]), isGMT(words[5]) else {
            return nil
        }
        guard words[3].utf8.count == 2 else { return seconds(year, words[2], day, words[4]) }
        // RFC 850 has two digits. What would be over fifty years ahead is of the last year that ended so.
        let now = now()
        let today = civil(now.quotientAndFloorRemainder(86_400).quotient)
        let limit =
            now + (days(today.year + 50, today.month, today.day) - days(today.year, today.month, today.day)) * 86_400
        for century in [today.year / 100 + 1, today.year / 100, today.year / 100 - 1] {
            if let date = seconds(100 * century + year, words[2], day, words[4]), date <= limit { return date }
        }
        return nil
    }

    /// Old servers write UTC; every other zone would need a database.
    private static func isGMT(_ zone: String) -> Bool {
        zone.equalsIgnoringCase("GMT") || zone.equalsIgnoringCase("UTC")
    }

    private static func seconds(_ year: Int64, _ month: String, _ day: Int64, _ time: String) -> Int64? {
        guard let index = months.firstIndex(where: { $0.equalsIgnoringCase(month) }), (1970...9999).contains(year),
            (1...31).contains(day)
        else { return nil }
        let number = days(year, Int64(index) + 1, day)
        // Days that the month does not have run over into the next.
        guard civil(number).day == day else { return nil }
        let parts = time.split(separator: ":").compactMap { Int64($0) }
        guard parts.count == 3, (0..<24).contains(parts[0]), (0..<60).contains(parts[1]), (0...60).contains(parts[2])
        else { return nil }
        return number * 86_400 + parts[0] * 3_600 + parts[1] * 60 + parts[2]
    }

    /// Seconds since 1970 of `Nov  6 08:49:37 1994 GMT`, as OpenSSL writes it.
    static func certificateDate(_ text: String) -> Int64? {
        let words = text.split(separator: " ")
        guard words.count >= 4, let month = months.firstIndex(of: String(words[0])), let day = Int64(words[1]),
            let year = Int64(words[3])
        else { return nil }
        let time = words[2].split(separator: ":").compactMap { Int64($0) }
        guard time.count == 3 else { return nil }
        return days(year, Int64(month) + 1, day) * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Howard Hinnant's days-from-civil algorithms: years begin in March, so that the leap day comes last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let (era, yearOfEra) = (month > 2 ? year : year - 1).quotientAndFloorRemainder(400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (day + 719_468).quotientAndFloorRemainder(146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Int64 {
    fileprivate func quotientAndFloorRemainder(_ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
