/// One word of a few.
enum ChoiceValue<Choice: RawRepresentable<String> & CaseIterable> {
    /// `text|json|none`
    static var names: String { Choice.allCases.map(\.rawValue).joined(separator: "|") }

    /// - Throws: `ValueError` that lists the words there are.
    @Sendable static func parse(_ text: String) throws(ValueError) -> Choice {
        guard let choice = Choice(rawValue: text) else { throw ValueError("not one of \(names)") }
        return choice
    }
}
