import Testing
import TestSupport

@testable import FetchLoop

@Suite struct WaitQueueTests {
    /// What became of the waiters, in order.
    private final class Log { var entries: [String] = [] }

    /// A waiter that appends its grant, or what ended it, to a log.
    private static func spawnWaiter(
        _ loop: EventLoop, _ queue: WaitQueue<Void, Int>, _ log: Log, limit: Duration? = nil,
        takeBack: @escaping (Int) -> Bool = { _ in true }
    ) -> Future<Void> {
        loop.spawn {
            do {
                let grant = try await queue.wait(limit: limit, takeBack: takeBack)
                log.entries.append("\(grant)")
            } catch {
                log.entries.append(error is TimeoutError ? "timeout" : "cancelled")
            }
        }
    }

    @Test func grantsComeInTheOrderOfTheWaits() async throws {
        let log = try await withLoop { loop in
            let log = Log()
            let queue = WaitQueue<Void, Int>(on: loop, waitingFor: "test")
            let waiters = (0..<3).map { _ in Self.spawnWaiter(loop, queue, log) }
            for number in 0..<3 { queue.grantNext { number } }
            let anotherIsGranted = queue.grantNext { 9 }
            #expect(!anotherIsGranted)
            try await loop.gather(waiters)
            return log.entries
        }
        #expect(log == ["0", "1", "2"])
    }

    @Test func cancelledBeforeTheGrantIsPassedOver() async throws {
        let log = try await withLoop { loop in
            let log = Log()
            let queue = WaitQueue<Void, Int>(on: loop, waitingFor: "test")
            let first = Self.spawnWaiter(loop, queue, log)
            let second = Self.spawnWaiter(loop, queue, log)
            first.cancel()
            queue.grantNext { 1 }
            try await second.value
            return log.entries
        }
        #expect(log.sorted() == ["1", "cancelled"])
    }

    @Test func cancelledAfterTheGrantHandsItBack() async throws {
        let (log, returned) = try await withLoop { loop in
            let log = Log()
            var returned: [Int] = []
            let queue = WaitQueue<Void, Int>(on: loop, waitingFor: "test")
            let first = Self.spawnWaiter(loop, queue, log) {
                returned.append($0)
                return true
            }
            queue.grantNext { 1 }
            first.cancel()
            for _ in 0..<3 { await loop.yield() }
            return (log.entries, returned)
        }
        #expect(log == ["cancelled"])
        #expect(returned == [1])
    }

    @Test func aGrantThatCannotBeTakenBackStands() async throws {
        let log = try await withLoop { loop in
            let log = Log()
            let queue = WaitQueue<Void, Int>(on: loop, waitingFor: "test")
            let first = Self.spawnWaiter(loop, queue, log) { _ in false }
            queue.grantNext { 1 }
            first.cancel()
            for _ in 0..<3 { await loop.yield() }
            return log.entries
        }
        #expect(log == ["1"])
    }

    @Test func cancelledByAnotherThreadHandsItBackToo() async throws {
        try await withLoop { loop in
            let queue = WaitQueue<Void, Int>(on: loop, waitingFor: "test")
            var returned = 0
            let future = Future<Void>(loop: loop, name: "")
            let task = loop.startCoroutine(future) {
                _ = try await queue.wait(limit: nil) { _ in
                    returned += 1
                    return true
                }
            }
            queue.grantNext { 1 }
            // The coroutine cannot go on before this one suspends.
            let canceller = loop.runBlocking { task.cancel() }
            while !task.isCancelled {}
            try await canceller.value
            await #expect(throws: CancellationError.self) { try await future.value }
            #expect(returned == 1)
        }
    }

    @Test func aCancellationByAnotherThreadEndsTheWait() async throws {
        try await withLoop { loop in
            let queue = WaitQueue<Void, Int>(on: loop, waitingFor: "test")
            let future = Future<Void>(loop: loop, name: "")
            let task = loop.startCoroutine(future) { _ = try await queue.wait(limit: nil) { _ in true } }
            try await loop.runBlocking { task.cancel() }.value
            await #expect(throws: CancellationError.self) { try await future.value(abandoningAfter: .seconds(60)) }
            let isGranted = queue.grantNext { 1 }
            #expect(!isGranted)
        }
    }

    @Test func aTimeLimitEndsTheWaitAndIsDisarmedByAGrant() async throws {
        let log = try await withLoop(clock: .virtual) { loop in
            let log = Log()
            let queue = WaitQueue<Void, Int>(on: loop, waitingFor: "test")
            let first = Self.spawnWaiter(loop, queue, log, limit: .seconds(1))
            let second = Self.spawnWaiter(loop, queue, log, limit: .seconds(1000))
            try await first.value
            queue.grantNext { 2 }
            try await second.value
            #expect(loop.timerCount == 0)
            return log.entries
        }
        #expect(log == ["timeout", "2"])
    }

    @Test func grantAndTimeLimitInOneTurnDoNotCollide() async throws {
        let logs = try await withLoop(clock: .virtual) { loop in
            var logs: [[String]] = []
            for grantFirst in [true, false] {
                let log = Log()
                let queue = WaitQueue<Void, Int>(on: loop, waitingFor: "test")
                let deadline = loop.now.advanced(by: .seconds(1))
                var granted = false
                if grantFirst { loop.at(deadline) { granted = queue.grantNext { 1 } } }
                let waiter = Self.spawnWaiter(loop, queue, log, limit: .seconds(1))
                if !grantFirst { loop.at(deadline) { granted = queue.grantNext { 1 } } }
                try await waiter.value
                log.entries.append("granted: \(granted)")
                logs.append(log.entries)
            }
            return logs
        }
        #expect(logs == [["1", "granted: true"], ["timeout", "granted: false"]])
    }

    @Test func waitersThatAreGoneArePurged() async throws {
        try await withLoop(clock: .virtual) { loop in
            let queue = WaitQueue<Void, Int>(on: loop, waitingFor: "test")
            _ = Self.spawnWaiter(loop, queue, Log())
            for _ in 0..<10_000 {
                let waiter = Self.spawnWaiter(loop, queue, Log(), limit: .milliseconds(1))
                if queue.count < 100 { continue }
                try await waiter.value
            }
            try await loop.sleep(for: .seconds(1))
            #expect(queue.count == 1)
            #expect(queue.storedCount < 50)
        }
    }

    @Test func closingTheLoopEndsEveryWait() async throws {
        let log = try await onFreshThread {
            let loop = try EventLoop()
            let log = Log()
            let queue = WaitQueue<Void, Int>(on: loop, waitingFor: "test")
            for _ in 0..<3 { _ = Self.spawnWaiter(loop, queue, log) }
            try loop.close()
            return log.entries
        }
        #expect(log == ["cancelled", "cancelled", "cancelled"])
    }
}
