extension StatusSet {
    /// Reads `200..399`, `200-299,404` or `503`.
    ///
    /// - Throws: `ValueError` if a code is not within 100...599 or a range runs backwards.
    @Sendable static func parse(_ text: String) throws(ValueError) -> StatusSet {
        var set = StatusSet()
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = piece.split(separator: piece.contains("..") ? ".." : "-", omittingEmptySubsequences: false)
            guard (1...2).contains(bounds.count), let first = code(bounds[0]),
                let last = code(bounds[bounds.count - 1]),
                first <= last
            else { throw ValueError("not HTTP status codes; write 200..399 or 200-299,404") }
            set.insert(first...last)
        }
        return set
    }

    private static func code(_ text: Substring) -> Int? {
        guard text.utf8.count == 3, text.utf8.allSatisfy(\.isASCIIDigit), let code = Int(text),
            (100...599).contains(code)
        else { return nil }
        return code
    }
}
