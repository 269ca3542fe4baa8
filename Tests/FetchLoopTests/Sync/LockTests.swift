import Testing
import TestSupport

@testable import FetchLoop

/// Tornado: locks.Condition, Event, Semaphore, BoundedSemaphore, Lock.
@Suite struct LockTests {
    struct Failure: Error {}

    // MARK: Condition

    @Test func notifyWakesTheFirstWaitersOnly() async throws {
        let log = try await withLoop { loop in
            var log: [Int] = []
            let condition = AsyncCondition(on: loop)
            for number in 0..<4 {
                loop.spawn {
                    try await condition.wait()
                    log.append(number)
                }
            }
            condition.notify()
            for _ in 0..<2 { await loop.yield() }
            #expect(log == [0])
            #expect("\(condition)" == "AsyncCondition(3 waiting)")
            condition.notify(2)
            for _ in 0..<2 { await loop.yield() }
            #expect(log == [0, 1, 2])
            condition.notifyAll()
            for _ in 0..<2 { await loop.yield() }
            condition.notifyAll()
            condition.notify(5)
            return log
        }
        #expect(log == [0, 1, 2, 3])
    }

    /// Who begins to wait after `notifyAll` is not one of all.
    @Test func aNotificationOfAllIsNotHandedOver() async throws {
        try await withLoop(clock: .virtual) { loop in
            let condition = AsyncCondition(on: loop)
            for isForAll in [true, false] {
                let cancelled = loop.spawn { try await condition.wait() }
                if isForAll { condition.notifyAll() } else { condition.notify() }
                cancelled.cancel()
                let late = loop.spawn { try await condition.wait(timeout: .seconds(1)) }
                let isNotified = try await late.value
                #expect(isNotified == !isForAll)
            }
        }
    }

    @Test func toNotifyLessThanOneIsToNotifyNone() async throws {
        try await withLoop { loop in
            let condition = AsyncCondition(on: loop)
            let waiting = loop.spawn { try await condition.wait() }
            for count in [0, -1, Int.min] { condition.notify(count) }
            await loop.yield()
            #expect("\(condition)" == "AsyncCondition(1 waiting)")
            waiting.cancel()
        }
    }

    @Test func aConditionTellsNotificationFromTimeout() async throws {
        try await withLoop(clock: .virtual) { loop in
            let condition = AsyncCondition(on: loop)
            let timedOut = loop.spawn { try await condition.wait(timeout: .seconds(1)) }
            let notified = loop.spawn { try await condition.wait(timeout: .seconds(3)) }
            loop.after(.seconds(2)) { condition.notify() }
            let results = try await loop.gather([timedOut, notified])
            #expect(results == [false, true])
            #expect(loop.timerCount == 0)
        }
    }

    @Test func notifyCountsLiveWaitersOnly() async throws {
        try await withLoop(clock: .virtual) { loop in
            let condition = AsyncCondition(on: loop)
            let waiters = [1, 100, 1, 100].map { seconds in
                loop.spawn { try await condition.wait(timeout: .seconds(seconds)) }
            }
            loop.after(.seconds(2)) { condition.notify(2) }
            let results = try await loop.gather(waiters)
            #expect(results == [false, true, false, true])
            #expect(loop.now < .now.advanced(by: .seconds(50)))
        }
    }

    @Test func nestedNotifyLosesNone() async throws {
        let count = try await withLoop { loop in
            var count = 0
            let condition = AsyncCondition(on: loop)
            for _ in 0..<3 {
                loop.spawn {
                    try await condition.wait()
                    count += 1
                    condition.notify()
                }
            }
            condition.notify()
            for _ in 0..<5 { await loop.yield() }
            return count
        }
        #expect(count == 3)
    }

    @Test func aNotificationForACancelledWaiterGoesToTheNext() async throws {
        try await withLoop { loop in
            let condition = AsyncCondition(on: loop)
            let first = loop.spawn { try await condition.wait() }
            let second = loop.spawn { try await condition.wait() }
            condition.notify()
            first.cancel()
            let result = try await second.value
            #expect(result)
        }
    }

