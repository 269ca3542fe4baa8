import FetchLoop
import Foundation
import Testing
import TestSupport

/// The meter reads the clock after each of a few callbacks, and a cheaper one after each of many.
@Suite struct LoopMeterTests {
    @Test(arguments: [0, 3, 100]) func theOneThatBlocksIsNamedHoweverManyRunBeforeIt(crowd: Int) async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            var reports: [(name: String, duration: Duration)] = []
            loop.onDiagnostic = { if case .blocked(let name, let duration) = $0 { reports.append((name, duration)) } }
            for _ in 0..<crowd { loop.onNextTurn(name: "quick") {} }
            loop.onNextTurn(name: "slow") { usleep(150_000) }
            for _ in 0..<crowd { loop.onNextTurn(name: "quick") {} }
            loop.onNextTurn { loop.stop() }
            try loop.run()
            let slow = try #require(reports.first { $0.name == "slow" })
            // The cheap clock is behind by a step of at most 10 ms.
            #expect(slow.duration >= .milliseconds(140))
            #expect(loop.metrics.slowestNanoseconds >= 140_000_000)
            #expect(loop.metrics.callbacks == UInt64(2 * crowd + 2))
        }
    }

    @Test func theTimeOfACrowdedTurnIsCounted() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            loop.onDiagnostic = { _ in }
            // None of them is long, all together are.
            for _ in 0..<50 { loop.onNextTurn { usleep(2_000) } }
            loop.onNextTurn { loop.stop() }
            try loop.run()
            #expect(loop.metrics.busyNanoseconds >= 100_000_000)
            var now = loop.now
            loop.onNextTurn {
                now = loop.now
                loop.stop()
            }
            try loop.run()
            #expect(now <= LoopInstant.now)
        }
    }
}
