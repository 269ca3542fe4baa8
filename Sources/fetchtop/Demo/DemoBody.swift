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
        for offset in stride(from: firstLine, to: range.upperBound, by: lineLength) { appendLine(offset, to: &bytes) }
        return Array(bytes.dropFirst(range.lowerBound - firstLine).prefix(range.count))
    }

    private static func appendLine(_ offset: Int, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: lineLength - 1))
        bytes.append(UInt8(ascii: "\n"))
        var (rest, index) = (offset, start + lineLength - 2)
        while rest > 0, index >= start {
            bytes[index] += UInt8(rest % 10)
            (rest, index) = (rest / 10, index - 1)
        }
    }
}