    // MARK: Event

    @Test func anEventWakesEveryoneAndStaysUp() async throws {
        try await withLoop { loop in
            let event = AsyncEvent(on: loop)
            #expect("\(event)" == "AsyncEvent(clear, 0 waiting)")
            let waiters = (0..<3).map { _ in loop.spawn { try await event.wait() } }
            event.set()
            event.set()
            event.clear()
            try await loop.gather(waiters)
            #expect(!event.isSet)
            event.set()
            let turns = loop.metrics.turns
            try await event.wait()
            #expect(loop.metrics.turns == turns)
        }
    }

    @Test func waitingForAnEventTimesOut() async throws {
        try await withLoop(clock: .virtual) { loop in
            let event = AsyncEvent(on: loop)
            await #expect(throws: TimeoutError.self) { try await event.wait(timeout: .seconds(1)) }
            loop.after(.seconds(1)) { event.set() }
            try await event.wait(timeout: .seconds(2))
        }
    }

    // MARK: Semaphore

    @Test func aSemaphoreAdmitsInOrder() async throws {
        let log = try await withLoop { loop in
            var log: [Int] = []
            let semaphore = AsyncSemaphore(on: loop, permits: 2)
            try await loop.gather(
                (0..<6).map { number in
                    {
                        try await semaphore.withPermit {
                            log.append(number)
                            await loop.yield()
                        }
                    }
                })
            #expect(semaphore.freePermits == 2)
            return log
        }
        #expect(log == [0, 1, 2, 3, 4, 5])
    }

    @Test func nobodyOvertakesAWaiter() async throws {
        try await withLoop { loop in
            let semaphore = AsyncSemaphore(on: loop)
            try await semaphore.acquire()
            let waiter = loop.spawn { try await semaphore.acquire() }
            semaphore.release()
            #expect(!semaphore.tryAcquire())
            try await waiter.value
            semaphore.release()
            #expect(semaphore.tryAcquire())
        }
    }

    @Test func acquiringTimesOut() async throws {
        try await withLoop(clock: .virtual) { loop in
            let semaphore = AsyncSemaphore(on: loop, permits: 0)
            await #expect(throws: TimeoutError.self) { try await semaphore.acquire(timeout: .seconds(1)) }
            semaphore.release()
            try await semaphore.acquire(timeout: .seconds(1))
            #expect("\(semaphore)" == "AsyncSemaphore(0 free, 0 waiting)")
        }
    }

    /// Tornado loses it.
    @Test func aPermitGrantedToAWaiterCancelledInTheSameTurnGoesToTheNext() async throws {
        try await withLoop { loop in
            let semaphore = AsyncSemaphore(on: loop)
            try await semaphore.acquire()
            let first = loop.spawn { try await semaphore.acquire() }
            let second = loop.spawn { try await semaphore.acquire() }
            semaphore.release()
            first.cancel()
            try await second.value
            semaphore.release()
            #expect(semaphore.freePermits == 1)
        }
    }

    @Test func withPermitReturnsThePermitAfterAnError() async throws {
        try await withLoop { loop in
            let semaphore = AsyncSemaphore(on: loop)
            await #expect(throws: Failure.self) { try await semaphore.withPermit { throw Failure() } }
            #expect(semaphore.freePermits == 1)
        }
    }

    @Test func aHundredAndOneExpiredWaitersArePurged() async throws {
        try await withLoop(clock: .virtual) { loop in
            let semaphore = AsyncSemaphore(on: loop, permits: 0)
            for _ in 0..<101 { loop.spawn { try? await semaphore.acquire(timeout: .seconds(1)) } }
            let alive = loop.spawn { try await semaphore.acquire() }
            try await loop.sleep(for: .seconds(2))
            #expect(semaphore.storedWaiters < 20)
            semaphore.release()
            try await alive.value
        }
    }

    @Test func aNegativeNumberOfPermitsIsAnError() async {
        await #expect(processExitsWith: .failure) { _ = AsyncSemaphore(on: try EventLoop(), permits: -1) }
    }

    // MARK: BoundedSemaphore and lock

