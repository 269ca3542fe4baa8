import FetchLoop
import TestSupport
import Testing

@testable import fetchtop

@Suite struct EngineQueueTimeoutTests {
    /// A turn of the loop that takes longer than the limit is not the fetches' fault: what has a slot takes it first, however
    /// many turns that needs.
    @Test func aLateLoopIsNoReasonToGiveUpWhatHasASlot() throws {
        let bench = try SchedulerBench(
            {
                $0.concurrency.total = 100
                $0.concurrency.perHost = 100
                $0.time.queue = .seconds(10)
            }, script: { _, _ in .answer(200, after: .seconds(200)) })
        bench.scheduler.isHeldBack = true
        // In the moment in which all have waited for too long, and just before anybody looks.
        bench.at(.seconds(10)) { bench.scheduler.isHeldBack = false }
        let ids = bench.add((0..<101).map { "http://a/\($0)" })
        try bench.run()
        #expect(bench.store.counts[.succeeded] == 100)
        // The one for which there was no slot is the one that waited too long.
        #expect(bench.store.counts[.failed] == 1 && bench.store[ids[100]].failure == .queueTimeout)
    }

    /// When which fetch was given up, in seconds.
    private func givenUp(_ bench: SchedulerBench) -> [UInt32: Int] {
        var times: [UInt32: Int] = [:]
        for index in 0..<bench.store.count {
            let fetch = bench.store[FetchID(index: index)]
            if fetch.failure == .queueTimeout { times[UInt32(index)] = Int(fetch.since.nanoseconds / 1_000_000_000) }
        }
        return times
    }

    /// One slot, which the first fetch holds for good; the others wait for ten seconds.
    private func crowded(_ count: Int) throws -> (SchedulerBench, [FetchID]) {
        let bench = try SchedulerBench(
            {
                $0.concurrency.total = 1
                $0.time.queue = .seconds(10)
            }, script: { url, _ in url.hasSuffix("/0") ? .hang : .answer(200) })
        return (bench, bench.add((0..<count).map { "http://a/\($0)" }))
    }

    /// In watch mode a fetch with a lower number may have joined the queue later.
    @Test func eachWaitsAsLongAsItsOwnCheckWhateverItsNumber() throws {
        let bench = try SchedulerBench(
            {
                $0.concurrency.total = 1
                $0.time.queue = .seconds(10)
            }, script: { url, attempt in url.hasSuffix("/2") ? .hang : .answer(200) })
        let ids = bench.add(["http://a/0", "http://a/1", "http://a/2"])
        // All but the last are done; it holds the slot.
        bench.at(.seconds(3)) { bench.scheduler.checkAgain(ids[1], round: 2) }
        bench.at(.seconds(8)) { bench.scheduler.checkAgain(ids[0], round: 2) }
        try bench.run(for: .seconds(60))
        #expect(givenUp(bench) == [1: 13, 0: 18])
    }

    @Test func timeThatAFetchWasPausedIsNoneAndItIsNotForgotten() throws {
        let (bench, ids) = try crowded(3)
        bench.at(.seconds(1)) { bench.scheduler.pause(ids[1]) }
        bench.at(.seconds(25)) { bench.scheduler.resume(ids[1]) }
        try bench.run(for: .seconds(60))
        #expect(givenUp(bench) == [2: 10, 1: 35])
    }

    @Test func whatWasGivenUpAndIsTriedAgainWaitsAsLongAgain() throws {
        let (bench, ids) = try crowded(2)
        bench.at(.seconds(20)) { bench.scheduler.retry(ids[1]) }
        try bench.run(for: .seconds(60))
        #expect(givenUp(bench) == [1: 30])
    }

    /// It stays for a later run.
    @Test func aRunThatEndsGivesNothingUp() throws {
        let (bench, _) = try crowded(3)
        bench.at(.seconds(1)) { bench.scheduler.drain() }
        try bench.run(for: .seconds(60))
        #expect(givenUp(bench).isEmpty && bench.store.counts[.queued] == 2)
    }
}
