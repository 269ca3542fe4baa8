/// Numbers as people read them in a table: few characters, a unit always, at most three significant digits.
enum Format {
    /// `512`, `18.2M`, `1.4G`: at most five columns. Units are powers of 1,024, as curl and wget have them.
    static func bytes(_ count: Int64) -> DisplayText {
        if count < 1024 { return "\(max(0, count))" }
        var value = Double(count)
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return number(value) + units[unit]
    }

    /// `24B/s`, `4.1M/s`: at most seven columns. Beside requests a second, `24/s` would be read as those.
    static func rate(_ bytesPerSecond: Double) -> DisplayText {
        let count = Int64(bytesPerSecond.isFinite ? min(bytesPerSecond, most) : 0)
        return bytes(count) + (count < 1024 ? "B/s" : "/s")
    }

    /// `26us`, `1.3ms`, `42ms`, `1.4s`, `65s`, `2m14s`, `1h02m`, `3d04h`: at most six columns. `0s` only when it is nothing.
    static func duration(_ duration: Duration) -> DisplayText { seconds(duration.inSeconds) }

    static func seconds(_ seconds: Double) -> DisplayText {
        guard seconds.isFinite else { return "-" }
        let value = min(max(0, seconds), most)
        if value == 0 { return "0s" }
        if value < 0.0000005 { return "<1us" }
        if value < 0.0009995 { return "\(Int((value * 1e6).rounded()))us" }
        if value < 0.00995 { return fixed(value * 1000) + "ms" }
        if value < 0.9995 { return "\(Int((value * 1000).rounded()))ms" }
        if value < 9.95 { return fixed(value) + "s" }
        let whole = Int(value.rounded())
        if whole < 100 { return "\(whole)s" }
        if whole < 3600 { return "\(whole / 60)m\(twoDigits(whole % 60))s" }
        if whole < 86_400 { return "\(whole / 3600)h\(twoDigits(whole % 3600 / 60))m" }
        return "\(min(9999, whole / 86_400))d\(twoDigits(whole % 86_400 / 3600))h"
    }

    /// `<64us`, `<4ms`, `<1.0s`: the upper edge of a power of two.
    static func below(_ seconds: Double) -> DisplayText {
        if seconds < 0.001 { return "<\(Int((seconds * 1e6).rounded()))us" }
        if seconds < 1 { return "<\(Int((seconds * 1e3).rounded()))ms" }
        return "<" + self.seconds(seconds)
    }

    /// `26 us`, `12.0 ms`, `4.2 s`: the longer form of the details pane.
    static func spacedDuration(_ duration: Duration) -> DisplayText {
        let value = duration.inSeconds
        if value == 0 { return "0 s" }
        if value < 0.0009995 { return value < 0.0000005 ? "<1 us" : "\(Int((value * 1e6).rounded())) us" }
        if value < 1 { return fixed(value * 1000) + " ms" }
        if value < 100 { return fixed(value) + " s" }
        return seconds(value)
    }

    /// `00:02:14`.
    static func clock(_ duration: Duration) -> DisplayText {
        let whole = Int(duration.inSeconds)
        return "\(twoDigits(whole / 3600)):\(twoDigits(whole / 60 % 60)):\(twoDigits(whole % 60))"
    }

    /// `6913`, `1.2M`: a count in at most six columns.
    static func count(_ count: Int) -> DisplayText {
        if count < 1_000_000 { return "\(count)" }
        if count < 1_000_000_000 { return number(Double(count) / 1e6) + "M" }
        return number(Double(count) / 1e9) + "G"
    }

    /// `9999`, `12K`, `1.2M`: a count where room is short.
    static func shortCount(_ count: Int) -> DisplayText {
        count < 10_000 || count >= 1_000_000 ? self.count(count) : "\(count / 1_000)K"
    }

    /// `67%`; 100 % only when it is all, 0 % only when it is nothing.
    static func percent(_ part: Int, of whole: Int) -> DisplayText {
        guard whole > 0 else { return "-" }
        let value = Int((Double(part) / Double(whole) * 100).rounded())
        if part < whole, value >= 100 { return "99%" }
        if part > 0, value <= 0 { return "<1%" }
        return "\(value)%"
    }

    /// No figure is larger, though a server may announce a body of 2^63 bytes and send one a minute.
    private static let most = 1e15

    /// One decimal.
    static func fixed(_ value: Double) -> DisplayText {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }

    /// Two decimals, but no zero at the end: `1`, `0.5`, `0.25`.
    static func precise(_ value: Double) -> DisplayText {
        let hundredths = Int((value * 100).rounded())
        if hundredths % 100 == 0 { return "\(hundredths / 100)" }
        if hundredths % 10 == 0 { return fixed(value) }
        return "\(hundredths / 100).\(twoDigits(hundredths % 100))"
    }

    static func twoDigits(_ value: Int) -> DisplayText { value < 10 ? "0\(value)" : "\(value)" }

    private static let units: [DisplayText] = ["", "K", "M", "G", "T", "P", "E"]

    private static func number(_ value: Double) -> DisplayText {
        value < 99.95 ? fixed(value) : "\(Int(value.rounded()))"
    }
}
