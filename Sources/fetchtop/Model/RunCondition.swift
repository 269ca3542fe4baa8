/// A statement about the run so far that is true or not: `failed > 1%`, `done >= 10`, `p99 <= 2s`, `code_5xx == 0`.
///
/// Gates (`--fail-if`) ask it at the end, scripts wait for it and expect it.
struct RunCondition: Hashable, Sendable, CustomStringConvertible {
    /// As it was written.
    let description: String
    private let metric: RunMetric
    private let comparison: Comparison
    private let value: Double
    /// The value is a share, in percent, of what the metric counts among.
    private let isShare: Bool

    private enum Comparison: String, CaseIterable, Sendable {
        // Longer ones first: `>=` begins with `>`.
        case greaterOrEqual = ">=", lessOrEqual = "<=", equal = "==", notEqual = "!=", greater = ">", less = "<"

        func holds(_ left: Double, _ right: Double) -> Bool {
            switch self {
            case .greaterOrEqual: left >= right
            case .lessOrEqual: left <= right
            case .equal: left == right
            case .notEqual: left != right
            case .greater: left > right
            case .less: left < right
            }
        }
    }

    /// Reads `METRIC OPERATOR VALUE`; blanks between them do not matter.
    ///
    /// - Throws: `ConditionError` that names what is wrong.
    init(_ text: String) throws(ConditionError) {
        let text = text.trimmingBlanks
        guard let first = text.firstIndex(where: { "<>=!".contains($0) }),
            let comparison = Comparison.allCases.first(where: { text[first...].hasPrefix($0.rawValue) })
        else { throw ConditionError("'\(text)' compares nothing; write something like failed>1% or p99<=2s") }
        let name = text[..<first].trimmingBlanks
        let operand = text[text.index(first, offsetBy: comparison.rawValue.count)...].trimmingBlanks
        guard let metric = RunMetric(name) else {
            throw ConditionError("unknown figure '\(name)' (known: \(RunMetric.names))")
        }
        isShare = operand.last == "%"
        if isShare && !metric.isCount { throw ConditionError("'\(name)' cannot be a share: '\(operand)'") }
        guard let value = metric.value(isShare ? String(operand.dropLast()) : operand), value >= 0 else {
            throw ConditionError("'\(name)' cannot be compared with '\(operand)'")
        }
        description = text
        self.metric = metric
        self.comparison = comparison
        self.value = value
    }

    /// Whether it is true now. About latencies of which there are none yet, nothing is true.
    func holds(in store: FetchStore) -> Bool {
        guard let actual = metric.value(in: store) else { return false }
        guard isShare else { return comparison.holds(actual, value) }
        guard let whole = metric.whole(in: store), whole > 0 else { return false }
        return comparison.holds(actual * 100 / whole, value)
    }

    /// What the figure is now, for messages: `7`, `0.25 s`.
    func actual(in store: FetchStore) -> String {
        guard let actual = metric.value(in: store) else { return "unknown" }
        guard isShare, let whole = metric.whole(in: store) else { return metric.text(actual) }
        return "\(metric.text(actual)) of \(Int(whole))"
    }
}

/// Why a condition cannot be read.
struct ConditionError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension StringProtocol {
    /// Without blanks at both ends.
    var trimmingBlanks: String {
        var rest = self[...]
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}
