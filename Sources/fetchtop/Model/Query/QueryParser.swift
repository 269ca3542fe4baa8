/// Reads a filter by recursive descent: `or` binds least, juxtaposition and `and` more, `!` and `not` most.
struct QueryParser {
    private let characters: [Character]
    private var position = 0

    init(_ source: String) { characters = Array(source) }

    mutating func parse() throws(QueryError) -> FetchQuery.Node {
        skipSpaces()
        guard !isAtEnd else { return .all }
        let node = try parseOr()
        skipSpaces()
        guard isAtEnd else { throw QueryError(position: position, message: "unexpected \"\(characters[position])\"") }
        return node
    }

    private mutating func parseOr() throws(QueryError) -> FetchQuery.Node {
        var node = try parseAnd()
        while consumeWord("or") || consume("|") {
            _ = consume("|")
            node = .or(node, try parseAnd())
        }
        return node
    }

    private mutating func parseAnd() throws(QueryError) -> FetchQuery.Node {
        var node = try parseUnary()
        while true {
            skipSpaces()
            if consumeWord("and") || consume("&") {
                _ = consume("&")
                node = .and(node, try parseUnary())
            } else if isAtEnd || peek == ")" || peek == "|" || isWord("or") {
                return node
            } else {
                node = .and(node, try parseUnary())
            }
        }
    }

    private mutating func parseUnary() throws(QueryError) -> FetchQuery.Node {
        skipSpaces()
        guard !isAtEnd else { throw incomplete("something is missing") }
        if consume("!") || consumeWord("not") { return .not(try parseUnary()) }
        if peek == "(" {
            let opening = position
            position += 1
            let node = try parseOr()
            skipSpaces()
            guard consume(")") else {
                throw QueryError(position: opening, message: "this parenthesis is not closed", isIncomplete: isAtEnd)
            }
            return node
        }
        if peek == ")" { throw QueryError(position: position, message: "unexpected \")\"") }
        if peek == "/" { return .pattern(.url, try parsePattern()) }
        return try parseTerm()
    }

    /// A field with its comparison, or a bare word.
    private mutating func parseTerm() throws(QueryError) -> FetchQuery.Node {
        let start = position
        if peek == "\"" { return .text(.url, Array(try parseValue().lowercased().utf8), isExact: false) }
        var name = ""
        while !isAtEnd, peek.isLetter || peek.isNumber || peek == "-" || peek == "_" {
            name.append(peek)
            position += 1
        }
        let operatorStart = position
        if let comparison = parseOperator(), !name.isEmpty, comparison.text != ":" || !isURL(after: name) {
            guard let field = QueryField(rawValue: name.lowercased()) else {
                throw QueryError(
                    position: start,
                    message: "there is no field \"\(name)\"; fields are "
                        + QueryField.allCases.map(\.rawValue).joined(separator: " "))
            }
            let node = try parseComparison(field, comparison)
            return comparison.isNegated ? .not(node) : node
        }
        position = operatorStart
        if isAtEnd || isBoundary(peek), ["tagged", "tag"].contains(name.lowercased()) { return .tagged }
        position = start
        return .text(.url, Array(try parseValue().lowercased().utf8), isExact: false)
    }

    private struct Operator {
        var text: String
        var isNegated = false
    }

    /// `http://…` and `localhost:8080` are no comparisons but parts of a URL.
    private func isURL(after name: String) -> Bool {
        guard !isAtEnd else { return false }
        if peek == "/" { return position + 1 < characters.count && characters[position + 1] == "/" }
        return peek.isNumber && QueryField(rawValue: name.lowercased()) == nil
    }

    private mutating func parseOperator() -> Operator? {
        for text in ["!=", "!~", ">=", "<=", "==", ":", "=", "~", "<", ">"] {
            let end = position + text.count
            guard end <= characters.count, String(characters[position..<end]) == text else { continue }
            position = end
            let isNegated = text.hasPrefix("!")
            return Operator(
                text: isNegated ? String(text.dropFirst()) : text == "==" ? "=" : text, isNegated: isNegated)
        }
        return nil
    }

