import FetchLoop
import Testing
import TestSupport

/// Tornado: queues.Queue, PriorityQueue, LifoQueue.
@Suite struct AsyncQueueTests {
    // MARK: Order and size

    @Test func fifoGivesElementsInOrder() async throws {
        try await withLoop { loop in
            let queue = AsyncQueue<Int>(on: loop)
            for number in 0..<5 { try queue.putNow(number) }
            #expect(queue.count == 5)
            var seen: [Int] = []
            while !queue.isEmpty { seen.append(try await queue.get()) }
            #expect(seen == [0, 1, 2, 3, 4])
        }
    }

    @Test func lifoGivesTheLastFirst() async throws {
        try await withLoop { loop in
            let queue = AsyncQueue<Int>(on: loop, order: .lifo)
            for number in 0..<3 { try queue.putNow(number) }
            let seen = try (0..<3).map { _ in try queue.getNow() }
            #expect(seen == [2, 1, 0])
        }
    }

    @Test func priorityGivesTheLeastFirstAndEqualOnesInOrder() async throws {
        try await withLoop { loop in
            let numbers = AsyncQueue<Int>(on: loop, order: .priority)
            for number in [3, 1, 2, 1] { try numbers.putNow(number) }
            let sorted = try (0..<4).map { _ in try numbers.getNow() }
            #expect(sorted == [1, 1, 2, 3])

            let pairs = AsyncQueue<(Int, String)>(on: loop, order: .priority { $0.0 < $1.0 })
            for (index, name) in ["a", "b", "c", "d", "e", "f"].enumerated() { try pairs.putNow((index % 2, name)) }
            let names = try (0..<6).map { _ in try pairs.getNow().1 }
            #expect(names == ["a", "c", "e", "b", "d", "f"])
        }
    }

    @Test func aFullOrEmptyQueueRefusesWhatWouldWait() async throws {
        try await withLoop { loop in
            let queue = AsyncQueue<Int>(on: loop, capacity: 2)
            #expect(throws: QueueError.empty) { try queue.getNow() }
            try queue.putNow(1)
            #expect(!queue.isFull)
            try queue.putNow(2)
            #expect(queue.isFull)
            #expect(throws: QueueError.full) { try queue.putNow(3) }
            #expect("\(queue)" == "AsyncQueue(2 of 2, 0 getting, 0 putting)")
        }
    }

    @Test func anUnboundedQueueIsNeverFull() async throws {
        try await withLoop { loop in
            let queue = AsyncQueue<Int>(on: loop)
            for number in 0..<10_000 { try await queue.put(number) }
            #expect(!queue.isFull && queue.capacity == 0)
        }
    }

    @Test func aNegativeCapacityIsAnError() async {
        await #expect(processExitsWith: .failure) { _ = AsyncQueue<Int>(on: try EventLoop(), capacity: -1) }
    }

    // MARK: Waiting

    @Test func getWaitsForAPutAndResumesOnALaterTurn() async throws {
        try await withLoop { loop in
            let queue = AsyncQueue<Int>(on: loop)
            let getters = (0..<3).map { _ in loop.spawn { try await queue.get() } }
            for number in 0..<3 { try queue.putNow(number) }
            #expect(getters.map(\.isDone) == [false, false, false])
            let seen = try await loop.gather(getters)
            #expect(seen == [0, 1, 2])
        }
    }

    @Test func putWaitsForRoomInOrder() async throws {
        try await withLoop { loop in
            let queue = AsyncQueue<Int>(on: loop, capacity: 1)
            try queue.putNow(0)
            let putters = (1...3).map { number in loop.spawn { try await queue.put(number) } }
            var seen: [Int] = []
            for _ in 0..<4 { seen.append(try queue.getNow()) }
            #expect(seen == [0, 1, 2, 3])
            try await loop.gather(putters)
        }
    }

