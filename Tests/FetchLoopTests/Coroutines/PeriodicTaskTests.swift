import FetchLoop
import Testing
import TestSupport

/// Tornado: PeriodicCallback.
@Suite struct PeriodicTaskTests {
    /// Seconds since `start`, of a virtual clock.
    private static func seconds(_ loop: EventLoop, since start: LoopInstant) -> Int {
        Int((loop.now - start).components.seconds)
    }

    @Test func callsOncePerPeriodFirstAfterOne() async throws {
        let calls = try await withLoop(clock: .virtual) { loop in
            let start = loop.now
            var calls: [Int] = []
            let task = loop.every(.seconds(10)) { calls.append(Self.seconds(loop, since: start)) }
            try await loop.sleep(for: .seconds(35))
            task.stop()
            try await loop.sleep(for: .seconds(35))
            #expect(!task.isRunning)
            return calls
        }
        #expect(calls == [10, 20, 30])
    }

    @Test func asyncBodiesAreAwaitedAndNeverOverlap() async throws {
        let (calls, most) = try await withLoop(clock: .virtual) { loop in
            let start = loop.now
            var calls: [Int] = []
            var (inside, most) = (0, 0)
            let task = loop.every(.seconds(10)) {
                calls.append(Self.seconds(loop, since: start))
                inside += 1
                most = max(most, inside)
                try await loop.sleep(for: .seconds(25))
                inside -= 1
            }
            try await loop.sleep(for: .seconds(100))
            task.stop()
            return (calls, most)
        }
        #expect(most == 1)
        #expect(calls == [10, 40, 70, 100])
    }

    /// Tornado's starts a second chain here.
    @Test func restartWhileABodyIsInFlightMakesNoSecondChain() async throws {
        let calls = try await withLoop(clock: .virtual) { loop in
            let start = loop.now
            var calls: [Int] = []
            let task = loop.every(.seconds(10)) {
                calls.append(Self.seconds(loop, since: start))
                try await loop.sleep(for: .seconds(5))
            }
            loop.after(.seconds(12)) {
                task.stop()
                task.start()
                task.start()
            }
            try await loop.sleep(for: .seconds(55))
            task.stop()
            return calls
        }
        #expect(calls == [10, 22, 32, 42, 52])
    }

    @Test func aStopAfterARestartInFlightIsTheLastWord() async throws {
        let calls = try await withLoop(clock: .virtual) { loop in
            let start = loop.now
            var calls: [Int] = []
            let task = loop.every(.seconds(10)) {
                calls.append(Self.seconds(loop, since: start))
                try await loop.sleep(for: .seconds(5))
            }
            loop.after(.seconds(12)) {
                task.stop()
                task.start()
            }
            loop.after(.seconds(16)) { task.stop() }
            try await loop.sleep(for: .seconds(55))
            return calls
        }
        #expect(calls == [10])
    }

    @Test func restartBetweenBodiesCountsFromTheRestart() async throws {
        let calls = try await withLoop(clock: .virtual) { loop in
            let start = loop.now
            var calls: [Int] = []
            let task = loop.every(.seconds(10)) { calls.append(Self.seconds(loop, since: start)) }
            loop.after(.seconds(13)) {
                task.stop()
                task.start()
            }
            try await loop.sleep(for: .seconds(45))
            task.stop()
            return calls
        }
        #expect(calls == [10, 23, 33, 43])
    }

    @Test func stopInsideTheBodyEndsIt() async throws {
        let count = try await withLoop(clock: .virtual) { loop in
            var count = 0
            var task: PeriodicTask?
            task = loop.every(.seconds(1)) {
                count += 1
                if count == 2 { task?.stop() }
            }
            // Each holds the other, since it could be started again.
            defer { task = nil }
            try await loop.sleep(for: .seconds(10))
            return count
        }
        #expect(count == 2)
    }

    @Test func anErrorIsReportedAndTheTaskGoesOn() async throws {
        let reports = try await withLoop(clock: .virtual) { loop in
            var reports: [String] = []
            loop.onDiagnostic = { reports.append($0.message) }
            let task = loop.every(.seconds(1), name: "failing") { throw TimeoutError() }
            try await loop.sleep(for: .milliseconds(2500))
            task.stop()
            return reports
        }
        #expect(reports == Array(repeating: "error in failing: the time limit was reached", count: 2))
    }
}
