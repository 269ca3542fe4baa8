/// What an ordered list is made of: what it shows, and what is compared.
protocol ListEntry {
    associatedtype Item
    var item: Item { get }
    /// Its own number, from 0 up, whatever its place.
    var number: Int { get }
    static func precedes(_ a: Self, _ b: Self) -> Bool
}

/// Lines in an order, and where each of them stands.
struct OrderedList<Entry: ListEntry> {
    private var entries = PagedArray<Entry>()
    /// By the entries' own numbers; -1 for those that are not in it.
    private var places = PagedArray<Int32>()

    func place(ofNumber number: Int) -> Int? {
        number < places.count && places[number] >= 0 ? Int(places[number]) : nil
    }

    /// A list that is put in order a piece at a time: there may be 100,000 hosts, and as many kinds of errors.
    struct Build {
        private let count: Int
        private var collected = PagedArray<Entry>()
        private var sorting: SlicedSort<Entry>?
        private var list = OrderedList()
        private var isSorted = false
        private var next = 0

        /// How many are dealt with between two looks at the time.
        private static var stride: Int { 256 }

        /// - Parameter count: One more than the highest number there is.
        init(count: Int) { self.count = count }

        /// Goes on until the time is over; the list when it is done.
        ///
        /// - Parameter entry: What there is of a number, if anything.
        mutating func step(until isOver: () -> Bool, entry: (Int) -> Entry?) -> OrderedList? {
            if !isSorted, sorting == nil {
                guard
                    inPieces(
                        of: count, until: isOver,
                        { build, number in
                            if let entry = entry(number) { build.collected.append(entry) }
                            build.list.places.append(-1)
                        })
                else { return nil }
                sorting = SlicedSort(collected)
                collected = PagedArray()
            }
            if !isSorted {
                guard sorting?.step(Entry.precedes, until: isOver) == true else { return nil }
                list.entries = sorting?.elements ?? PagedArray()
                sorting = nil
                (isSorted, next) = (true, 0)
            }
            let isWhole = inPieces(of: list.count, until: isOver) { build, place in
                build.list.places[build.list.entries[place].number] = Int32(place)
            }
            return isWhole ? list : nil
        }

        private mutating func inPieces(of total: Int, until isOver: () -> Bool, _ body: (inout Build, Int) -> Void)
            -> Bool
        {
            while next < total {
                for _ in 0..<Self.stride where next < total {
                    body(&self, next)
                    next += 1
                }
                if next < total, isOver() { return false }
            }
            return true
        }
    }
}

extension OrderedList: RandomAccessCollection {
    var startIndex: Int { 0 }
    var endIndex: Int { entries.count }
    subscript(place: Int) -> Entry.Item { entries[place].item }
}