    @Test func aTimedOutGetLeavesTheNextElementToOthers() async throws {
        try await withLoop(clock: .virtual) { loop in
            let queue = AsyncQueue<Int>(on: loop)
            await #expect(throws: TimeoutError.self) { try await queue.get(timeout: .seconds(1)) }
            let other = loop.spawn { try await queue.get() }
            try queue.putNow(5)
            let seen = try await other.value
            #expect(seen == 5)
        }
    }

    @Test func aTimedOutPutNeverInserts() async throws {
        try await withLoop(clock: .virtual) { loop in
            let queue = AsyncQueue<Int>(on: loop, capacity: 1)
            try queue.putNow(0)
            await #expect(throws: TimeoutError.self) { try await queue.put(1, timeout: .seconds(1)) }
            #expect(try queue.getNow() == 0)
            #expect(throws: QueueError.empty) { try queue.getNow() }
            #expect(queue.unfinishedCount == 1)
        }
    }

    @Test func aPreemptedTimeoutDoesNotFire() async throws {
        try await withLoop(clock: .virtual) { loop in
            let queue = AsyncQueue<Int>(on: loop, capacity: 1)
            let getter = loop.spawn { try await queue.get(timeout: .seconds(10)) }
            try queue.putNow(1)
            let seen = try await getter.value
            #expect(seen == 1)
            try queue.putNow(2)
            let putter = loop.spawn { try await queue.put(3, timeout: .seconds(10)) }
            #expect(try queue.getNow() == 2)
            try await putter.value
            #expect(loop.timerCount == 0)
        }
    }

    @Test func aCancelledPutNeverInsertsEvenWhenItsTurnHadJustCome() async throws {
        try await withLoop { loop in
            for order in [QueueOrder<Int>.fifo, .lifo, .priority] {
                let queue = AsyncQueue<Int>(on: loop, capacity: 1, order: order)
                try queue.putNow(0)
                let putter = loop.spawn { try await queue.put(1) }
                let next = loop.spawn { try await queue.put(2) }
                #expect(try queue.getNow() == 0)
                putter.cancel()
                try await next.value
                #expect(try queue.getNow() == 2)
                #expect(queue.isEmpty && queue.unfinishedCount == 2)
            }
        }
    }

    /// Tornado loses it: issue 2826.
    @Test func anElementHandedToAGetterCancelledInTheSameTurnGoesToTheNext() async throws {
        try await withLoop { loop in
            let queue = AsyncQueue<Int>(on: loop)
            let first = loop.spawn { try await queue.get() }
            let second = loop.spawn { try await queue.get() }
            try queue.putNow(1)
            first.cancel()
            let seen = try await second.value
            #expect(seen == 1)
        }
    }

    @Test func anElementThatNobodyTakesAfterACancellationKeepsItsPlace() async throws {
        try await withLoop { loop in
            for (order, expected) in [(QueueOrder<Int>.fifo, [1, 2]), (.lifo, [1, 2]), (.priority, [1, 2])] {
                let queue = AsyncQueue<Int>(on: loop, order: order)
                let getter = loop.spawn { try await queue.get() }
                try queue.putNow(1)
                getter.cancel()
                try queue.putNow(2)
                for _ in 0..<3 { await loop.yield() }
                let seen = try (0..<2).map { _ in try queue.getNow() }
                #expect(seen == expected)
            }
        }
    }

    // MARK: join, taskDone

    @Test func joinWaitsForEveryTask() async throws {
        try await withLoop(clock: .virtual) { loop in
            for order in [QueueOrder<Int>.fifo, .lifo, .priority] {
                let queue = AsyncQueue<Int>(on: loop, capacity: 2, order: order)
                var sum = 0
                for _ in 0..<2 {
                    loop.spawn {
                        for await number in queue {
                            try await loop.sleep(for: .seconds(number))
                            sum += number
                            try queue.taskDone()
                        }
                    }
                }
                for number in 0..<5 { try await queue.put(number) }
                try await queue.join()
                #expect(sum == 10)
                queue.finish()
            }
        }
    }

    @Test func joinReturnsAtOnceWhenNothingIsUnfinished() async throws {
        try await withLoop { loop in
            let queue = AsyncQueue<Int>(on: loop)
            let turns = loop.metrics.turns
            try await queue.join()
            try await queue.join(timeout: .zero)
            #expect(loop.metrics.turns == turns)
        }
    }

