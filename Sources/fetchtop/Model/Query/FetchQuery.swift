/// A filter: `state:recv host~cdn code>=400 ttfb>200ms size>1M try>1 tag:b7 tagged /regex/`, joined by juxtaposition,
/// `and`, `or`, `!`, `not` and parentheses; a bare word is looked for in the URL, whatever its case.
struct FetchQuery {
    /// As typed.
    let source: String
    private let root: Node

    indirect enum Node {
        case all
        case not(Node)
        case and(Node, Node)
        case or(Node, Node)
        case states(Set<FetchState>)
        case number(QueryField, Comparison, Double)
        /// A class of status, as `code:4xx`.
        case statusClass(Int)
        case text(QueryField, [UInt8], isExact: Bool)
        case pattern(QueryField, TextPattern)
        case tagged
    }

    enum Comparison: String, Sendable {
        case equal = "=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="

        func holds(_ left: Double, _ right: Double) -> Bool {
            switch self {
            case .equal: left == right
            case .less: left < right
            case .lessOrEqual: left <= right
            case .greater: left > right
            case .greaterOrEqual: left >= right
            }
        }
    }

    /// The filter that lets everything pass.
    static var all: FetchQuery { FetchQuery(source: "", root: .all) }

    private init(source: String, root: Node) {
        self.source = source
        self.root = root
    }

    /// - Throws: `QueryError` with the position; nothing but spaces lets everything pass.
    init(_ source: String) throws(QueryError) {
        var parser = QueryParser(source)
        self.init(source: source, root: try parser.parse())
    }

    var isAll: Bool {
        if case .all = root { return true }
        return false
    }

    /// Whether a fetch passes.
    ///
    /// - Parameter isTagged: Which rows the user tagged; tags are the view's, not the fetch's.
    func matches(
        _ id: FetchID, in store: FetchStore, at now: Moment, isTagged: (FetchID) -> Bool = { _ in false }
    ) -> Bool {
        if case .all = root { return true }
        return evaluate(root, store[id], store, now, isTagged)
    }

    private func evaluate(
        _ node: Node, _ fetch: Fetch, _ store: FetchStore, _ now: Moment, _ isTagged: (FetchID) -> Bool
    ) -> Bool {
        switch node {
        case .all: true
        case .not(let inner): !evaluate(inner, fetch, store, now, isTagged)
        case .and(let left, let right):
            evaluate(left, fetch, store, now, isTagged) && evaluate(right, fetch, store, now, isTagged)
        case .or(let left, let right):
            evaluate(left, fetch, store, now, isTagged) || evaluate(right, fetch, store, now, isTagged)
        case .states(let states): states.contains(fetch.state)
        case .number(let field, let comparison, let value):
            field.number(of: fetch, at: now).map { comparison.holds($0, value) } ?? false
        case .statusClass(let hundreds): Int(fetch.status) / 100 == hundreds
        case .text(let field, let text, isExact: true):
            field.text(of: fetch, in: store).map { $0.count == text.count && $0.contains(lowercased: text) } ?? false
        case .text(let field, let text, isExact: false):
            field.text(of: fetch, in: store).map { $0.contains(lowercased: text) } ?? false
        case .pattern(let field, let pattern):
            field.text(of: fetch, in: store).map(pattern.matches) ?? false
        case .tagged: isTagged(fetch.id)
        }
    }
}
