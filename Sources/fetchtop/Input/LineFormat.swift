/// The reader of one input format: it is handed line after line and adds what they mean to a batch.
///
/// Lines come without their end (`\n` or `\r\n`) and may be views of a larger buffer, so a reader copies what it keeps.
protocol LineFormat {
    mutating func read(_ line: ArraySlice<UInt8>, number: Int, into batch: inout InputBatch)

    /// Called once after the last line, for formats in which a record spans several.
    mutating func finish(into batch: inout InputBatch)

    /// Adds jobs that are due until the batch has so many, for formats in which one line may stand for any number of them.
    ///
    /// - Returns: Whether there are more.
    mutating func addDue(to batch: inout InputBatch, upTo limit: Int) -> Bool
}

extension LineFormat {
    mutating func finish(into batch: inout InputBatch) {}

    mutating func addDue(to batch: inout InputBatch, upTo limit: Int) -> Bool { false }
}

extension ArraySlice<UInt8> {
    /// Without blanks at both ends.
    var trimmingBlanks: ArraySlice<UInt8> {
        var slice = self
        while let first = slice.first, first.isBlank { slice.removeFirst() }
        while let last = slice.last, last.isBlank { slice.removeLast() }
        return slice
    }

    /// True if this line says nothing: empty or a `#` comment.
    var isInsignificant: Bool {
        guard let first = first(where: { !$0.isBlank }) else { return true }
        return first == UInt8(ascii: "#")
    }

    /// The text, or nil if it is not UTF-8; never repaired, because a repaired URL is another URL.
    var validated: String? {
        // Not `String(validating:as:)`: that looks up metadata at run time for every string.
        guard let text = try? UTF8Span(validating: span) else { return nil }
        return String(copying: text)
    }
}
