internal import DequeModule

/// A line that one can leave from anywhere, as cheaply as from its front: each who waits has a ticket that tells his place.
///
/// Whoever leaves is gone at once; the empty places he leaves behind go when they are at an end, or too many.
struct TicketQueue<Element: TicketHolder> {
    private var places: Deque<Element?> = []
    /// The ticket that belongs to the first place.
    private var firstTicket = 0
    /// How many wait.
    private(set) var count = 0

    /// Places kept, empty ones included.
    var placeCount: Int { places.count }

    mutating func append(_ element: Element) {
        element.ticket = firstTicket + places.count
        places.append(element)
        count += 1
    }

    mutating func popFirst() -> Element? {
        while let place = places.popFirst() {
            firstTicket += 1
            guard let place else { continue }
            leave(place)
            return place
        }
        return nil
    }

    /// Lets somebody leave; whoever does not wait here is left alone.
    mutating func remove(_ element: Element) {
        let index = element.ticket - firstTicket
        guard element.ticket >= 0, places.indices.contains(index), places[index] === element else { return }
        places[index] = nil
        leave(element)
        while let last = places.last, last == nil { places.removeLast() }
        while let first = places.first, first == nil {
            places.removeFirst()
            firstTicket += 1
        }
        if places.count > 4 * count + 64 { closeRanks() }
    }

    /// Lets all leave, in order.
    mutating func removeAll() -> [Element] {
        var all: [Element] = []
        while let element = popFirst() { all.append(element) }
        return all
    }

    private mutating func leave(_ element: Element) {
        element.ticket = -1
        count -= 1
    }

    private mutating func closeRanks() {
        places.removeAll { $0 == nil }
        for (index, element) in places.enumerated() { element?.ticket = firstTicket + index }
    }
}

/// Who can wait in a `TicketQueue`, in one at a time.
protocol TicketHolder: AnyObject {
    /// The queue's; negative while he does not wait.
    var ticket: Int { get set }
}
