import FetchLoop
import Testing

@testable import fetchtop

@Suite struct EngineSchedulerTests {
    static func urls(_ count: Int, host: String = "a.example") -> [String] {
        (0..<count).map { "http://\(host)/\($0)" }
    }

    // MARK: - Limits and order

    @Test func noMoreThanTheLimitAreInFlight() throws {
        let bench = try SchedulerBench { $0.concurrency.total = 7 }
        for host in 0..<5 { bench.add(Self.urls(20, host: "h\(host)")) }
        try bench.run()
        #expect(bench.client.mostOpen == 7)
        #expect(bench.store.counts[.succeeded] == 100)
    }

    @Test func aHostHasNoMoreThanItsLimitAndHoldsNobodyElseBack() throws {
        let bench = try SchedulerBench(
            {
                $0.concurrency.perHost = 3
                $0.concurrency.byHost = ["small": 1]
            },
            script: { url, _ in .answer(200, after: url.contains("slow") ? .seconds(100) : .milliseconds(10)) })
        bench.add(Self.urls(30, host: "slow"))
        bench.add(Self.urls(10, host: "small"))
        bench.add(Self.urls(10, host: "quick"))
        try bench.run()
        #expect(bench.client.mostOpenByHost == ["slow": 3, "small": 1, "quick": 3])
        #expect(bench.client.startTimes { $0.contains("quick") }.max()! < 0.1)
    }

    @Test func firstComeFirstServed() throws {
        let bench = try SchedulerBench { $0.concurrency.total = 1 }
        let urls = (0..<30).map { "http://h\($0 * 7 % 4)/\($0)" }
        bench.add(urls)
        try bench.run()
        #expect(bench.client.starts.map(\.url) == urls)
    }

    @Test func hostFairTakesTurns() throws {
        let bench = try SchedulerBench {
            $0.concurrency.total = 1
            $0.order = .hostFair
        }
        for host in ["a", "b", "c"] { bench.add(Self.urls(4, host: host)) }
        try bench.run()
        #expect(bench.client.starts.map { hostName(ofURL: $0.url) }.joined() == "abcabcabcabc")
    }

    @Test func higherPrioritiesGoFirst() throws {
        let bench = try SchedulerBench {
            $0.concurrency.total = 1
            $0.order = .priority
        }
        bench.add("http://a/low")
        bench.add("http://b/high", priority: 5)
        bench.add("http://a/middle", priority: 2)
        bench.add("http://a/high", priority: 5)
        try bench.run()
        #expect(bench.client.starts.map(\.url.last!) == ["h", "h", "e", "w"])
    }

    @Test func raisingThePriorityOfAWaitingFetchMovesIt() throws {
        let bench = try SchedulerBench {
            $0.concurrency.total = 1
            $0.order = .priority
        }
        let ids = bench.add(Self.urls(5))
        bench.scheduler.setPriority(9, of: ids[4])
        try bench.run()
        #expect(bench.client.starts.first?.url == "http://a.example/4")
        #expect(bench.store[ids[4]].priority == 9)
    }

