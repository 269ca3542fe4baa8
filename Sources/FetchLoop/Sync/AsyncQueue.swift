/// A queue between coroutines: producers wait when it is full, consumers when it is empty, both in line.
///
/// ```swift
/// let queue = AsyncQueue<URL>(on: loop, capacity: 10)
/// loop.spawn {
///     for url in urls { try await queue.put(url) }
///     queue.finish()
/// }
/// for await url in queue { ... }
/// ```
/// Tornado: `queues.Queue`, with ``QueueOrder`` for `PriorityQueue` and `LifoQueue`. Better than those: ``finish()``
/// ends the consumers' loops, and an element handed to a getter that is cancelled in the same turn goes to the next.
public final class AsyncQueue<Element> {
    private typealias Entry = QueueStorage<Element>.Entry

    /// Most elements at once; 0 means any number.
    public let capacity: Int
    /// Elements put for which ``taskDone()`` has not been called.
    public private(set) var unfinishedCount = 0
    /// Whether ``finish()`` was called.
    public private(set) var isFinished = false

    private var storage: QueueStorage<Element>
    private var nextNumber: UInt64 = 0
    /// Granted nil when the queue is finished.
    private let getters: WaitQueue<Void, Entry?>
    /// Each offers its element, and is granted the number under which that was inserted; nil as above.
    private let putters: WaitQueue<Element, UInt64?>
    private let joiners: WaitQueue<Void, Void>

    /// Creates an empty queue; `capacity` must not be negative.
    public init(on loop: EventLoop, capacity: Int = 0, order: QueueOrder<Element> = .fifo) {
        if capacity < 0 { stopMisuse("a queue's capacity must not be negative") }
        self.capacity = capacity
        storage = QueueStorage(order)
        getters = WaitQueue(on: loop, waitingFor: "queue element")
        putters = WaitQueue(on: loop, waitingFor: "room in queue")
        joiners = WaitQueue(on: loop, waitingFor: "queue join")
    }

    /// Elements that wait for a getter.
    public var count: Int { storage.count }
    /// Whether no element waits for a getter.
    public var isEmpty: Bool { count == 0 }
    /// Whether a put would wait.
    public var isFull: Bool { capacity > 0 && count >= capacity }

    // MARK: Putting

    /// Inserts an element, or waits in line for room for at most `timeout`. Suspends only when the queue is full.
    ///
    /// - Throws: `QueueError.finished`, `TimeoutError`, `CancellationError`; the element is then not in the queue.
    public func put(_ element: Element, timeout: Duration? = nil) async throws {
        guard !isFinished else { throw QueueError.finished }
        guard isFull else {
            insert(element)
            return
        }
        let number = try await putters.wait(offering: element, limit: timeout) { number in
            // Inserted, then cancelled before it could go on. If the element is under way the put has succeeded.
            number.map(withdraw) ?? true
        }
        if number == nil { throw QueueError.finished }
    }

    /// Inserts an element at once. Tornado: `put_nowait`.
    ///
    /// - Throws: `QueueError.full`, `.finished`.
    public func putNow(_ element: Element) throws(QueueError) {
        guard !isFinished else { throw .finished }
        guard !isFull else { throw .full }
        insert(element)
    }

    @discardableResult
    private func insert(_ element: Element) -> UInt64 {
        let entry = Entry(element: element, number: nextNumber)
        nextNumber += 1
        unfinishedCount += 1
        // Where a getter waits there is no element, so the order is kept.
        if !getters.grantNext({ entry }) { storage.insert(entry) }
        return entry.number
    }

    private func withdraw(_ number: UInt64) -> Bool {
        guard storage.remove(number: number) else { return false }
        finishOne()
        admitPutter()
        return true
    }

    private func admitPutter() {
        guard !isFull else { return }
        putters.grantNext { insert($0) }
    }

    // MARK: Getting

    /// Takes the element whose turn it is, or waits in line for one for at most `timeout`. Suspends only when the queue
    /// is empty.
    ///
    /// - Throws: `QueueError.finished` when nothing will come any more; `TimeoutError`, `CancellationError`.
    /// - Cancellation: An element that was on its way goes to the next getter.
    public func get(timeout: Duration? = nil) async throws -> Element {
        if let element = takeNext() { return element }
        guard !isFinished else { throw QueueError.finished }
        let entry = try await getters.wait(limit: timeout) { entry in
            if let entry, !getters.grantNext({ entry }) { storage.putBack(entry) }
            return true
        }
        if let entry { return entry.element }
        // The end, unless a getter that was served before it has given its element back since.
        if let element = takeNext() { return element }
        throw QueueError.finished
    }

    /// Takes the element whose turn it is at once. Tornado: `get_nowait`.
    ///
    /// - Throws: `QueueError.empty`; `.finished` when nothing will come any more.
    public func getNow() throws(QueueError) -> Element {
        if let element = takeNext() { return element }
        throw isFinished ? .finished : .empty
    }

    private func takeNext() -> Element? {
        guard let entry = storage.popNext() else { return nil }
        admitPutter()
        return entry.element
    }

    // MARK: Ending

    /// Takes no more elements: waiting and later puts fail, and consumers end when they have got what is there.
    public func finish() {
        guard !isFinished else { return }
        isFinished = true
        putters.grantAll(nil)
        getters.grantAll(nil)
    }

    /// Tells that the work on one element is done. Tornado: `task_done`.
    ///
    /// - Throws: `QueueError.noTaskLeft` when that was told for all of them before.
    public func taskDone() throws(QueueError) {
        guard unfinishedCount > 0 else { throw .noTaskLeft }
        finishOne()
    }

    private func finishOne() {
        unfinishedCount -= 1
        if unfinishedCount == 0 { joiners.grantAll(()) }
    }

    /// Waits for at most `timeout` until ``taskDone()`` was called for every element. Does not suspend if it was.
    ///
    /// - Throws: `TimeoutError`, `CancellationError`.
    public func join(timeout: Duration? = nil) async throws {
        if unfinishedCount > 0 { try await joiners.wait(limit: timeout) { true } }
    }
}

extension AsyncQueue: AsyncSequence {
    /// Gets elements until the queue is finished and empty, or the coroutine cancelled. Iterators share the queue.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let queue: AsyncQueue

        /// The next element; nil when the queue is finished and empty.
        ///
        /// - Cancellation: Ends the iteration; an element that was on its way goes to the next getter.
        public func next(isolation: isolated (any Actor)? = #isolation) async -> Element? { try? await queue.get() }
    }

    /// Starts an iteration.
    public func makeAsyncIterator() -> Iterator { Iterator(queue: self) }
}

extension AsyncQueue: CustomStringConvertible {
    /// Counts of elements and waiters.
    public var description: String {
        let size = capacity > 0 ? "\(count) of \(capacity)" : "\(count)"
        return "AsyncQueue(\(size), \(getters.count) getting, \(putters.count) putting)"
    }
}
