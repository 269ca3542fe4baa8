import FetchLoop
import Testing

@testable import fetchtop

/// A session over a fake client and a clock that jumps: hours of load or watching take no time.
private final class LoadBench {
    let loop: EventLoop
    let client: FakeTransferClient
    let session: Session
    private(set) var idleCount = 0

    init(
        _ urls: [String], change: (inout RunOptions) -> Void,
        script: @escaping (String, Int) -> FakeTransferClient.Script = { _, _ in .answer(200) }
    ) throws {
        loop = try EventLoop(clock: .virtual)
        var options = RunOptions()
        options.concurrency.perHost = 50
        options.retry.count = 0
        change(&options)
        client = FakeTransferClient(loop: loop, time: RunTime(origin: loop.now), script: script)
        var source: any JobSource = SequenceSource(loop: loop, jobs: urls.map { FetchJob(url: $0) })
        if options.load.isRepeating {
            source = RepeatingSource(source, loop: loop, limit: options.load.requests)
        }
        session = Session(
            loop: loop, options: options, client: client, source: source, unixNanoseconds: 0,
            random: SeededRandom(seed: 3))
        session.store.addObserver(CountsCheck())
    }

    /// One whose server answers everything after the same time.
    convenience init(_ urls: [String], answersAfter delay: Duration, change: (inout RunOptions) -> Void) throws {
        try self.init(urls, change: change) { _, _ in .answer(200, after: delay) }
    }

    func run() throws {
        session.onIdle = { [unowned self] in
            idleCount += 1
            session.close { [unowned self] in loop.stop() }
        }
        session.start()
        try loop.run()
    }

    var store: FetchStore { session.store }
    var fetches: [Fetch] { (0..<store.count).map { store[FetchID(index: $0)] } }
}

@Suite struct EngineLoadTests {
    // MARK: - Load

    @Test(arguments: [1, 2, 3, 7, 1_500]) func soManyRequestsRepeatTheListEachAFetchOfItsOwn(count: Int) throws {
        let bench = try LoadBench(["http://a/0", "http://a/1", "http://b/2"]) { $0.load.requests = count }
        try bench.run()
        #expect(bench.store.count == count)
        for (index, fetch) in bench.fetches.enumerated() {
            #expect(bench.store.url(of: fetch.id).hasSuffix("/\(index % 3)"))
            #expect(fetch.repetition == UInt32(index / 3 + 1))
            #expect(fetch.state == .succeeded)
        }
        #expect(bench.session.exitStatus.code == 0)
        #expect(bench.idleCount == 1)
    }

    @Test func forALengthOfTimeAllSlotsAreKeptBusyAndNothingIsLeftOver() throws {
        let bench = try LoadBench(["http://a/0", "http://a/1"], answersAfter: .milliseconds(100)) {
            $0.load.duration = .seconds(10)
            $0.concurrency.total = 5
        }
        try bench.run()
        // Five at once, ten a second each.
        #expect((495...505).contains(bench.store.count), "\(bench.store.count)")
        #expect(bench.store.counts[.succeeded] == bench.store.count)
        #expect(bench.client.mostOpen == 5)
        #expect(bench.client.startTimes().max()! <= 10)
        #expect(bench.session.exitStatus.code == 0)
        #expect(bench.fetches.last!.repetition >= 248)
    }

    @Test func whatAHostsLimitKeptWaitingAtTheEndIsCancelled() throws {
        let bench = try LoadBench(["http://a/0", "http://b/1"], answersAfter: .milliseconds(300)) {
            $0.load.duration = .seconds(1)
            $0.concurrency.total = 4
            $0.concurrency.perHost = 1
        }
        try bench.run()
        #expect(bench.store.counts.finished == bench.store.count)
        #expect(bench.store.counts[.cancelled] <= 4)
        #expect(bench.store.counts[.succeeded] >= 6)
    }

    @Test func aListThatIsStillBeingWrittenIsRepeatedWhenItEnds() throws {
        let loop = try EventLoop(clock: .virtual)
        let sink = JobCollector()
        let slow = SlowSource(loop: loop, urls: ["a", "b", "c"], delay: .seconds(5))
        let source = RepeatingSource(slow, loop: loop, limit: 8)
        sink.onEnd = { loop.stop() }
        source.start(sink)
        try loop.run()
        #expect(sink.jobs.map(\.url).joined() == "abcabcab")
        #expect(sink.jobs.map(\.repetition) == [1, 1, 1, 2, 2, 2, 3, 3])
    }

    // MARK: - Open loop

