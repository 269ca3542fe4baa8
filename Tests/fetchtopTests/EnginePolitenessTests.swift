import FetchLoop
import Foundation
import Testing

@testable import DemoServer
@testable import fetchtop

/// Being kind to origins, and to those who share the line.
@Suite struct EnginePolitenessTests {
    // MARK: - Limits that origins announce

    static func head(_ fields: String) -> ResponseHead {
        ResponseHead(status: 200, expectedBytes: nil, rawHeaders: Array("HTTP/1.1 200 OK\r\n\(fields)\r\n".utf8))
    }

    @Test(arguments: [
        ("RateLimit-Remaining: 0\r\nRateLimit-Reset: 30\r\n", 30),
        ("RateLimit-Remaining: 1\r\nRateLimit-Reset: 30\r\n", nil),
        ("x-ratelimit-remaining: 0\r\nX-RateLimit-Reset: 1000000090\r\n", 90),
        ("X-Rate-Limit-Remaining: 0\r\nX-Rate-Limit-Reset: 7\r\n", 7), ("RateLimit: \"default\";r=0;t=12\r\n", 12),
        ("RateLimit: limit=100, remaining=0, reset=50\r\n", 50), ("RateLimit: \"a\";r=5;t=12\r\n", nil),
        ("RateLimit-Reset: 30\r\n", nil), ("RateLimit-Remaining: 0\r\n", nil), ("Content-Type: text/plain\r\n", nil),
        ("RateLimit-Remaining: 0\r\nRateLimit-Reset: soon\r\n", nil),
        ("X-RateLimit-Remaining:0\r\nX-RateLimit-Reset:5\r\n", 5),
    ])
    func aUsedUpBudgetIsRead(fields: String, seconds: Int?) {
        let pause = RateLimitFields(Self.head(fields)).pause(atUnixSeconds: 1_000_000_000)
        #expect(pause == seconds.map { .seconds($0) })
    }

    @Test func anOriginWhoseBudgetIsUsedUpIsLeftAloneUntilItIsFull() throws {
        let bench = try SchedulerBench(
            { $0.concurrency.perHost = 1 },
            script: { url, _ in
                url.hasSuffix("/2")
                    ? .answer(200, headers: "RateLimit-Remaining: 0\r\nRateLimit-Reset: 40\r\n") : .answer(200)
            })
        bench.add(EngineSchedulerTests.urls(5))
        try bench.run()
        let times = bench.client.startTimes()
        #expect(bench.store.counts[.succeeded] == 5)
        #expect(times[2] < 1)
        #expect(abs(times[3] - times[2] - 40) < 0.1)
    }

    // MARK: - Finding out what a host stands

    @Test func theLimitGrowsByOneARoundAndIsHalvedOnceForAllThatWasInFlight() {
        var limit = AdaptiveLimit(start: 4, ceiling: 6)
        for _ in 0..<4 { limit.noteSuccess() }
        #expect(limit.limit == 5)
        for _ in 0..<5 { limit.noteSuccess() }
        #expect(limit.limit == 6)
        for _ in 0..<100 { limit.noteSuccess() }
        #expect(limit.limit == 6)
        for number in 0..<5 { limit.noteOverload(startedAt: .at(9_900), at: .at(10_000 + Int64(number))) }
        #expect(limit.limit == 3)
        limit.noteOverload(startedAt: .at(10_050), at: .at(11_000))
        limit.noteOverload(startedAt: .at(11_050), at: .at(12_000))
        limit.noteOverload(startedAt: .at(12_050), at: .at(13_000))
        #expect(limit.limit == 1)
    }

    /// A host that refuses what goes beyond eight at once: the limit must find about that, from below.
    @Test func anAdaptiveRunSettlesAtWhatTheHostStands() throws {
        var open = { 0 }
        let bench = try SchedulerBench(
            {
                $0.concurrency.isAdaptive = true
                $0.concurrency.perHost = 1
                $0.concurrency.total = 100
                $0.retry.count = 50
            },
            script: { _, _ in
                open() > 8 ? .answer(503, after: .milliseconds(20)) : .answer(200, after: .milliseconds(100))
            })
        open = { bench.client.open.count }
        bench.add(EngineSchedulerTests.urls(2_000))
        var limits: [Int] = []
        func sample() {
            limits.append(bench.store.hosts.hosts[0].limit)
            bench.at(.seconds(1), sample)
        }
        bench.at(.seconds(5), sample)
        try bench.run()
        #expect(bench.store.counts[.succeeded] == 2_000)
        #expect(limits.allSatisfy { $0 <= 10 })
        #expect(Double(limits.reduce(0, +)) / Double(limits.count) > 4)
    }

    // MARK: - Bytes

