/// Timers by deadline, equal deadlines in the order they were added.
///
/// A binary heap. A cancelled timer stays as a tombstone until it surfaces; when tombstones are more than 512 and
/// more than half of the heap, the heap is compacted, so adding and removing a million timers does not grow it.
struct TimerQueue {
    private struct Entry {
        let deadline: Int64
        let sequence: UInt64
        let timer: LoopTimer

        @inline(__always)
        func precedes(_ other: Entry) -> Bool {
            deadline < other.deadline || (deadline == other.deadline && sequence < other.sequence)
        }
    }

    private var heap: [Entry] = []
    private var nextSequence: UInt64 = 0
    private var tombstones = 0

    /// Entries in memory, tombstones included.
    var storedCount: Int { heap.count }
    /// Timers that will still fire.
    var count: Int { heap.count - tombstones }

    /// Those that will fire, in their order. - Complexity: O(n log n).
    var pending: [LoopTimer] {
        heap.filter { $0.timer.isPending }.sorted { $0.precedes($1) }.map(\.timer)
    }

    /// Adds a timer. - Complexity: O(log n).
    ///
    /// A deadline before `now` counts as `now`: else one that is added in a pass over those due would stand before
    /// them, and who adds such timers again and again would keep all others from ever being reached.
    mutating func insert(_ timer: LoopTimer, now: Int64) {
        let deadline = max(timer.deadline.nanoseconds, now)
        heap.append(Entry(deadline: deadline, sequence: nextSequence, timer: timer))
        nextSequence += 1
        siftUp(heap.count - 1)
    }

    /// Counts a tombstone, and compacts when they prevail. - Complexity: O(1) amortised.
    mutating func noteCancelled() {
        tombstones += 1
        if tombstones > 512 && tombstones > heap.count / 2 { compact() }
    }

    /// The earliest live deadline. - Complexity: O(1) amortised.
    mutating func nextDeadline() -> Int64? {
        while let first = heap.first {
            if first.timer.isPending { return first.deadline }
            removeFirst()
            tombstones -= 1
        }
        return nil
    }

    /// A number above those of all timers added so far: a pass over due timers stops there.
    var horizon: UInt64 { nextSequence }

    /// Takes the earliest timer that is due at `now` and was added before `horizon`.
    mutating func popDue(now: Int64, before horizon: UInt64) -> LoopTimer? {
        while let first = heap.first, first.deadline <= now, first.sequence < horizon {
            removeFirst()
            if first.timer.isPending { return first.timer }
            tombstones -= 1
        }
        return nil
    }

    mutating func removeAll() {
        // All are over before the first callback goes: what it holds may cancel other timers, of a loop that is going.
        let callbacks = heap.map { entry in entry.timer.callback.take() }
        heap = []
        tombstones = 0
        withExtendedLifetime(callbacks) {}
    }

    private mutating func compact() {
        heap.removeAll { !$0.timer.isPending }
        tombstones = 0
        var index = heap.count / 2
        while index > 0 {
            index -= 1
            siftDown(index)
        }
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown(0)
        }
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        let entry = heap[index]
        while index > 0 {
            let parent = (index - 1) / 2
            guard entry.precedes(heap[parent]) else { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = entry
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        let entry = heap[index]
        while true {
            var child = 2 * index + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count && heap[child + 1].precedes(heap[child]) { child += 1 }
            guard heap[child].precedes(entry) else { break }
            heap[index] = heap[child]
            index = child
        }
        heap[index] = entry
    }

    /// For tests: every parent precedes its children, and the tombstones are counted right.
    func checkInvariants() -> Bool {
        for index in heap.indices.dropFirst() where heap[index].precedes(heap[(index - 1) / 2]) { return false }
        return heap.count(where: { !$0.timer.isPending }) == tombstones
    }
}
