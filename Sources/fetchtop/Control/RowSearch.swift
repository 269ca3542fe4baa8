/// Looks for the next row whose URL contains a text, a piece at a time, once around the rows as they were when it began.
struct RowSearch {
    private let store: FetchStore
    private let rows: PagedArray<TableRow>
    private let needle: [UInt8]
    private let start: Int
    private let direction: Int
    private var offset = 0

    /// How many rows are looked at between two looks at the time.
    private static let stride = 128

    enum Outcome: Equatable {
        case found(FetchID)
        case nothing
    }

    /// - Parameters:
    ///   - needle: In lower case.
    ///   - start: The row the cursor is on.
    ///   - step: 1 begins with the row below it, -1 with the one above, 0 with itself.
    init(_ needle: [UInt8], in rows: PagedArray<TableRow>, of store: FetchStore, from start: Int, step: Int) {
        self.store = store
        self.rows = rows
        self.needle = needle
        self.start = start + step
        direction = step < 0 ? -1 : 1
    }

    /// Goes on until the time is over; what came of it when it is through.
    mutating func step(until isOver: () -> Bool) -> Outcome? {
        let count = rows.count
        while offset < count {
            for _ in 0..<Self.stride where offset < count {
                let place = ((start + direction * offset) % count + count) % count
                offset += 1
                if case .fetch(let id) = rows[place], store.urlBytes(of: id).contains(lowercased: needle) {
                    return .found(id)
                }
            }
            if isOver(), offset < count { return nil }
        }
        return .nothing
    }
}
