import Foundation
import TestSupport
import Testing

@testable import FetchLoop

/// Tornado: gen.with_timeout.
@Suite struct WithTimeoutTests {
    struct Failure: Error {}

    @Test func timesOutAndCancelsTheBody() async throws {
        try await withLoop(clock: .virtual) { loop in
            let start = loop.now
            var wasCancelled = false
            await #expect(throws: TimeoutError.self) {
                try await loop.withTimeout(.seconds(1)) {
                    do { try await loop.sleep(for: .seconds(100)) } catch {
                        wasCancelled = true
                        throw error
                    }
                }
            }
            #expect(wasCancelled)
            #expect(loop.now - start == .seconds(1))
        }
    }

    @Test func timesOutAtADeadline() async throws {
        try await withLoop(clock: .virtual) { loop in
            let deadline = loop.now.advanced(by: .seconds(3))
            await #expect(throws: TimeoutError.self) {
                try await loop.withTimeout(at: deadline) { try await loop.sleep(for: .seconds(100)) }
            }
            #expect(loop.now == deadline)
        }
    }

    @Test func completesBeforeTheTimeoutAndDisarmsTheTimer() async throws {
        try await withLoop(clock: .virtual) { loop in
            let value = try await loop.withTimeout(.seconds(1000)) {
                try await loop.sleep(for: .seconds(1))
                return 5
            }
            #expect(value == 5)
            #expect(loop.timerCount == 0)
        }
    }

    @Test func failsBeforeTheTimeoutWithTheBodysError() async throws {
        try await withLoop(clock: .virtual) { loop in
            await #expect(throws: Failure.self) {
                try await loop.withTimeout(.seconds(1000)) { throw Failure() }
            }
            #expect(loop.timerCount == 0)
        }
    }

    @Test func alreadyDoneCostsNoTurn() async throws {
        try await withLoop { loop in
            let turns = loop.metrics.turns
            let structured = try await loop.withTimeout(.zero) { 1 }
            #expect(structured == 1)
            let abandoning = try await loop.asFuture(2).value(abandoningAfter: .zero)
            #expect(abandoning == 2)
            #expect(loop.metrics.turns == turns)
        }
    }

    @Test func worksForBlockingCalls() async throws {
        try await withLoop { loop in
            let value = try await loop.withTimeout(.seconds(1000)) { try await loop.runBlocking { 3 }.value }
            #expect(value == 3)
        }
    }

    @Test func aValueGotInSpiteOfTheTimeoutIsNotLost() async throws {
        try await withLoop(clock: .virtual) { loop in
            let value = try await loop.withTimeout(.seconds(1)) {
                try? await loop.sleep(for: .seconds(100))
                return 8
            }
            #expect(value == 8)
        }
    }

    @Test func aLateErrorIsReportedUnlessQuiet() async throws {
        let reports = try await withLoop(clock: .virtual) { loop in
            var reports: [String] = []
            loop.onDiagnostic = { reports.append($0.message) }
            for quiet in [false, true] {
                await #expect(throws: TimeoutError.self) {
                    try await loop.withTimeout(.seconds(1), quiet: quiet) {
                        do { try await loop.sleep(for: .seconds(100)) } catch { throw Failure() }
                    }
                }
            }
            return reports
        }
        #expect(reports == ["error of a coroutine, after its time limit: Failure()"])
    }

    @Test func cancellingItCancelsTheBody() async throws {
        try await withLoop(clock: .virtual) { loop in
            var wasCancelled = false
            let outer = loop.spawn {
                try await loop.withTimeout(.seconds(1000)) {
                    do { try await loop.sleep(for: .seconds(100)) } catch {
                        wasCancelled = true
                        throw error
                    }
                }
            }
            outer.cancel()
            for _ in 0..<4 { await loop.yield() }
            #expect(wasCancelled)
            #expect(loop.timerCount == 0)
        }
    }

    // MARK: The variant that leaves the work running, as Tornado's

    @Test func abandoningLeavesTheWorkRunning() async throws {
        try await withLoop(clock: .virtual) { loop in
            let future = loop.spawn {
                try await loop.sleep(for: .seconds(10))
                return 6
            }
            await #expect(throws: TimeoutError.self) { try await future.value(abandoningAfter: .seconds(1)) }
            #expect(!future.isDone)
            let value = try await future.value
            #expect(value == 6)
        }
    }

    @Test func abandoningDisarmsTheTimerWhenDoneFirst() async throws {
        try await withLoop(clock: .virtual) { loop in
            let future = loop.spawn {
                try await loop.sleep(for: .seconds(1))
                return 6
            }
            let value = try await future.value(abandoningAfter: .seconds(1000))
            #expect(value == 6)
            #expect(loop.timerCount == 0)
        }
    }

    @Test func aLateErrorOfAbandonedWorkIsReportedUnlessQuiet() async throws {
        let reports = try await withLoop(clock: .virtual) { loop in
            var reports: [String] = []
            loop.onDiagnostic = { reports.append($0.message) }
            for quiet in [false, true] {
                let future = loop.spawn(name: "late") {
                    try await loop.sleep(for: .seconds(10))
                    throw Failure()
                }
                await #expect(throws: TimeoutError.self) {
                    try await future.value(abandoningAfter: .seconds(1), quiet: quiet)
                }
                try await loop.sleep(for: .seconds(20))
            }
            return reports
        }
        #expect(reports == ["error of late, after its time limit: Failure()"])
    }

    @Test func cancellingAnAbandoningWaiterLeavesTheWorkRunning() async throws {
        try await withLoop(clock: .virtual) { loop in
            let future = loop.spawn { try await loop.sleep(for: .seconds(10)) }
            let waiter = loop.spawn { try await future.value(abandoningAfter: .seconds(5)) }
            waiter.cancel()
            for _ in 0..<3 { await loop.yield() }
            #expect(!future.isDone)
            await #expect(throws: CancellationError.self) { try await waiter.value }
        }
    }

    /// The turn that ended the future took longer than the limit, and the timer comes before whoever waits.
    @Test func aFutureThatIsDoneIsNotTooLate() async throws {
        try await withLoop(clock: .virtual) { loop in
            let promise = Promise<Int>(on: loop)
            let deadline = loop.now.advanced(by: .seconds(1))
            // Of equal deadlines the one that was set first: the future is done when the wait's own timer fires.
            loop.at(deadline) { promise.trySucceed(4) }
            let value = try await promise.future.value(abandoningAt: deadline)
            #expect(value == 4)
            #expect(loop.timerCount == 0)
        }
    }

    @Test func aBodyThatFailedIsNotTooLate() async throws {
        try await withLoop { loop in
            // On a busy machine the time may be over before the body goes on: then there is more of it.
            for limit in [100, 1000, 10_000] {
                let deadline = loop.now.advanced(by: .milliseconds(limit))
                var isInTime = false
                var caught: (any Error)?
                do {
                    try await loop.withTimeout(at: deadline) {
                        await loop.yield()
                        isInTime = LoopInstant.now < deadline.advanced(by: .milliseconds(-20))
                        while isInTime && LoopInstant.now <= deadline { usleep(1000) }
                        throw Failure()
                    }
                } catch { caught = error }
                guard isInTime || limit == 10_000 else { continue }
                #expect(caught is Failure)
                break
            }
        }
    }

    /// A watchdog that looks at a long job again and again.
    @Test func waitsThatWereGivenUpLeaveNothingBehind() async throws {
        let (stored, reports) = try await withLoop(clock: .virtual) { loop in
            var reports: [String] = []
            loop.onDiagnostic = { reports.append($0.message) }
            let promise = Promise<Int>(on: loop, name: "job")
            for _ in 0..<1000 {
                await #expect(throws: TimeoutError.self) {
                    try await promise.future.value(abandoningAfter: .milliseconds(1))
                }
            }
            let stored = promise.future.storedCallbacks
            promise.tryFail(Failure())
            for _ in 0..<3 { await loop.yield() }
            return (stored, reports)
        }
        #expect(stored < 40)
        #expect(reports == ["error of job, after its time limit: Failure()"])
    }
}