    @Test func aSlowServerDoesNotSlowDownTheScheduleAndTheDelayIsSeen() throws {
        // Ten a second; for two seconds in the middle nothing is answered, and only two can wait for an answer at once.
        let bench = try LoadBench(["http://a/"], answersAfter: .milliseconds(10)) {
            $0.load.requests = 100
            $0.rate.starts = .init(count: 10, per: .seconds(1))
            $0.concurrency.total = 2
        }
        bench.client.script = { [unowned bench] _, _ in
            let now = bench.session.now
            let stall = Moment.at(3_000)..<Moment.at(5_000)
            return .answer(200, after: stall.contains(now) ? .at(5_000) - now : .milliseconds(10))
        }
        try bench.run()
        let intended = bench.fetches.compactMap { $0.detail?.intendedAt?.nanoseconds }
        #expect(intended == (0..<100).map { Int64($0) * 100_000_000 + intended[0] })
        // From the send two fetches are slow; from the intended start twenty are.
        let fetches = bench.fetches
        #expect(fetches.count { $0.since - $0.startedAt > .milliseconds(100) } <= 3)
        #expect(fetches.count { $0.since - ($0.detail?.intendedAt ?? .start) > .milliseconds(100) } >= 18)
        let latencies = bench.store.statistics.succeeded
        #expect(latencies.fromIntended.count == 100)
        #expect(latencies.fromIntended.percentile(0.9)! > .milliseconds(900))
        #expect(bench.store.counts[.succeeded] == 100)
    }

    @Test func aPauseOfTheUsersIsNotCaughtUpWith() throws {
        let bench = try LoadBench(["http://a/"]) {
            $0.load.requests = 50
            $0.rate.starts = .init(count: 10, per: .seconds(1))
        }
        bench.loop.after(.seconds(2)) { bench.session.scheduler.pauseAll() }
        bench.loop.after(.seconds(60)) { bench.session.scheduler.resumeAll() }
        try bench.run()
        let late = bench.client.startTimes().filter { $0 > 59 }
        #expect(late.count >= 29)
        #expect(zip(late, late.dropFirst()).allSatisfy { $1 - $0 > 0.09 })
    }

    @Test func withoutALoadARateIsAPromiseAndThereIsNoIntendedStart() throws {
        let bench = try LoadBench(["http://a/1", "http://a/2"]) { $0.rate.starts = .init(count: 10, per: .seconds(1)) }
        try bench.run()
        #expect(bench.fetches.allSatisfy { $0.detail?.intendedAt == nil && $0.repetition == 0 })
        #expect(bench.store.statistics.succeeded.fromIntended.count == 0)
    }

    // MARK: - Watching

