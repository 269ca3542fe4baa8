/// A merge sort that can be left at any moment and taken up again: sorting 100,000 rows must not hold up the loop.
///
/// Stable. First short runs are sorted, then neighbours are merged, back and forth between two arrays.
struct SlicedSort<Element> {
    private static var runLength: Int { 512 }
    /// How many elements are dealt with between two looks at the time.
    private static var stride: Int { 256 }

    private(set) var elements: PagedArray<Element>
    private var target = PagedArray<Element>()
    /// Runs are sorted up to here; merging begins when that is all.
    private var sortedCount = 0
    /// The length of the runs that are being merged.
    private var width = runLength
    /// Where the pair that is being merged begins, and what is next of its two halves.
    private var start = 0
    private var left = 0
    private var right = 0

    init(_ elements: PagedArray<Element>) { self.elements = elements }

    /// Goes on; true when `elements` are in order.
    mutating func step(_ less: (Element, Element) -> Bool, until isOver: () -> Bool) -> Bool {
        while sortedCount < elements.count {
            let end = min(elements.count, sortedCount + Self.runLength)
            elements.sort(sortedCount..<end, by: less)
            sortedCount = end
            if isOver() { return false }
        }
        while width < elements.count {
            guard merge(less, until: isOver) else { return false }
            swap(&elements, &target)
            target.removeAll()
            width *= 2
            start = 0
            left = 0
            right = 0
        }
        return true
    }

    /// One pass over all pairs of runs; false when it was left before its end.
    private mutating func merge(_ less: (Element, Element) -> Bool, until isOver: () -> Bool) -> Bool {
        let count = elements.count
        while start < count {
            let middle = min(count, start + width)
            let end = min(count, start + 2 * width)
            if target.count == start {
                left = start
                right = middle
            }
            while target.count < end {
                let pause = min(end, target.count + Self.stride)
                while target.count < pause {
                    if right == end || left < middle && !less(elements[right], elements[left]) {
                        target.append(elements[left])
                        left += 1
                    } else {
                        target.append(elements[right])
                        right += 1
                    }
                }
                if target.count < end, isOver() { return false }
            }
            start = end
            if isOver(), start < count { return false }
        }
        return true
    }
}
