import FetchLoop
import Testing

@testable import DemoServer
@testable import fetchtop

/// `--max-connections`: connections, not transfers.
@Suite struct EngineConnectionTests {
    private let a = HostID(index: 0)
    private let b = HostID(index: 1)

    @Test func eachTransferNeedsAConnectionUntilItsHostIsKnownToShare() {
        var budget = ConnectionBudget(limit: 3)
        for _ in 1...3 {
            #expect(budget.hasRoom(for: a))
            budget.begin(a)
        }
        #expect(!budget.hasRoom(for: a) && !budget.hasRoom(for: b))
        budget.end(a)
        budget.note(version: "2", of: a)
        #expect(budget.used == 1 && budget.sharing == [a])
        for _ in 1...98 { budget.begin(a) }
        #expect(budget.used == 1)
        budget.begin(a)
        #expect(budget.used == 2)
        budget.begin(b)
        #expect(budget.used == 3 && budget.hasRoom(for: a) && !budget.hasRoom(for: b))
        for _ in 1...99 { budget.begin(a) }
        #expect(!budget.hasRoom(for: a))
        for _ in 1...200 { budget.end(a) }
        #expect(budget.used == 1 && budget.sharing == [])
        budget.note(version: "1.1", of: a)
        budget.begin(a)
        budget.begin(a)
        #expect(budget.used == 3)
    }

    @Test func noMoreConnectionsThanAllowedWhateverTheNumberOfTransfers() throws {
        let bench = try SchedulerBench {
            $0.concurrency.total = 50
            $0.concurrency.connections = 4
        }
        for host in 0..<10 { bench.add((0..<5).map { "http://h\(host)/\($0)" }) }
        try bench.run()
        #expect(bench.client.mostOpen == 4)
        #expect(bench.store.counts[.succeeded] == 50)
        #expect(bench.scheduler.connections?.used == 0)
    }

    @Test func transfersOfAHostThatSharesGoOnWhileOthersWait() throws {
        let bench = try SchedulerBench(
            {
                $0.concurrency.total = 100
                $0.concurrency.perHost = 40
                $0.concurrency.connections = 2
            },
            script: { url, _ in .answer(200, after: url.contains("slow") ? .seconds(10) : .seconds(1)) })
        bench.client.httpVersions = ["two": "2", "slow": "1.1", "one": "1.1"]
        bench.add("http://two/first")
        bench.add("http://slow/")
        bench.add((0..<60).map { "http://two/\($0)" })
        bench.add("http://one/last")
        bench.at(.milliseconds(2_500)) {
            #expect(bench.client.open.count == 21, "the slow one and what is left of the sixty")
        }
        try bench.run()
        // One after the other until it is known that the host shares, then forty at once.
        #expect(bench.client.mostOpenByHost["two"] == 40)
        #expect(bench.client.startTimes { $0.contains("one") }[0] > 2.9)
        #expect(bench.store.counts[.succeeded] == 63)
        #expect(bench.scheduler.connections?.used == 0)
    }

    @Test func aPausedFetchKeepsItsConnection() throws {
        let bench = try SchedulerBench(
            {
                $0.concurrency.total = 50
                $0.concurrency.connections = 1
            }, script: { _, _ in .answer(200, after: .seconds(1)) })
        let ids = bench.add(["http://a/1", "http://a/2"])
        bench.at(.milliseconds(500)) { bench.scheduler.pause(ids[0]) }
        bench.at(.milliseconds(5_000)) {
            #expect(bench.client.starts.count == 1)
            bench.scheduler.resume(ids[0])
        }
        try bench.run()
        #expect(bench.client.startTimes()[1] >= 5)
        #expect(bench.scheduler.connections?.used == 0)
    }

    /// The most connections that were open at any event.
    private final class Watcher: FetchObserver {
        let client: CurlTransferClient
        private(set) var most = 0

        init(_ client: CurlTransferClient) { self.client = client }

        func store(_ store: FetchStore, didApply event: FetchEvent) { most = max(most, client.connectionCount) }
    }

    @Test(arguments: [1, 3, nil]) func idleConnectionsCountAndMakeRoomForOthers(limit: Int?) throws {
        let loop = try EventLoop()
        let origin = try Origin(loop: loop)
        let port = origin.addresses[0].port
        var options = RunOptions()
        options.concurrency.total = 20
        options.concurrency.connections = limit
        // Thirty names for one server: thirty pools of idle connections, were they not counted.
        options.request.resolve = ["*:\(port):127.0.0.1"]
        let jobs = (0..<120).map { FetchJob(url: "http://h\($0 % 30).test:\(port)/delay/3?\($0)") }
        let client = try CurlTransferClient(loop: loop, options: options)
        let watcher = Watcher(client)
        let session = Session(
            loop: loop, options: options, client: client, source: SequenceSource(loop: loop, jobs: jobs))
        session.store.addObserver(watcher)
        session.onIdle = { session.close { loop.stop() } }
        session.start()
        try loop.run()
        session.onIdle = {}
        #expect(session.store.counts[.succeeded] == 120)
        if let limit { #expect(watcher.most == limit) } else { #expect(watcher.most > 20) }
        client.close()
        origin.close()
    }
}