    private mutating func parseComparison(
        _ field: QueryField, _ comparison: Operator
    ) throws(QueryError) -> FetchQuery.Node {
        guard !isAtEnd, !isBoundary(peek) else { throw incomplete("\(field.rawValue)\(comparison.text) needs a value") }
        let start = position
        if peek == "/", field.kind == .text { return .pattern(field, try parsePattern()) }
        let value = try parseValue()
        if field == .state {
            guard [":", "=", "~"].contains(comparison.text) else {
                throw QueryError(position: start, message: "a state has no order; write state:\(value)")
            }
            guard let states = StateWord.states(value.lowercased()) ?? StateWord.states(value) else {
                throw QueryError(
                    position: start, message: "there is no state \"\(value)\"", isIncomplete: isAtEnd)
            }
            return .states(states)
        }
        if field.kind == .text {
            guard [":", "=", "~"].contains(comparison.text) else {
                throw QueryError(position: start, message: "\(field.rawValue) is text; compare it with : = or ~")
            }
            return .text(field, Array(value.lowercased().utf8), isExact: comparison.text == "=")
        }
        if field == .code, value.count == 3, value.lowercased().hasSuffix("xx"),
            let hundreds = value.first?.wholeNumberValue
        {
            return .statusClass(hundreds)
        }
        guard let number = QueryNumber.parse(value, as: field.kind) else {
            throw QueryError(
                position: start, message: "\"\(value)\" is not \(QueryNumber.description(of: field.kind))",
                isIncomplete: isAtEnd)
        }
        let text = [":", "~"].contains(comparison.text) ? "=" : comparison.text
        return .number(field, FetchQuery.Comparison(rawValue: text) ?? .equal, number)
    }

    /// Up to the next space or parenthesis, or between quotation marks.
    private mutating func parseValue() throws(QueryError) -> String {
        var value = ""
        if consume("\"") {
            let opening = position - 1
            while !isAtEnd, peek != "\"" {
                value.append(peek)
                position += 1
            }
            guard consume("\"") else {
                throw QueryError(position: opening, message: "this quotation mark is not closed", isIncomplete: true)
            }
            return value
        }
        while !isAtEnd, !isBoundary(peek) {
            value.append(peek)
            position += 1
        }
        return value
    }

    private mutating func parsePattern() throws(QueryError) -> TextPattern {
        let opening = position
        position += 1
        var text = ""
        while !isAtEnd, peek != "/" {
            if peek == "\\", position + 1 < characters.count {
                text.append(peek)
                position += 1
            }
            text.append(peek)
            position += 1
        }
        guard consume("/") else {
            throw QueryError(position: opening, message: "this pattern is not closed", isIncomplete: true)
        }
        do {
            return try TextPattern(text)
        } catch {
            throw QueryError(position: opening, message: error.message)
        }
    }

    // MARK: - Characters

    private var isAtEnd: Bool { position >= characters.count }
    private var peek: Character { characters[position] }

    private func isBoundary(_ character: Character) -> Bool {
        character.isWhitespace || character == "(" || character == ")"
    }

    private func incomplete(_ message: String) -> QueryError {
        QueryError(position: position, message: message, isIncomplete: isAtEnd)
    }

    private mutating func skipSpaces() {
        while !isAtEnd, peek.isWhitespace { position += 1 }
    }

    private mutating func consume(_ character: Character) -> Bool {
        skipSpaces()
        guard !isAtEnd, peek == character else { return false }
        position += 1
        return true
    }

    private func isWord(_ word: String) -> Bool {
        let end = position + word.count
        guard end <= characters.count, String(characters[position..<end]).lowercased() == word else { return false }
        return end == characters.count || isBoundary(characters[end])
    }

    private mutating func consumeWord(_ word: String) -> Bool {
        skipSpaces()
        guard isWord(word) else { return false }
        position += word.count
        return true
    }
}
