/// The content of every generated body: lines of 16 bytes, each the decimal offset of its first byte.
///
/// So a reader can tell from any part where it comes from, and a test that a resumed download fits together.
enum DemoBody {
    static let lineLength = 16

    /// The bytes from one offset up to another.
    static func bytes(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count + 2 * lineLength)
        let firstLine = range.lowerBound / lineLength * lineLength
        var line = Self.line(firstLine)
        while bytes.count < range.upperBound - firstLine {
            bytes += line
            advance(&line)
        }
        return Array(bytes.dropFirst(range.lowerBound - firstLine).prefix(range.count))
    }

    private static func line(_ offset: Int) -> [UInt8] {
        var line = [UInt8](repeating: UInt8(ascii: "0"), count: lineLength)
        line[lineLength - 1] = UInt8(ascii: "\n")
        var (rest, index) = (offset, lineLength - 2)
        while rest > 0, index >= 0 {
            line[index] += UInt8(rest % 10)
            (rest, index) = (rest / 10, index - 1)
        }
        return line
    }

    /// The next line. Counted on in its digits: the tests ask a debug build for megabytes, where each division counts.
    private static func advance(_ line: inout [UInt8]) {
        var (carry, index) = (UInt8(lineLength), lineLength - 2)
        while carry > 0, index >= 0 {
            let digit = line[index] - UInt8(ascii: "0") + carry
            line[index] = UInt8(ascii: "0") + digit % 10
            (carry, index) = (digit / 10, index - 1)
        }
    }
}