    @Test func allTransfersTogetherKeepToTheOverallLimit() throws {
        let loop = try EventLoop()
        let origin = try Origin(loop: loop)
        var options = RunOptions()
        options.rate.bytesOverall = 2_000_000
        options.concurrency.perHost = 10
        let client = try CurlTransferClient(loop: loop, options: options)
        let jobs = (0..<10).map { FetchJob(url: "\(origin.url)/bytes/100000?\($0)") }
        let session = Session(
            loop: loop, options: options, client: client, source: SequenceSource(loop: loop, jobs: jobs))
        session.onIdle = { loop.stop() }
        session.start()
        try loop.run()
        session.onIdle = {}
        client.close()
        #expect(session.store.counts[.succeeded] == 10)
        #expect(session.store.statistics.receivedBytes == 1_000_000)
        // Half a second's worth, less the burst and the overdraft of one piece.
        #expect(session.now.nanoseconds > 350_000_000)
    }

    // MARK: - Time in the queue

    @Test func whoWaitsTooLongForTheFirstAttemptIsGivenUp() throws {
        let bench = try SchedulerBench(
            {
                $0.concurrency.total = 1
                $0.time.queue = .seconds(5)
            }, script: { url, _ in .answer(url.hasSuffix("/0") ? 503 : 200, after: .seconds(2)) })
        bench.add(EngineSchedulerTests.urls(6))
        bench.at(.seconds(60)) { bench.add("http://later/1") }
        bench.at(.seconds(61)) {}
        try bench.run(for: .seconds(70), stopsWhenIdle: false)
        // Two of them and a retry of the first begin within five seconds; the retry was not waiting for its first attempt.
        #expect(bench.store.counts[.failed] == 4)
        #expect(bench.store.outcomes.byFailure[.queueTimeout] == 4)
        let given = bench.store[FetchID(index: 5)]
        #expect(given.failPhase == .queue)
        #expect(given.attempts == 0)
        #expect(bench.store[FetchID(index: 6)].state == .succeeded)
        // It says what it waited for, and all of the time is accounted for.
        #expect(given.detail?.attempts.last?.failure?.message == "waited 5 s for a slot (--queue-timeout)")
        #expect(given.detail?.waits.slot == .seconds(5) && given.detail?.waits.queue == .seconds(5))
        var json = JSONRecord()
        ResultRecord().write(given, in: bench.store, to: &json)
        var bytes: [UInt8] = []
        json.move(to: &bytes)
        let line = String(decoding: bytes, as: UTF8.self)
        for part in [
            #""started_at":null"#, #""errormsg":"waited 5 s for a slot (--queue-timeout)""#, #""wait_slot":5.000000"#,
            #""time_queue":5.000000"#, #""attempts":[]"#, #""fail_phase":"queue""#, #""attempt":0"#,
        ] {
            #expect(line.contains(part), "\(line)")
        }
    }

    // MARK: - The whole

    /// Fifty hosts, one that answers 429 and one that stalls: all others must not notice.
    @Test func twoBadHostsHoldNobodyElseBack() throws {
        func run(withBadHosts: Bool) throws -> (seconds: Double, store: FetchStore) {
            let bench = try SchedulerBench(
                {
                    $0.concurrency.total = 300
                    $0.concurrency.perHost = 6
                },
                script: { url, attempt in
                    if withBadHosts, url.contains("//h7/") {
                        return .answer(429, after: .milliseconds(5), headers: "Retry-After: 20\r\n")
                    }
                    if withBadHosts, url.contains("//h8/") { return .fail(.stalled, after: .seconds(30)) }
                    return .answer(200, after: .milliseconds(20))
                })
            bench.add((0..<10_000).map { "http://h\($0 % 50)/\($0)" })
            var healthyDone = 0.0
            bench.scheduler.onPump = {}
            let watcher = FinishWatcher { id, now in
                let host = bench.store.host(of: id).name
                if host != "h7", host != "h8" { healthyDone = max(healthyDone, Double(now.nanoseconds) * 1e-9) }
            }
            bench.store.addObserver(watcher)
            try bench.run()
            return (healthyDone, bench.store)
        }
        let (alone, _) = try run(withBadHosts: false)
        let (together, store) = try run(withBadHosts: true)
        #expect(together <= alone * 1.05)
        #expect(store.counts[.succeeded] == 9_600)
        #expect(store.counts[.httpError] == 200)
        #expect(store.counts[.failed] == 200)
    }
}

private final class FinishWatcher: FetchObserver {
    private let onFinish: (FetchID, Moment) -> Void
    init(_ onFinish: @escaping (FetchID, Moment) -> Void) { self.onFinish = onFinish }
    func store(_ store: FetchStore, didApply event: FetchEvent) {
        if case .finished = event.kind { onFinish(event.id, event.at) }
    }
}
