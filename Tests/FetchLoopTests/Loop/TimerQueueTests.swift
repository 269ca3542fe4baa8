import Testing
import TestSupport

@testable import FetchLoop

@Suite struct TimerQueueTests {
    @Test func timersFireByDeadlineAndEqualOnesInOrderWhateverIsAddedAndCancelled() async throws {
        try await withLoop { loop in
            for seed in 0..<300 as Range<UInt64> {
                var random = SeededGenerator(seed: seed)
                var queue = TimerQueue()
                // The same timers in a plain list.
                var model: [(deadline: Int64, number: Int, timer: LoopTimer)] = []
                var now: Int64 = 0
                for number in 0..<200 {
                    switch Int.random(in: 0..<5, using: &random) {
                    case 0...2:
                        let deadline = now + Int64.random(in: -2...20, using: &random)
                        let timer = LoopTimer(
                            deadline: LoopInstant(nanoseconds: deadline), name: "test", loop: loop, callback: {})
                        queue.insert(timer, now: now)
                        model.append((max(deadline, now), number, timer))
                    case 3:
                        guard let index = model.indices.randomElement(using: &random) else { continue }
                        // As `LoopTimer.cancel`, which tells the loop's own queue.
                        model.remove(at: index).timer.callback = nil
                        queue.noteCancelled()
                    default:
                        now += Int64.random(in: 0...10, using: &random)
                        model.sort { ($0.deadline, $0.number) < ($1.deadline, $1.number) }
                        while let due = model.first, due.deadline <= now {
                            let popped = queue.popDue(now: now, before: queue.horizon)
                            #expect(popped === due.timer, "seed \(seed)")
                            model.removeFirst()
                        }
                        #expect(queue.popDue(now: now, before: queue.horizon) == nil)
                        #expect(queue.nextDeadline() == model.first?.deadline)
                    }
                    #expect(queue.checkInvariants() && queue.count == model.count, "seed \(seed)")
                }
            }
        }
    }

    @Test func timersAddedInAPassWaitForTheNext() async throws {
        try await withLoop { loop in
            var queue = TimerQueue()
            let due = LoopInstant(nanoseconds: 2)
            let first = LoopTimer(deadline: due, name: "test", loop: loop, callback: {})
            queue.insert(first, now: 0)
            let horizon = queue.horizon
            queue.insert(LoopTimer(deadline: due, name: "test", loop: loop, callback: {}), now: 5)
            #expect(queue.popDue(now: 5, before: horizon) === first)
            #expect(queue.popDue(now: 5, before: horizon) == nil)
            #expect(queue.count == 1)
        }
    }

    @Test func aMillionTimersAddedAndRemovedDoNotGrowMemory() async throws {
        try await withLoop { loop in
            for _ in 0..<100 { loop.after(.seconds(1000)) {} }
            var most = 0
            for _ in 0..<1_000_000 {
                loop.after(.seconds(1000)) {}.cancel()
                most = max(most, loop.timers.storedCount)
            }
            #expect(most < 1200)
            #expect(loop.timerCount == 100)
            #expect(loop.timers.checkInvariants())
        }
    }
}
