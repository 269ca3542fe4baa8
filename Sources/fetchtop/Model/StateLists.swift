/// The fetches that are in flight, and those that are held up on their way, in no particular order. Each knows its place, so
/// that none is looked for.
struct StateLists {
    private(set) var active: [FetchID] = []
    /// In back-off or paused.
    private(set) var held: [FetchID] = []

    private enum List {
        case active, held, none

        init(_ state: FetchState) {
            self = state.isInFlight ? .active : state == .backoff || state == .paused ? .held : .none
        }
    }

    /// A fetch went from one state to another.
    mutating func move(_ index: Int, from old: FetchState, to new: FetchState, in pages: inout FetchPages) {
        let (oldList, newList) = (List(old), List(new))
        guard oldList != newList else { return }
        switch oldList {
        case .active: Self.remove(index, from: &active, in: &pages)
        case .held: Self.remove(index, from: &held, in: &pages)
        case .none: break
        }
        switch newList {
        case .active: Self.append(index, to: &active, in: &pages)
        case .held: Self.append(index, to: &held, in: &pages)
        case .none: break
        }
    }

    private static func append(_ index: Int, to list: inout [FetchID], in pages: inout FetchPages) {
        pages[index].listIndex = UInt32(list.count)
        list.append(FetchID(index: index))
    }

    /// The last takes the place that becomes free.
    private static func remove(_ index: Int, from list: inout [FetchID], in pages: inout FetchPages) {
        let last = list.removeLast()
        guard last.index != index else { return }
        let place = pages[index].listIndex
        list[Int(place)] = last
        pages[last.index].listIndex = place
    }
}
