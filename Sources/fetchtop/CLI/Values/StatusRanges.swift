/// A set of HTTP status codes: `200..399`, `200-299,404`, `503`.
struct StatusRanges: Hashable, Sendable {
    var ranges: [ClosedRange<Int>]

    /// - Throws: `ValueError` if a code is not within 100...599 or a range runs backwards.
    static func parse(_ text: String) throws(ValueError) -> StatusRanges {
        var ranges: [ClosedRange<Int>] = []
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = piece.split(separator: piece.contains("..") ? ".." : "-", omittingEmptySubsequences: false)
            guard (1...2).contains(bounds.count), let first = code(bounds[0]),
                let last = code(bounds[bounds.count - 1]),
                first <= last
            else { throw ValueError("not HTTP status codes; write 200..399 or 200-299,404") }
            ranges.append(first...last)
        }
        return StatusRanges(ranges: ranges)
    }

    func contains(_ status: Int) -> Bool { ranges.contains { $0.contains(status) } }

    private static func code(_ text: Substring) -> Int? {
        guard text.utf8.count == 3, text.utf8.allSatisfy(\.isASCIIDigit), let code = Int(text),
            (100...599).contains(code)
        else { return nil }
        return code
    }
}
