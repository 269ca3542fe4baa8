import FetchLoop
import Testing

@testable import fetchtop

@Suite struct EngineCommandTests {
    static func urls(_ count: Int) -> [String] { EngineSchedulerTests.urls(count) }

    @Test func cancellingFreesTheSlotAtOnce() throws {
        let bench = try SchedulerBench(
            { $0.concurrency.total = 1 }, script: { url, _ in url.hasSuffix("0") ? .hang : .answer(200) })
        let ids = bench.add(Self.urls(3))
        bench.at(.seconds(1)) {
            #expect(bench.scheduler.cancel(ids[0]))
            #expect(bench.scheduler.slotsTaken == 0)
            #expect(!bench.scheduler.cancel(ids[0]))
        }
        try bench.run()
        #expect(bench.states() == "-++")
        #expect(bench.store[ids[0]].detail?.attempts.count == 1)
    }

    @Test func whatWaitsIsCancelledToo() throws {
        let bench = try SchedulerBench(
            { $0.concurrency.total = 1 }, script: { url, _ in url.hasSuffix("0") ? .fail(.timeout) : .answer(200) })
        let ids = bench.add(Self.urls(3))
        bench.scheduler.cancel(ids[2])
        bench.at(.milliseconds(11)) {
            #expect(bench.store[ids[0]].state == .backoff)
            bench.scheduler.cancel(ids[0])
        }
        try bench.run()
        #expect(bench.states() == "-+-")
        #expect(bench.client.starts.count == 2)
    }

    /// A million records in one turn would hold up everything else.
    @Test func allThatWaitsIsCancelledInPiecesAndNoneOfItStartsMeanwhile() throws {
        let bench = try SchedulerBench(
            { $0.concurrency.total = 1 }, script: { _, _ in .answer(200, after: .seconds(5)) })
        bench.add(Self.urls(2_000))
        bench.at(.seconds(1)) {
            bench.scheduler.cancelWaiting()
            #expect((1...500).contains(bench.store.counts[.cancelled]))
            bench.scheduler.setConcurrency(10)
        }
        try bench.run()
        #expect(bench.store.counts[.cancelled] == 1_999 && bench.store.counts[.succeeded] == 1)
        #expect(bench.client.starts.count == 1)
    }

    @Test func aPausedFetchDoesNotStartUntilItIsResumed() throws {
        let bench = try SchedulerBench { $0.concurrency.total = 1 }
        let ids = bench.add(Self.urls(3))
        bench.scheduler.pause(ids[1])
        #expect(bench.store.waitReason(of: ids[1]) == .paused)
        try bench.run(for: .seconds(5))
        #expect(bench.states() == "+p+")
        bench.scheduler.resume(ids[1])
        try bench.run()
        #expect(bench.states() == "+++")
    }

