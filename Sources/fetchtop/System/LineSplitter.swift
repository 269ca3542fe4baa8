/// Splits bytes that come in chunks of any size into lines.
///
/// ```swift
/// lines.append(chunk)
/// while let line = lines.next() { read(line) }
/// ```
struct LineSplitter: Sendable {
    private var bytes: [UInt8] = []
    /// Where the next line begins.
    private var start = 0
    /// Up to here there is no line feed: a line of many chunks is looked through once.
    private var scanned = 0

    /// Takes the next stretch of the bytes.
    mutating func append(_ chunk: [UInt8]) {
        if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
    }

    /// The next line that is complete, without its line feed; nil when there is none, and more bytes are wanted.
    mutating func next() -> ArraySlice<UInt8>? {
        guard let end = bytes[scanned...].firstIndex(of: UInt8(ascii: "\n")) else {
            if start > 0 { bytes = Array(bytes[start...]) }
            start = 0
            scanned = bytes.count
            return nil
        }
        defer {
            start = end + 1
            scanned = start
        }
        return bytes[start..<end]
    }

    /// What follows the last line feed.
    var rest: ArraySlice<UInt8> { bytes[start...] }

    /// Takes what follows the last line feed: at the end that is a line, too, if it is not empty.
    mutating func takeRest() -> ArraySlice<UInt8> {
        defer { self = LineSplitter() }
        return rest
    }
}