    @Test func limitsChangeWhileItRuns() throws {
        let bench = try SchedulerBench(
            {
                $0.concurrency.total = 2
                $0.concurrency.perHost = 100
            }, script: { _, _ in .answer(200, after: .seconds(1)) })
        bench.add(Self.urls(40))
        bench.at(.milliseconds(3_500)) { bench.scheduler.setConcurrency(9) }
        bench.at(.milliseconds(5_500)) {
            #expect(bench.client.mostOpen == 9)
            bench.scheduler.setLimit(3, of: bench.store[FetchID(index: 0)].host)
        }
        bench.at(.milliseconds(7_500)) { #expect(bench.client.open.count == 3) }
        try bench.run()
        #expect(bench.store.counts[.succeeded] == 40)
    }

    /// The loop's clock is read once a turn, libcurl's at each step.
    @Test(arguments: [4, 10, 25])
    func theTimesOfARecordAreAsFarApartAsItsTotal(milliseconds: Int) throws {
        let bench = try SchedulerBench({ $0.retry.delay = .zero }) { url, attempt in
            .answer(url.hasSuffix("/2") && attempt == 1 ? 503 : 200)
        }
        bench.client.total = .milliseconds(milliseconds)
        bench.at(.seconds(1)) { bench.add("http://a/1", "http://a/2") }
        try bench.run(for: .seconds(2), stopsWhenIdle: false)
        // Never before it was added, nor before the attempt before it ended.
        let length = Duration.milliseconds(min(milliseconds, 10))
        for index in 0..<2 {
            let fetch = bench.store[FetchID(index: index)]
            let attempts = fetch.detail?.attempts ?? []
            #expect(attempts.count == index + 1)
            for attempt in attempts { #expect(attempt.finishedAt - attempt.startedAt == length) }
            #expect(fetch.detail?.firstStartedAt == attempts.first?.startedAt)
        }
    }

    // MARK: - Retries

    @Test func transientFailuresAreRetriedWithGrowingJitteredDelays() throws {
        let bench = try SchedulerBench({ $0.retry.count = 6 }, script: { _, _ in .answer(503) })
        bench.add("http://a/1")
        try bench.run()
        #expect(bench.client.starts.count == 7)
        #expect(bench.states() == "!")
        let times = bench.client.startTimes()
        for number in 1..<7 {
            let delay = times[number] - times[number - 1]
            #expect(delay <= Double(1 << (number - 1)) + 0.02)
        }
        #expect(times.last! > 5)
        #expect(bench.store.statistics.retries == 6)
        #expect(bench.store[FetchID(index: 0)].detail?.attempts.count == 7)
    }

    @Test func aRetryThatSucceedsEndsWell() throws {
        let bench = try SchedulerBench(script: { _, attempt in attempt == 1 ? .fail(.timeout) : .answer(200) })
        let id = bench.add("http://a/1")
        try bench.run()
        #expect(bench.states() == "+")
        #expect(bench.store[id].failure == nil)
        #expect(bench.store[id].attempts == 2)
        #expect(bench.store[id].detail!.waits.retry > .zero)
    }

    @Test(arguments: [
        (FailureKind.timeout, "GET", 3), (.dns, "GET", 3), (.reset, "GET", 3), (.reset, "POST", 1),
        (.refused, "GET", 1), (.certificate, "GET", 1), (.emptyReply, "PUT", 3),
    ])
    func whatIsNotTransientIsNotRetried(kind: FailureKind, method: String, attempts: Int) throws {
        let bench = try SchedulerBench(script: { _, _ in .fail(kind) })
        var job = FetchJob(url: "http://a/1")
        job.values.method = method
        bench.scheduler.add(job)
        try bench.run()
        #expect(bench.client.starts.count == attempts)
        #expect(bench.states() == "x")
    }

    @Test func aNamedDelayIsKeptAndAJobHasItsOwnNumberOfRetries() throws {
        let bench = try SchedulerBench({ $0.retry.delay = .seconds(5) }, script: { _, _ in .answer(500) })
        var job = FetchJob(url: "http://a/1")
        job.values.retries = 1
        bench.scheduler.add(job)
        try bench.run()
        let times = bench.client.startTimes()
        #expect(times.count == 2)
        #expect(abs(times[1] - times[0] - 5.01) < 0.001)
    }

    @Test func noRetryStartsAfterTheMaximumTime() throws {
        let bench = try SchedulerBench(
            {
                $0.retry.count = 100
                $0.retry.delay = .seconds(10)
                $0.retry.maxTime = .seconds(35)
            }, script: { _, _ in .answer(500) })
        bench.add("http://a/1")
        try bench.run()
        #expect(bench.client.starts.count == 5)
    }

    @Test func anOrderThatCannotStartFailsWithoutKeepingASlot() throws {
        let bench = try SchedulerBench(
            { $0.concurrency.total = 1 }, script: { url, _ in url.contains("bad") ? .refuse : .answer(200) })
        bench.add("http://a/bad", "http://a/good")
        try bench.run()
        #expect(bench.states() == "x+")
        #expect(bench.scheduler.slotsTaken == 0)
    }

    // MARK: - Retry-After

    @Test(arguments: ["Retry-After: 30\r\n", "retry-after: Sun, 06 Nov 1994 08:50:07 GMT\r\n"])
    func anOriginThatAsksForAPauseGetsItAndNobodyElseWaits(header: String) throws {
        let bench = try SchedulerBench(
            { $0.concurrency.perHost = 2 },
            script: { url, attempt in
                url.contains("/busy/0") && attempt == 1
                    ? .answer(429, headers: header) : .answer(200, after: .seconds(1))
            })
        bench.add((0..<10).map { "http://busy/busy/\($0)" })
        bench.add(Self.urls(10, host: "other"))
        bench.at(.seconds(10)) {
            let waiting = FetchID(index: 5)
            guard case .retryAfter(let until) = bench.store.waitReason(of: waiting) else {
                Issue.record("#6 does not say why it waits")
                return
            }
            #expect(abs(until.nanoseconds - 30_000_000_000) < 20_000_000)
        }
        try bench.run()
        let busy = bench.client.startTimes { $0.contains("busy") }
        #expect(busy.count { $0 > 0.01 && $0 < 29.99 } == 0)
        #expect(busy.count == 11)
        #expect(bench.client.startTimes { $0.contains("other") }.max()! < 6)
        #expect(bench.store[FetchID(index: 0)].detail!.waits.retry >= .milliseconds(29_900))
    }

    @Test func aPauseLongerThanTheMaximumIsNotWaitedFor() throws {
        let bench = try SchedulerBench(script: { _, _ in .answer(503, headers: "Retry-After: 86400\r\n") })
        bench.add("http://a/1")
        try bench.run()
        #expect(bench.client.starts.count == 1)
        #expect(bench.states() == "!")
    }

    // MARK: - Rates

    @Test func aRateHoldsWhateverRunsInParallel() throws {
        let bench = try SchedulerBench(
            {
                $0.rate.starts = .init(count: 5, per: .seconds(1))
                $0.concurrency.perHost = 100
            }, script: { _, _ in .answer(200, after: .seconds(30)) })
        bench.add(Self.urls(40))
        bench.at(.seconds(2)) { #expect(bench.store.waitReason(of: FetchID(index: 39))?.word == "rate") }
        try bench.run()
        let times = bench.client.startTimes()
        for (index, time) in times.enumerated() { #expect(abs(time - Double(index) * 0.2) < 0.005) }
    }

    @Test func aRateForEachHostHoldsForEach() throws {
        let bench = try SchedulerBench {
            $0.rate.startsPerHost = .init(count: 10, per: .seconds(1))
            $0.rate.byHost = ["c": .init(count: 1, per: .seconds(1))]
        }
        for host in ["a", "b", "c"] { bench.add(Self.urls(10, host: host)) }
        try bench.run()
        for (host, length) in [("a", 0.9), ("b", 0.9), ("c", 9)] {
            let times = bench.client.startTimes { hostName(ofURL: $0) == host }
            #expect(abs(times.max()! - times.min()! - length) < 0.02)
        }
    }

    @Test func aFastRateIsReachedThoughTimersAreCoarse() throws {
        var bucket = TokenBucket(.init(count: 1_000, per: .seconds(1)))
        var taken = 0
        // A caller that looks only every 7 ms.
        for tick in stride(from: 0, to: 1_000, by: 7) {
            while bucket.earliest(at: .at(Int64(tick))) == nil {
                bucket.take(at: .at(Int64(tick)))
                taken += 1
            }
        }
        #expect(abs(taken - 1_000) <= 12)
    }
}