    @Test func joinTimesOut() async throws {
        try await withLoop(clock: .virtual) { loop in
            let queue = AsyncQueue<Int>(on: loop)
            try queue.putNow(1)
            await #expect(throws: TimeoutError.self) { try await queue.join(timeout: .seconds(1)) }
            _ = try queue.getNow()
            await #expect(throws: TimeoutError.self) { try await queue.join(timeout: .seconds(1)) }
            try queue.taskDone()
            try await queue.join(timeout: .seconds(1))
        }
    }

    @Test func taskDoneBeyondThePutsIsAnError() async throws {
        try await withLoop { loop in
            let queue = AsyncQueue<Int>(on: loop)
            #expect(throws: QueueError.noTaskLeft) { try queue.taskDone() }
            try queue.putNow(1)
            try queue.taskDone()
            #expect(throws: QueueError.noTaskLeft) { try queue.taskDone() }
        }
    }

    // MARK: finish, for await

    @Test func finishEndsForAwaitAfterTheLastElement() async throws {
        try await withLoop { loop in
            let queue = AsyncQueue<Int>(on: loop)
            let consumers = (0..<2).map { _ in
                loop.spawn {
                    var seen: [Int] = []
                    for await number in queue {
                        seen.append(number)
                        await loop.yield()
                    }
                    return seen
                }
            }
            for number in 0..<6 { try await queue.put(number) }
            queue.finish()
            let seen = try await loop.gather(consumers)
            #expect(seen.flatMap(\.self).sorted() == [0, 1, 2, 3, 4, 5])
            #expect(throws: QueueError.finished) { try queue.putNow(7) }
            #expect(throws: QueueError.finished) { try queue.getNow() }
            await #expect(throws: QueueError.finished) { try await queue.get() }
        }
    }

    @Test func finishRefusesWaitingPuts() async throws {
        try await withLoop { loop in
            let queue = AsyncQueue<Int>(on: loop, capacity: 1)
            try queue.putNow(1)
            let putter = loop.spawn { try await queue.put(2) }
            queue.finish()
            await #expect(throws: QueueError.finished) { try await putter.value }
            #expect(try queue.getNow() == 1)
        }
    }

    @Test func finishEndsWaitingGetters() async throws {
        try await withLoop { loop in
            let queue = AsyncQueue<Int>(on: loop)
            let getter = loop.spawn { try await queue.get() }
            queue.finish()
            queue.finish()
            await #expect(throws: QueueError.finished) { try await getter.value }
        }
    }

    @Test func anElementGivenBackAfterTheEndGoesToAGetterThatIsStillThere() async throws {
        try await withLoop { loop in
            let queue = AsyncQueue<Int>(on: loop)
            let getters = (0..<3).map { _ in loop.spawn { try await queue.get() } }
            try queue.putNow(1)
            queue.finish()
            getters[0].cancel()
            let seen = try await getters[1].value
            #expect(seen == 1)
            await #expect(throws: QueueError.finished) { try await getters[2].value }
        }
    }

    @Test func cancellationEndsForAwait() async throws {
        try await withLoop { loop in
            let queue = AsyncQueue<Int>(on: loop)
            var ended = false
            let consumer = loop.spawn {
                for await _ in queue {}
                ended = true
            }
            consumer.cancel()
            for _ in 0..<2 { await loop.yield() }
            #expect(ended)
        }
    }

    @Test func producerAndConsumerTakeTurns() async throws {
        let log = try await withLoop { loop in
            var log = ""
            let queue = AsyncQueue<Int>(on: loop, capacity: 1)
            let consumer = loop.spawn {
                for await number in queue {
                    log += "g\(number)"
                    try queue.taskDone()
                }
            }
            for number in 0..<3 {
                log += "p\(number)"
                try await queue.put(number)
                try await queue.join()
            }
            queue.finish()
            try await consumer.value
            return log
        }
        #expect(log == "p0g0p1g1p2g2")
    }
}
