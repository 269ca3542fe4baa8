private import DequeModule

/// The elements of an ``AsyncQueue``, in its order.
struct QueueStorage<Element> {
    /// An element with its number of arrival, by which it keeps its place when a getter gives it back.
    struct Entry {
        let element: Element
        let number: UInt64
    }

    private enum End { case first, last }

    private let end: End
    private var line: Deque<Entry> = []
    /// In place of `line` when the order is one of priorities.
    private var heap: PriorityHeap<Entry>?

    init(_ order: QueueOrder<Element>) {
        end = if case .lifo = order.kind { .last } else { .first }
        guard case .priority(let precedes) = order.kind else { return }
        heap = PriorityHeap { left, right in
            if precedes(left.element, right.element) { return true }
            return left.number < right.number && !precedes(right.element, left.element)
        }
    }

    var count: Int { heap?.count ?? line.count }

    /// - Complexity: O(1) amortised, O(log n) with priorities.
    mutating func insert(_ entry: Entry) {
        if heap != nil { heap?.insert(entry) } else { line.append(entry) }
    }

    /// Takes the element whose turn it is. - Complexity: O(1), O(log n) with priorities.
    mutating func popNext() -> Entry? {
        if heap != nil { return heap?.popFirst() }
        return end == .first ? line.popFirst() : line.popLast()
    }

    /// Puts an element back whose turn it was.
    mutating func putBack(_ entry: Entry) {
        if heap != nil { heap?.insert(entry) } else if end == .first { line.prepend(entry) } else { line.append(entry) }
    }

    /// Takes one element out; false when it is gone already. - Complexity: O(n).
    mutating func remove(number: UInt64) -> Bool {
        if heap != nil { return heap?.removeFirst { $0.number == number } != nil }
        guard let index = line.firstIndex(where: { $0.number == number }) else { return false }
        line.remove(at: index)
        return true
    }
}
