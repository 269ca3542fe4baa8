/// What is being typed at the end of a filter, while it may still become a comparison.
///
/// Of `code>=400` the first letters are a word of their own, and `code` is hardly ever in a URL: a table filtered by it
/// would be empty until the expression is whole.
enum UnfinishedWord {
    /// The fields and operators that the last word may become; none when it is whole, or no part of any.
    static func candidates(in text: String) -> [String] {
        let word = text.lowercased().reversed().prefix { $0.isLetter }.reversed().map(String.init).joined()
        guard !word.isEmpty else { return [] }
        let before = text.dropLast(word.count)
        // Behind an operator or in a quotation it is a value; behind a slash, a part of a pattern or a URL.
        guard before.isEmpty || before.last == " " || before.last == "(" || before.last == "!" else { return [] }
        guard before.count(where: { $0 == "\"" }) % 2 == 0 else { return [] }
        let operators = before.isEmpty ? ["not"] : ["and", "or", "not"]
        return (QueryField.allCases.map(\.rawValue) + operators).filter { $0.hasPrefix(word) }
    }
}
