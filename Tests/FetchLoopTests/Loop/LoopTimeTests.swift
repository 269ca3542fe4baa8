import Foundation
import TestSupport
import Testing

@testable import FetchLoop

@Suite struct LoopTimeTests {
    /// The loop sleeps in its poll; what wakes it must not see the time at which it fell asleep.
    @Test func aTimerSetByAnEventCountsFromTheEvent() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            let pipe = try TestSupport.Pipe()
            let end = pipe.writeEnd
            // Long enough asleep for a timer of the half to be due at once, if it counted from before.
            Thread.detachNewThread {
                usleep(200_000)
                _ = write(end, "x", 1)
            }
            var length = Duration.zero
            var watch: Watch?
            watch = try loop.watch(pipe.readEnd, for: .read, name: "wake") { _ in
                watch?.cancel()
                let start = ContinuousClock.now
                loop.after(.milliseconds(100), name: "after the event") {
                    length = ContinuousClock.now - start
                    loop.stop()
                }
            }
            try loop.run()
            #expect(length >= .milliseconds(100), "a timer never fires early")
        }
    }

    /// Between runs nothing moves the time of a turn.
    @Test func outsideRunNowIsTheTimeItIs() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            try loop.run {}
            let before = LoopInstant.now
            #expect(loop.now >= before)
            usleep(60_000)
            let start = LoopInstant.now
            let timer = loop.after(.milliseconds(50)) {}
            #expect(timer.deadline >= start.advanced(by: .milliseconds(50)))
            timer.cancel()
            // Had it begun when the last run ended, it would be over.
            var waited: [String] = []
            let wait = loop.after(.seconds(1000), name: "limit") { waited.append("limit") }
            #expect(loop.pendingTimers.map(\.deadline) == [wait.deadline])
            #expect(wait.deadline >= start.advanced(by: .seconds(1000)))
            wait.cancel()
            try loop.run { waited.append("body") }
            #expect(waited == ["body"])
        }
    }

    /// The time the loop stood still does not count.
    @Test func aRunsTimeoutCountsFromItsCall() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            usleep(60_000)
            var deadline: LoopInstant?
            let start = LoopInstant.now
            try loop.run(timeout: .seconds(1000)) {
                await loop.yield()
                deadline = loop.pendingTimers.first { $0.name == "run timeout" }?.deadline
            }
            #expect(deadline.map { $0 >= start.advanced(by: .seconds(1000)) } == true)
        }
    }

    /// One that is added in a pass over those due, with a deadline before theirs, must not end the pass.
    @Test func timersInThePastStarveNoOther() async throws {
        try await withLoop(clock: .virtual) { loop in
            var order: [String] = []
            var renewals = 0
            func renew() {
                renewals += 1
                if renewals < 100 { loop.at(LoopInstant(nanoseconds: 0)) { renew() } }
            }
            loop.at(LoopInstant(nanoseconds: 0)) { renew() }
            for name in ["first", "second"] { loop.after(.zero) { order.append("\(name) after \(renewals)") } }
            while renewals < 100 { await loop.yield() }
            #expect(order == ["first after 1", "second after 1"])
        }
    }

    @Test func instantsAndDurationsSaturate() {
        let (first, last) = (LoopInstant(nanoseconds: .min), LoopInstant(nanoseconds: .max))
        #expect(first.duration(to: last) == .nanoseconds(Int64.max))
        #expect(first - last == .nanoseconds(Int64.min))
        #expect(last.advanced(by: .seconds(1)) == last)
    }
}
