/// A list that grows by pages: nothing in it is ever moved.
///
/// An array that doubles copies what it has, and the kernel hands out new memory page by page meanwhile: with two
/// million elements of 16 bytes that held up the loop for 45 ms. Here an append costs the same with four million
/// elements as with ten, and the end of a list gives its pages back to the allocator instead of the kernel.
struct PagedArray<Element> {
    private static var shift: Int { 12 }
    private static var pageSize: Int { 1 << shift }

    private var pages: [[Element]] = []
    private(set) var count = 0

    init() {}

    init(_ elements: some Sequence<Element>) {
        for element in elements { append(element) }
    }

    mutating func append(_ element: Element) {
        if count & (Self.pageSize - 1) == 0 {
            var page: [Element] = []
            // The first page of a short list grows as arrays do.
            if count > 0 { page.reserveCapacity(Self.pageSize) }
            pages.append(page)
        }
        pages[count >> Self.shift].append(element)
        count += 1
    }

    mutating func removeAll() {
        pages.removeAll(keepingCapacity: true)
        count = 0
    }

    /// Sorts a part that lies within one page: one that begins at a multiple of a power of two and is no longer.
    mutating func sort(_ range: Range<Int>, by less: (Element, Element) -> Bool) {
        guard let last = range.last else { return }
        let page = range.lowerBound >> Self.shift
        precondition(last >> Self.shift == page, "a part of one page")
        let first = range.lowerBound & (Self.pageSize - 1)
        pages[page][first..<first + range.count].sort(by: less)
    }
}

extension PagedArray: RandomAccessCollection, MutableCollection {
    var startIndex: Int { 0 }
    var endIndex: Int { count }

    subscript(index: Int) -> Element {
        @inline(__always) _read { yield pages[index >> Self.shift][index & (Self.pageSize - 1)] }
        @inline(__always) _modify { yield &pages[index >> Self.shift][index & (Self.pageSize - 1)] }
    }
}

extension PagedArray: Sendable where Element: Sendable {}

extension PagedArray: Equatable where Element: Equatable {
    static func == (left: PagedArray, right: PagedArray) -> Bool { left.elementsEqual(right) }
}
