import FetchLoop
import Testing
import TestSupport

/// A turn that takes too long is reported with the name of who took it. Tornado: `set_blocking_log_threshold`, without
/// a name.
@Suite struct BlockedReportTests {
    private static func block(for duration: Duration = .milliseconds(5)) {
        let end = LoopInstant.now.advanced(by: duration)
        while LoopInstant.now < end {}
    }

    /// The names that were reported while the body ran and for some turns after.
    private static func reports(
        threshold: Duration = .milliseconds(1),
        _ body: nonisolated(nonsending) @escaping @Sendable (EventLoop) async throws -> Void
    ) async throws -> (names: [String], slowest: String) {
        try await withLoop { loop in
            var names: [String] = []
            loop.blockedThreshold = threshold
            loop.onDiagnostic = { if case .blocked(let name, _) = $0 { names.append(name) } }
            try await body(loop)
            for _ in 0..<4 { await loop.yield() }
            return (names, loop.metrics.slowestName)
        }
    }

    @Test func aCoroutineThatBlocksIsNamedWhereverItGoesOn() async throws {
        let (names, slowest) = try await Self.reports { loop in
            let sleeping = loop.spawn(name: "then sleeps") {
                await loop.yield()
                Self.block(for: .milliseconds(20))
                try await loop.sleep(for: .seconds(1000))
            }
            for _ in 0..<3 { await loop.yield() }
            sleeping.cancel()
            try await loop.spawn(name: "then ends") {
                await loop.yield()
                Self.block()
            }.value
            let cancelled = loop.spawn(name: "was cancelled") {
                await loop.yield()
                Self.block()
                await loop.yield()
            }
            cancelled.cancel()
            for _ in 0..<3 { await loop.yield() }
        }
        #expect(names.contains("then sleeps"))
        #expect(names.contains("then ends"))
        #expect(names.contains("was cancelled"))
        // Whichever it was: on a loaded machine each may have been stopped for a while.
        #expect(names.contains(slowest))
    }

    @Test func aFirstStepIsNotItsStartersFault() async throws {
        let (names, _) = try await Self.reports { loop in
            loop.onNextTurn(name: "starter") {
                loop.spawn(name: "blocks at once") { Self.block() }
                loop.spawn(name: "innocent") {}
            }
        }
        #expect(names.contains("blocks at once"))
        #expect(!names.contains("starter"))
    }

    @Test func aCoroutineWithoutANameIsKnownByWhatItWaitsFor() async throws {
        let (names, _) = try await Self.reports { loop in
            loop.spawn {
                await loop.yield()
                Self.block()
                try await loop.sleep(for: .seconds(1000))
            }
        }
        #expect(names.contains("a coroutine that now waits for sleep"))
    }

    @Test func timersAndWatchesAreNamed() async throws {
        let (names, _) = try await Self.reports { loop in
            loop.after(.zero, name: "slow timer") { Self.block() }
            loop.onNextTurn(name: "slow callback") { Self.block() }
        }
        #expect(names.contains("slow timer"))
        #expect(names.contains("slow callback"))
    }

    /// The default threshold is measured by a clock that ticks every few milliseconds.
    @Test func theDefaultThresholdNamesThemToo() async throws {
        let (names, _) = try await Self.reports(threshold: .milliseconds(100)) { loop in
            try await loop.spawn(name: "far too long") {
                await loop.yield()
                Self.block(for: .milliseconds(140))
            }.value
        }
        #expect(names.contains("far too long"))
    }

    @Test func manyQuickStepsThatBlockTogetherAreCounted() async throws {
        let (names, _) = try await Self.reports(threshold: .milliseconds(15)) { loop in
            let steps = (0..<8).map { index in
                loop.spawn(name: "step \(index)") {
                    await loop.yield()
                    Self.block(for: .milliseconds(4))
                }
            }
            _ = try await loop.gather(steps)
        }
        // One of them may have been interrupted by the machine for longer than all the others took.
        #expect(names.contains { $0.hasSuffix(" coroutines") || $0.hasPrefix("step ") })
    }

    /// All of them are over when the report is made.
    @Test func oneOfManyThatEndTogetherIsNamed() async throws {
        let (names, _) = try await Self.reports(threshold: .milliseconds(15)) { loop in
            let steps = (0..<5).map { index in
                loop.spawn(name: "step \(index)") {
                    await loop.yield()
                    if index == 1 { Self.block(for: .milliseconds(200)) }
                }
            }
            _ = try await loop.gather(steps)
        }
        #expect(names.contains("step 1"))
    }
}
