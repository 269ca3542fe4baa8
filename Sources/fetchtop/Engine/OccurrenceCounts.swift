/// Which one a fetch is of those with the same content, for contents that occur more than once.
///
/// In many small parts, of which each grows by itself: in a load test every repetition is counted here, and one table of
/// millions would hold up the loop whenever it doubles.
struct OccurrenceCounts {
    private static let partBits = 10
    private static let pageShift = 12

    /// By content, in parts; none until something occurs twice.
    private var counts: [[UInt64: UInt32]] = []
    /// By fetch, in pages of those that lie side by side; 0 is the first of its content.
    private var pages: [Int: [UInt32]] = [:]

    /// Counts another one of a content that occurred before; its number, from 2.
    mutating func next(_ content: UInt64) -> UInt32 {
        if counts.isEmpty { counts = Array(repeating: [:], count: 1 << Self.partBits) }
        let part = Int(truncatingIfNeeded: (content ^ content >> 32) & (1 << Self.partBits - 1))
        let number = counts[part][content, default: 1] + 1
        counts[part][content] = number
        return number
    }

    mutating func note(_ number: UInt32, for id: FetchID) {
        let page = id.index >> Self.pageShift
        pages[page, default: Array(repeating: 0, count: 1 << Self.pageShift)][id.index & (1 << Self.pageShift - 1)] =
            number
    }

    /// The number of a fetch among those of its content, from 1.
    func number(of id: FetchID) -> UInt32 {
        guard let page = pages[id.index >> Self.pageShift] else { return 1 }
        return max(1, page[id.index & (1 << Self.pageShift - 1)])
    }
}