    @Test func releasingMoreOftenThanAcquiringIsAnError() async throws {
        try await withLoop { loop in
            let semaphore = BoundedSemaphore(on: loop, permits: 1)
            #expect(throws: ReleaseError()) { try semaphore.release() }
            try await semaphore.acquire()
            try semaphore.release()
            #expect(throws: ReleaseError()) { try semaphore.release() }
            #expect("\(semaphore)" == "BoundedSemaphore(1 of 1 free, 0 waiting)")

            let lock = AsyncLock(on: loop)
            #expect(throws: ReleaseError()) { try lock.release() }
            await #expect(throws: ReleaseError()) { try await lock.withLock { try lock.release() } }
        }
    }

    @Test func aBoundedSemaphoreTakesBackThePermitOfACancelledWaiter() async throws {
        try await withLoop { loop in
            let semaphore = BoundedSemaphore(on: loop, permits: 1)
            try await semaphore.acquire()
            let waiter = loop.spawn { try await semaphore.acquire() }
            try semaphore.release()
            waiter.cancel()
            for _ in 0..<2 { await loop.yield() }
            #expect(semaphore.freePermits == 1)
        }
    }

    @Test func aLockAdmitsOneAtATimeInOrder() async throws {
        let log = try await withLoop { loop in
            var log: [Int] = []
            var inside = 0
            let lock = AsyncLock(on: loop)
            try await loop.gather(
                (0..<5).map { number in
                    {
                        try await lock.withLock {
                            inside += 1
                            #expect(inside == 1)
                            log.append(number)
                            for _ in 0..<3 { await loop.yield() }
                            inside -= 1
                        }
                    }
                })
            #expect("\(lock)" == "AsyncLock(free)")
            return log
        }
        #expect(log == [0, 1, 2, 3, 4])
    }

    @Test func aBodyThatReleasesTheLockItselfIsAnError() async throws {
        try await withLoop { loop in
            let lock = AsyncLock(on: loop)
            await #expect(throws: ReleaseError.self) { try await lock.withLock { try lock.release() } }
            #expect(!lock.isLocked)
            let semaphore = BoundedSemaphore(on: loop, permits: 2)
            await #expect(throws: ReleaseError.self) { try await semaphore.withPermit { try semaphore.release() } }
            #expect(semaphore.freePermits == 2)
        }
    }

    @Test func descriptionsTellStateAndWaiters() async throws {
        try await withLoop { loop in
            let condition = AsyncCondition(on: loop)
            let event = AsyncEvent(on: loop)
            let semaphore = AsyncSemaphore(on: loop, permits: 0)
            let bounded = BoundedSemaphore(on: loop, permits: 2)
            let queue = AsyncQueue<Int>(on: loop, capacity: 1)
            try queue.putNow(1)
            let waiting: [Future<Void>] = [
                loop.spawn { try await condition.wait() }, loop.spawn { try await event.wait() },
                loop.spawn { try await semaphore.acquire() }, loop.spawn { try await queue.put(2) },
            ]
            #expect("\(condition)" == "AsyncCondition(1 waiting)")
            #expect("\(event)" == "AsyncEvent(clear, 1 waiting)")
            #expect("\(semaphore)" == "AsyncSemaphore(0 free, 1 waiting)")
            #expect("\(bounded)" == "BoundedSemaphore(2 of 2 free, 0 waiting)")
            #expect("\(queue)" == "AsyncQueue(1 of 1, 0 getting, 1 putting)")
            for future in waiting { future.cancel() }
        }
    }

    @Test func aLockTimesOutAndIsReleasedAfterAnError() async throws {
        try await withLoop(clock: .virtual) { loop in
            let lock = AsyncLock(on: loop)
            try await lock.acquire()
            #expect(lock.isLocked && !lock.tryAcquire())
            await #expect(throws: TimeoutError.self) { try await lock.withLock(timeout: .seconds(1)) {} }
            try lock.release()
            await #expect(throws: Failure.self) { try await lock.withLock { throw Failure() } }
            #expect(!lock.isLocked)
        }
    }
}