    @Test func pausingInFlightLetsAnotherRunAndResumingGoesOnWhereItStopped() throws {
        let bench = try SchedulerBench(
            { $0.concurrency.total = 1 }, script: { _, _ in .answer(200, after: .seconds(10)) })
        let ids = bench.add(Self.urls(2))
        bench.at(.seconds(1)) { #expect(bench.scheduler.pause(ids[0])) }
        bench.at(.seconds(2)) { #expect(bench.states() == "pD") }
        bench.at(.seconds(30)) {
            #expect(bench.states() == "p+")
            bench.scheduler.resume(ids[0])
        }
        try bench.run()
        #expect(bench.states() == "++")
        #expect(bench.client.starts.count == 2)
    }

    @Test func aPausedTransferCanBeCancelled() throws {
        let bench = try SchedulerBench(script: { _, _ in .hang })
        let id = bench.add("http://a/1")
        bench.at(.seconds(1)) { bench.scheduler.pause(id) }
        bench.at(.seconds(2)) { bench.scheduler.cancel(id) }
        try bench.run(for: .seconds(3))
        #expect(bench.states() == "-")
        #expect(bench.scheduler.slotsTaken == 0)
        #expect(bench.client.open.isEmpty)
    }

    @Test func aFinishedFetchIsRetriedByHandWithItsFullNumberOfRetries() throws {
        let bench = try SchedulerBench(script: { _, attempt in attempt < 6 ? .answer(503) : .answer(200) })
        let id = bench.add("http://a/1")
        try bench.run()
        #expect(bench.states() == "!")
        #expect(bench.scheduler.retry(id))
        try bench.run()
        #expect(bench.states() == "+")
        #expect(bench.store[id].attempts == 6)
        #expect(bench.store.outcomes.byClass[5] == 0)
    }

    @Test func whilePausedNothingStartsAndWhatRunsEnds() throws {
        let bench = try SchedulerBench(
            { $0.concurrency.total = 2 }, script: { _, _ in .answer(200, after: .seconds(1)) })
        let ids = bench.add(Self.urls(6))
        bench.at(.milliseconds(1_500)) { bench.scheduler.pauseAll() }
        bench.at(.seconds(9)) {
            #expect(bench.store.counts.inFlight == 0)
            #expect(bench.store.waitReason(of: ids[5]) == .pausedAll)
            bench.scheduler.resumeAll()
        }
        try bench.run()
        #expect(bench.store.counts[.succeeded] == 6)
    }

    @Test func drainingEndsWhatRunsAndStartsNothing() throws {
        let bench = try SchedulerBench(
            { $0.concurrency.total = 2 },
            script: { url, _ in url.hasSuffix("1") ? .answer(503, after: .seconds(2)) : .answer(200, after: .seconds(1))
            })
        bench.add(Self.urls(6))
        bench.at(.milliseconds(500)) { bench.scheduler.drain() }
        try bench.run()
        #expect(bench.states() == "+zqqqq")
        #expect(bench.store.waitReason(of: FetchID(index: 5)) == .draining)
    }

    @Test func abortingLeavesUnfinishedWhatRan() throws {
        let bench = try SchedulerBench({ $0.concurrency.total = 3 }, script: { _, _ in .hang })
        bench.add(Self.urls(6))
        bench.at(.seconds(1)) { bench.scheduler.abort() }
        try bench.run()
        #expect(bench.states() == "qqqqqq")
        #expect(bench.client.open.isEmpty)
        #expect(bench.scheduler.slotsTaken == 0)
    }

    @Test func thePhasesOfVisibleRowsAreAskedFor() throws {
        let bench = try SchedulerBench(script: { _, _ in .hang })
        let id = bench.add("http://a/1")
        bench.at(.seconds(1)) {
            bench.client.open[id]?.state = .handshaking
            bench.scheduler.refreshPhases(of: [id])
            #expect(bench.states() == "T")
        }
        try bench.run(for: .seconds(2))
    }

    @Test(arguments: 1...12) func anyOrderOfCommandsKeepsTheCountsAndEnds(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let outcomes: [FakeTransferClient.Script] = [
            .answer(200), .answer(404), .answer(503), .fail(.timeout), .fail(.refused), .hang, .refuse,
            .answer(429, headers: "Retry-After: 3\r\n"),
        ]
        let bench = try SchedulerBench(
            {
                $0.concurrency.total = 4
                $0.concurrency.perHost = 2
                $0.order = RunOptions.Order.allCases[Int(seed % 3)]
                if seed % 4 == 0 { $0.rate.starts = .init(count: 20, per: .seconds(1)) }
            }, script: { _, _ in outcomes.randomElement(using: &random)! })
        for step in 0..<150 {
            bench.at(.milliseconds(Int64(step) * 30)) {
                if step < 60 { bench.add("http://h\(step % 4)/\(step)", priority: Int32(step % 3)) }
                let id = FetchID(index: Int.random(in: 0..<bench.store.count, using: &random))
                switch Int.random(in: 0..<8, using: &random) {
                case 0: bench.scheduler.cancel(id)
                case 1: bench.scheduler.pause(id)
                case 2: bench.scheduler.resume(id)
                case 3: bench.scheduler.retry(id)
                case 4: bench.scheduler.setPriority(Int32.random(in: -2...2, using: &random), of: id)
                case 5: bench.scheduler.setConcurrency(Int.random(in: 1...6, using: &random))
                case 6: step % 2 == 0 ? bench.scheduler.pauseAll() : bench.scheduler.resumeAll()
                default: break
                }
                #expect(bench.scheduler.slotsTaken == bench.client.open.values.count { !$0.isPaused })
            }
        }
        bench.at(.seconds(200)) {
            bench.scheduler.resumeAll()
            for index in 0..<bench.store.count {
                let id = FetchID(index: index)
                if !bench.store[id].state.isFinished { bench.scheduler.cancel(id) }
            }
        }
        try bench.run(for: .seconds(300), stopsWhenIdle: false)
        #expect(bench.store.counts.finished == bench.store.count)
        #expect(bench.scheduler.slotsTaken == 0)
        #expect(bench.client.open.isEmpty)
    }
}
