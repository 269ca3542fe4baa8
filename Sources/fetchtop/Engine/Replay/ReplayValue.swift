/// Values as records spell them.
enum ReplayValue {
    /// Seconds, in nanoseconds; ten years at most, so that sums of them do not overflow.
    static func nanoseconds(_ value: inout JSONReader) throws -> Int64 {
        Int64(min(3.2e8, max(0, try value.readNumber())) * 1e9)
    }

    /// Bytes; a pebibyte at most, more than anybody has received.
    static func bytes(_ value: inout JSONReader) throws -> Int64 {
        Int64(min(1.1e15, max(0, try value.readNumber())))
    }

    /// `2026-02-28T23:59:59.123456Z` in nanoseconds since 1970.
    static func time(_ value: inout JSONReader) throws -> Int64 {
        let text = try value.readString()
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            var number = 0
            for index in range {
                guard index < bytes.count, bytes[index].isASCIIDigit else { return nil }
                number = number * 10 + Int(bytes[index] - UInt8(ascii: "0"))
            }
            return number
        }
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"), bytes.last == UInt8(ascii: "Z"),
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), (1970...2200).contains(year),
            (1...12).contains(month), (1...31).contains(day)
        else { throw ReplayError(message: "'\(text)' is no time") }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        var nanoseconds = Int64(days * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000_000_000
        var unit: Int64 = 100_000_000
        for byte in bytes.dropFirst(20).dropLast() where byte.isASCIIDigit {
            nanoseconds += Int64(byte - UInt8(ascii: "0")) * unit
            unit /= 10
        }
        return nanoseconds
    }
}

/// Why a line of a results file cannot be shown.
struct ReplayError: Error, Equatable {
    var message: String
}
