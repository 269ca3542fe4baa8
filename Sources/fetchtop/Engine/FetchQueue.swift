import HeapModule

/// The waiting fetches, by host, and which of them starts next. Pure: no I/O, no time.
///
/// Each host has a line of its own, so a host that may not start anything costs nothing, however long its line is.
/// Hosts that may, and have somebody waiting, are candidates in a heap whose key is what the order of the run makes of
/// the head of their line. Every operation is O(1) or O(log hosts); none looks at more than one fetch.
struct FetchQueue {
    let order: RunOptions.Order
    private(set) var count = 0
    private var links = PagedArray<Link>()
    private var lines: [Line] = []
    private var candidates = Heap<Candidate>()
    private var turn: Int64 = 0

    init(order: RunOptions.Order = .fifo) { self.order = order }

    private static let none = UInt32.max

    /// A fetch's neighbours in its line.
    private struct Link {
        var previous = FetchQueue.none
        var next = FetchQueue.none
        var level: Int32 = 0
        var isQueued = false
    }

    /// A part of a line whose fetches have the same level; the higher level goes first.
    private struct Lane {
        let level: Int32
        var head = FetchQueue.none
        var tail = FetchQueue.none
    }

    private struct Line {
        var lanes: [Lane] = []
        var isOpen = true
        /// Tells the valid candidate of this line from older ones.
        var stamp: UInt32 = 0
        var lastTurn: Int64 = -1
    }

    private struct Candidate: Comparable {
        let key: Int64
        let second: UInt32
        let host: UInt32
        let stamp: UInt32

        static func < (left: Candidate, right: Candidate) -> Bool {
            left.key != right.key ? left.key < right.key : left.second < right.second
        }
    }

    func contains(_ id: FetchID) -> Bool { id.index < links.count && links[id.index].isQueued }

    /// Whether a fetch of a host waits.
    func hasWaiting(_ host: HostID) -> Bool { host.index < lines.count && head(of: host.index) != Self.none }

    /// Puts a fetch at the end of its host's line; one that runs again goes before those that have not run yet.
    mutating func append(_ id: FetchID, host: HostID, priority: Int32 = 0, isRetry: Bool = false) {
        precondition(!contains(id), "a fetch waits once")
        while links.count <= id.index { links.append(Link()) }
        while lines.count <= host.index { lines.append(Line()) }
        let level = max(-0x3FFF_FFFF, min(priority, 0x3FFF_FFFF)) * 2 + (isRetry ? 1 : 0)
        let line = host.index
        let lane = laneIndex(line, level)
        let index = UInt32(id.index)
        let tail = lines[line].lanes[lane].tail
        links[id.index] = Link(previous: tail, next: Self.none, level: level, isQueued: true)
        if tail == Self.none { lines[line].lanes[lane].head = index } else { links[Int(tail)].next = index }
        lines[line].lanes[lane].tail = index
        count += 1
        if head(of: line) == index { offer(line) }
    }

    /// Takes a fetch out of its line, wherever it stands; one that does not wait is left alone.
    mutating func remove(_ id: FetchID, host: HostID) {
        guard contains(id) else { return }
        let line = host.index
        let wasHead = head(of: line) == UInt32(id.index)
        let link = links[id.index]
        let lane = laneIndex(line, link.level)
        if link.previous == Self.none {
            lines[line].lanes[lane].head = link.next
        } else {
            links[Int(link.previous)].next = link.next
        }
        if link.next == Self.none {
            lines[line].lanes[lane].tail = link.previous
        } else {
            links[Int(link.next)].previous = link.previous
        }
        if lines[line].lanes[lane].head == Self.none { lines[line].lanes.remove(at: lane) }
        links[id.index].isQueued = false
        count -= 1
        if wasHead { offer(line) }
    }

    /// Says whether fetches of a host may start.
    mutating func setOpen(_ isOpen: Bool, host: HostID) {
        while lines.count <= host.index { lines.append(Line()) }
        guard lines[host.index].isOpen != isOpen else { return }
        lines[host.index].isOpen = isOpen
        offer(host.index)
    }

    /// The fetch that starts next, with its host; nil when all that wait belong to closed hosts. It stays queued.
    mutating func next() -> (id: FetchID, host: HostID)? {
        while let candidate = candidates.min {
            let line = Int(candidate.host)
            let head = head(of: line)
            if candidate.stamp == lines[line].stamp, lines[line].isOpen, head != Self.none {
                return (FetchID(index: Int(head)), HostID(index: line))
            }
            _ = candidates.popMin()
        }
        return nil
    }

    /// Takes a fetch to start it: the host has had its turn.
    mutating func take(_ next: (id: FetchID, host: HostID)) {
        turn += 1
        lines[next.host.index].lastTurn = turn
        remove(next.id, host: next.host)
    }

    /// The fetch of a host that is next in its line; nil if none waits, or none may start.
    func head(of host: HostID) -> FetchID? {
        guard host.index < lines.count, lines[host.index].isOpen else { return nil }
        let head = head(of: host.index)
        return head == Self.none ? nil : FetchID(index: Int(head))
    }

    private func head(of line: Int) -> UInt32 { lines[line].lanes.first?.head ?? Self.none }

    /// Where the lane of a level is, made if there is none: a binary search, as each job of a list may have a priority of
    /// its own. - Complexity: O(log levels) to find, O(levels) to make one.
    private mutating func laneIndex(_ line: Int, _ level: Int32) -> Int {
        var low = 0
        var high = lines[line].lanes.count
        while low < high {
            let middle = (low + high) / 2
            if lines[line].lanes[middle].level > level { low = middle + 1 } else { high = middle }
        }
        if low == lines[line].lanes.count || lines[line].lanes[low].level != level {
            lines[line].lanes.insert(Lane(level: level), at: low)
        }
        return low
    }

    /// Makes the line a candidate with its present head; what it offered before is void.
    private mutating func offer(_ line: Int) {
        lines[line].stamp &+= 1
        let head = head(of: line)
        guard lines[line].isOpen, head != Self.none else { return }
        // A retry has the level of its priority, plus one; the order of the run only knows the priority.
        let priority = Int64(links[Int(head)].level >> 1)
        let key: Int64 =
            switch order {
            case .fifo: Int64(head)
            case .hostFair: lines[line].lastTurn
            case .priority: -priority
            }
        candidates.insert(Candidate(key: key, second: head, host: UInt32(line), stamp: lines[line].stamp))
    }
}
