import FetchLoop
import Foundation
import Testing
import TestSupport

import class TestSupport.Pipe

/// Tornado: IOLoop.run_sync, start, stop; logging of errors.
@Suite struct RunTests {
    struct Failure: Error {}

    @Test func returnsTheValueOfASynchronousOrSuspendedBody() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            let atOnce = try loop.run { 1 }
            #expect(atOnce == 1)
            let value = try loop.run {
                await loop.yield()
                return 2
            }
            #expect(value == 2)
            try loop.run {}
        }
    }

    @Test func throwsTheErrorOfASynchronousOrSuspendedBody() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            #expect(throws: Failure.self) { try loop.run { throw Failure() } }
            #expect(throws: Failure.self) {
                try loop.run {
                    await loop.yield()
                    throw Failure()
                }
            }
        }
    }

    @Test func aTimeoutThatIsNotReachedIsDisarmed() async throws {
        try await onFreshThread {
            let loop = try EventLoop(clock: .virtual)
            let value = try loop.run(timeout: .seconds(1000)) { 1 }
            #expect(value == 1)
            #expect(loop.timerCount == 0)
        }
    }

    @Test func stoppedBeforeTheResultIsAnErrorAndTheBodyIsCancelled() async throws {
        try await onFreshThread {
            let loop = try EventLoop(clock: .virtual)
            var wasCancelled = false
            loop.after(.seconds(1)) { loop.stop() }
            #expect(throws: LoopError.stopped) {
                try loop.run {
                    do { try await loop.sleep(for: .seconds(1000)) } catch { wasCancelled = true }
                }
            }
            #expect(wasCancelled)
        }
    }

    @Test func aRunThatWasStoppedLeavesNothingToTheNext() async throws {
        try await onFreshThread {
            let loop = try EventLoop(clock: .virtual)
            loop.after(.seconds(1)) { loop.stop() }
            #expect(throws: LoopError.stopped) { try loop.run { try await loop.sleep(for: .seconds(1000)) } }
            let value = try loop.run { 2 }
            #expect(value == 2)
        }
    }

    @Test func stopEndsAfterTheCurrentTurn() async throws {
        let order = try await onFreshThread {
            let loop = try EventLoop()
            var order: [String] = []
            loop.onNextTurn {
                order.append("stop")
                loop.stop()
                loop.onNextTurn { order.append("next run") }
            }
            loop.onNextTurn { order.append("same turn") }
            try loop.run()
            order.append("stopped")
            loop.onNextTurn { loop.stop() }
            try loop.run()
            return order
        }
        #expect(order == ["stop", "same turn", "stopped", "next run"])
    }

    @Test func errorsOfCallbacksTimersWatchesAndFutureCallbacksAreReportedByName() async throws {
        let reports = try await withLoop { loop in
            var reports: [String] = []
            loop.onDiagnostic = { reports.append($0.message) }
            let pipe = try Pipe()
            pipe.write("x")
            loop.onNextTurn(name: "a callback") { throw Failure() }
            loop.after(.zero, name: "a timer") { throw Failure() }
            var watch: Watch?
            watch = try loop.watch(pipe.readEnd, for: .read, name: "a watch") { _ in
                watch?.cancel()
                throw Failure()
            }
            loop.asFuture(1).whenDone { _ in throw Failure() }
            loop.spawn(name: "a coroutine") { throw Failure() }
            while reports.count < 5 { await loop.yield() }
            return reports
        }
        #expect(
            Set(reports) == [
                "error in a callback: Failure()", "error in a timer: Failure()", "error in a watch: Failure()",
                "error in future callback: Failure()", "error of a coroutine, never retrieved: Failure()",
            ])
    }

    @Test func aFutureSettledByAnotherThreadsPostReachesItsCallbacks() async throws {
        try await withLoop { loop in
            let futures = (0..<10).map { number in loop.runBlocking { number } }
            let all = Promise<[Int]>(on: loop)
            var values: [Int] = []
            for future in futures {
                future.whenDone { future in
                    values.append(try future.result())
                    if values.count == 10 { all.trySucceed(values) }
                }
            }
            let arrived = try await all.future.value
            #expect(arrived.sorted() == Array(0..<10))
        }
    }

    @Test func anErrorOfABlockingCallReachesTheWaiter() async throws {
        try await withLoop { loop in
            let call = loop.runBlocking { throw Failure() }
            await #expect(throws: Failure.self) { try await call.value }
        }
    }

    @Test func aCancelledBlockingCallRunsOnAndItsResultIsDropped() async throws {
        try await withLoop { loop in
            let future = loop.runBlocking(name: "call") { 1 }
            #expect(future.cancel())
            await #expect(throws: CancellationError.self) { try await future.value }
        }
    }

    @Test func stoppedBeforeItBeganTheBodyIsNotRun() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            var began = false
            loop.stop()
            #expect(throws: LoopError.stopped) { try loop.run { began = true } }
            for _ in 0..<3 { try loop.run { await loop.yield() } }
            #expect(!began)
        }
    }

    /// The step that ended the body took longer than the timeout, and the timer is looked at before who waits goes on.
    @Test func aResultThatIsThereIsNotTooLate() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            loop.blockedThreshold = .seconds(3600)
            // On a busy machine the time may be over before the body goes on: then there is more of it.
            for limit in [100, 1000, 10_000] {
                let deadline = LoopInstant.now.advanced(by: .milliseconds(limit + 1))
                var isInTime = false
                let result = Result {
                    try loop.run(timeout: .milliseconds(limit)) {
                        await loop.yield()
                        isInTime = LoopInstant.now < deadline.advanced(by: .milliseconds(-20))
                        while isInTime && LoopInstant.now < deadline { usleep(1000) }
                        return 3
                    }
                }
                guard isInTime || limit == 10_000 else { continue }
                #expect(try result.get() == 3)
                break
            }
            let timedOut = #expect(throws: LoopError.self) {
                try loop.run(timeout: .milliseconds(1)) { try await loop.sleep(for: .seconds(1000)) }
            }
            #expect(timedOut == .timedOut)
            #expect(loop.timerCount == 0)
        }
    }

    /// Whoever is resumed to end is inside the loop: a blocking client has no place there.
    @Test func aBodyThatIsCancelledEndsInsideTheLoop() async throws {
        try await onFreshThread {
            let loop = try EventLoop(clock: .virtual)
            var wasInside: Bool?
            loop.after(.seconds(1)) { loop.stop() }
            #expect(throws: LoopError.stopped) {
                try loop.run {
                    do { try await loop.sleep(for: .seconds(1000)) } catch {
                        wasInside = EventLoop.isRunningOnThisThread
                        throw error
                    }
                }
            }
            #expect(wasInside == true)
            #expect(!EventLoop.isRunningOnThisThread)
        }
    }

    @Test func aStopAsTheBodyEndsDoesNotStopTheNextRun() async throws {
        try await onFreshThread {
            let loop = try EventLoop(clock: .virtual)
            #expect(throws: LoopError.stopped) {
                loop.after(.seconds(1)) { loop.stop() }
                try loop.run {
                    defer { loop.stop() }
                    try await loop.sleep(for: .seconds(1000))
                }
            }
            let value = try loop.run { 5 }
            #expect(value == 5)
        }
    }
}
