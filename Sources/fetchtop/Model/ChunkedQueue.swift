import DequeModule

/// First in, first out, in chunks: a long one is never moved as a whole, and gives back what was taken out of it.
struct ChunkedQueue<Element> {
    private var chunks: Deque<[Element]> = []
    /// How many of the first chunk were taken out.
    private var head = 0

    private static var chunkSize: Int { 4_096 }

    var first: Element? { chunks.first?[head] }

    mutating func append(_ element: Element) {
        if let count = chunks.last?.count, count < Self.chunkSize {
            chunks[chunks.count - 1].append(element)
        } else {
            chunks.append([element])
        }
    }

    /// Takes out the first; there must be one.
    mutating func removeFirst() {
        head += 1
        guard head == chunks[0].count else { return }
        chunks.removeFirst()
        head = 0
    }
}
