/// A binary heap ordered by a closure. (swift-collections' `Heap` wants `Comparable` elements.)
struct PriorityHeap<Element> {
    private let precedes: (Element, Element) -> Bool
    private var elements: [Element] = []

    init(by precedes: @escaping (Element, Element) -> Bool) { self.precedes = precedes }

    var count: Int { elements.count }

    /// - Complexity: O(log n).
    mutating func insert(_ element: Element) {
        elements.append(element)
        var index = elements.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard precedes(elements[index], elements[parent]) else { break }
            elements.swapAt(index, parent)
            index = parent
        }
    }

    /// - Complexity: O(log n).
    mutating func popFirst() -> Element? {
        guard !elements.isEmpty else { return nil }
        elements.swapAt(0, elements.count - 1)
        let first = elements.removeLast()
        siftDown(0)
        return first
    }

    /// - Complexity: O(n).
    mutating func removeFirst(where matches: (Element) -> Bool) -> Element? {
        guard let index = elements.firstIndex(where: matches) else { return nil }
        let element = elements.remove(at: index)
        for index in stride(from: elements.count / 2, through: 0, by: -1) { siftDown(index) }
        return element
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var child = 2 * index + 1
            guard child < elements.count else { return }
            if child + 1 < elements.count && precedes(elements[child + 1], elements[child]) { child += 1 }
            guard precedes(elements[child], elements[index]) else { return }
            elements.swapAt(index, child)
            index = child
        }
    }
}