    @Test func theListIsCheckedAgainAtEachTickAndTheFetchesStayTheSame() throws {
        let bench = try LoadBench(
            ["http://a/good", "http://a/flaky"],
            change: {
                $0.load.every = .seconds(10)
                $0.time.deadline = .seconds(45)
            }, script: { url, attempt in url.hasSuffix("flaky") && attempt == 3 ? .answer(500) : .answer(200) })
        let changes = ChangeCollector()
        bench.store.addObserver(changes)
        try bench.run()
        #expect(bench.store.count == 2)
        let times = bench.client.startTimes { $0.hasSuffix("good") }
        #expect(times.count == 5)
        for (round, time) in times.enumerated() { #expect(abs(time - Double(round) * 10) < 0.01) }
        #expect(changes.states["http://a/flaky"] == ["ok", "ok", "http_error", "ok", "ok"])
        #expect(changes.previous["http://a/flaky"] == ["", "ok", "ok", "http_error", "ok"])
        #expect(changes.rounds["http://a/good"] == [1, 2, 3, 4, 5])
        #expect(bench.store.counts[.succeeded] == 2)
        #expect(bench.store.statistics.completions == 10 && bench.store.statistics.rechecks == 8)
        // The deadline is the way in which watching ends: nothing is unfinished, and no failure stands.
        #expect(bench.session.exitStatus.code == 0)
    }

    @Test func aCheckThatWaitsTooLongIsGivenUpInEveryRound() throws {
        // From the second round on the first takes three seconds, and the only slot.
        let bench = try LoadBench(
            ["http://a/slow", "http://a/next"],
            change: {
                $0.load.every = .seconds(10)
                $0.time.deadline = .seconds(35)
                $0.time.queue = .seconds(2)
                $0.concurrency.total = 1
            },
            script: { url, attempt in
                .answer(200, after: url.hasSuffix("slow") && attempt > 1 ? .seconds(3) : .milliseconds(10))
            })
        let changes = ChangeCollector()
        bench.store.addObserver(changes)
        try bench.run()
        #expect(changes.states["http://a/slow"] == ["ok", "ok", "ok", "ok"])
        #expect(changes.states["http://a/next"] == ["ok", "failed", "failed", "failed"])
    }

    @Test func aCheckThatOverrunsIsLeftOutAndNotStacked() throws {
        let bench = try LoadBench(
            ["http://a/slow", "http://a/quick"],
            change: {
                $0.load.every = .seconds(10)
                $0.time.deadline = .seconds(65)
            }, script: { url, _ in .answer(200, after: url.hasSuffix("slow") ? .seconds(25) : .milliseconds(10)) })
        let changes = ChangeCollector()
        bench.store.addObserver(changes)
        try bench.run()
        #expect(changes.rounds["http://a/slow"] == [1, 4])
        #expect(changes.rounds["http://a/quick"] == [1, 2, 3, 4, 5, 6, 7])
        #expect(bench.session.rechecks?.skippedCount == 4)
        #expect(bench.client.mostOpen == 2)
    }

    @Test func whatIsCancelledStaysOutOfTheWatchUntilItIsRetried() throws {
        let bench = try LoadBench(["http://a/1"]) {
            $0.load.every = .seconds(10)
            $0.time.deadline = .seconds(95)
        }
        let id = FetchID(index: 0)
        bench.client.script = { _, attempt in attempt == 2 ? .hang : .answer(200) }
        bench.loop.after(.seconds(12)) { bench.session.scheduler.cancel(id) }
        bench.loop.after(.seconds(55)) { bench.session.scheduler.retry(id) }
        try bench.run()
        #expect(bench.client.startTimes().map { Int($0) } == [0, 10, 55, 60, 70, 80, 90])
    }

    @Test func aListThatWasNeverCheckedWholeIsUnfinished() throws {
        let bench = try LoadBench(
            ["http://a/1", "http://a/never"],
            change: {
                $0.load.every = .seconds(10)
                $0.time.deadline = .seconds(25)
            }, script: { url, _ in url.hasSuffix("never") ? .hang : .answer(200) })
        try bench.run()
        #expect(bench.session.exitStatus.code == 7)
    }

    @Test func aFailureThatStandsAtTheEndIsTheExitCode() throws {
        let bench = try LoadBench(
            ["http://a/1"],
            change: {
                $0.load.every = .seconds(10)
                $0.time.deadline = .seconds(25)
            }, script: { _, attempt in .answer(attempt == 3 ? 500 : 200) })
        try bench.run()
        #expect(bench.session.exitStatus.code == 1)
    }

    @Test func aYearOfChecksKeepsItsDetails() throws {
        let bench = try LoadBench(["http://a/1", "http://a/2"]) {
            $0.load.every = .seconds(1)
            $0.time.deadline = .milliseconds(10_000_500)
        }
        try bench.run()
        #expect(bench.store.statistics.completions == 20_002)
        #expect(bench.fetches.allSatisfy { $0.detail?.attempts.count == 1 })
    }
}

/// What became of each check, by URL.
private final class ChangeCollector: FetchObserver {
    var states: [String: [String]] = [:]
    var previous: [String: [String]] = [:]
    var rounds: [String: [UInt32]] = [:]

    func store(_ store: FetchStore, didApply event: FetchEvent) {
        guard case .finished(let state) = event.kind else { return }
        let url = store.url(of: event.id)
        states[url, default: []].append(state.word)
        previous[url, default: []].append(store[event.id].detail?.previous?.state.word ?? "")
        rounds[url, default: []].append(store[event.id].repetition)
    }
}

private final class JobCollector: JobSink {
    var jobs: [FetchJob] = []
    var onEnd: () -> Void = {}
    func hasRoom(for source: any JobSource) -> Bool { true }
    func source(_ source: any JobSource, didRead batch: InputBatch) { jobs += batch.jobs }
    func sourceDidEnd(_ source: any JobSource) { onEnd() }
}

/// Gives a job each time the delay has passed.
private final class SlowSource: JobSource {
    private let loop: EventLoop
    private var urls: [String]
    private let delay: Duration

    init(loop: EventLoop, urls: [String], delay: Duration) {
        self.loop = loop
        self.urls = urls
        self.delay = delay
    }

    var isStreamed: Bool { true }
    func resume() {}
    func cancel() { urls = [] }

    func start(_ sink: any JobSink) {
        loop.after(delay) { [self] in
            guard !urls.isEmpty else { return sink.sourceDidEnd(self) }
            var batch = InputBatch()
            batch.jobs = [FetchJob(url: urls.removeFirst())]
            sink.source(self, didRead: batch)
            start(sink)
        }
    }
}
