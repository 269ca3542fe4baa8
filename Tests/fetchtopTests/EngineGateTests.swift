import FetchLoop
import Testing

@testable import fetchtop

/// A run of jobs whose URL says how they end, on a virtual clock, and what became of it.
private func run(_ paths: [String], _ change: (inout RunOptions) -> Void) throws -> (code: Int32, session: Session) {
    let loop = try EventLoop(clock: .virtual)
    var options = RunOptions()
    options.concurrency.total = 2
    options.retry.count = 0
    change(&options)
    let client = FakeTransferClient(loop: loop, time: RunTime(origin: loop.now)) { url, _ in
        if url.hasSuffix("bad") { return .answer(503) }
        return url.hasSuffix("hang") ? .hang : .answer(200)
    }
    let jobs = paths.map { FetchJob(url: "http://h/\($0)") }
    let session = Session(
        loop: loop, options: options, client: client, source: SequenceSource(loop: loop, jobs: jobs))
    session.onIdle = { session.close { loop.stop() } }
    session.start()
    try loop.run()
    session.onIdle = {}
    return (session.exitStatus.code, session)
}

@Suite("Gates") struct EngineGateTests {
    private let good = Array(repeating: "good", count: 300)

    @Test("Without gates failures are just failures")
    func none() throws {
        let (code, session) = try run(good + ["bad"]) { _ in }
        #expect(code == 1)
        #expect(session.gateComplaints.isEmpty)
    }

    @Test("--fail-early gives up what is in flight")
    func failEarly() throws {
        let (code, session) = try run(["hang", "bad"] + good) { $0.gates.failsEarly = true }
        #expect(code == 5)
        #expect(session.gateComplaints == ["--fail-early: #2 failed"])
        #expect(session.store.counts.finished < 10)
    }

    @Test("--max-failures tolerates exactly so many, and lets what is in flight end")
    func maxFailures() throws {
        let bad = Array(repeating: "bad", count: 10)
        let (code, session) = try run(bad + good) { $0.gates.maxFailures = .count(3) }
        #expect(code == 5)
        #expect((4...6).contains(session.store.counts.finished))
        #expect(try run(bad + good) { $0.gates.maxFailures = .count(10) }.code == 1)
    }

    @Test("A share counts from a hundred fetches on, and at the end")
    func share() throws {
        let percent = { (options: inout RunOptions) in options.gates.maxFailures = .percent(1) }
        #expect(try run(["bad"] + good, percent).code == 1)
        #expect(try run(["bad", "bad", "bad", "bad"] + good, percent).session.store.counts.finished < 110)
        let (code, session) = try run(["bad", "good"], percent)
        #expect(code == 5)
        #expect(session.gateComplaints == ["--max-failures: 1 of 2 failed"])
        // A short list is spared as soon as it cannot end well any more.
        let bad = Array(repeating: "bad", count: 31)
        let short = try run(bad) { $0.gates.maxFailures = .percent(10) }
        #expect(short.code == 5)
        #expect((4...6).contains(short.session.store.counts.finished))
        let mixed = try run(Array(bad.prefix(3)) + good.prefix(28)) { $0.gates.maxFailures = .percent(10) }
        #expect(mixed.code == 1)
        let load = try run(["bad"]) {
            $0.gates.maxFailures = .percent(10)
            $0.load.requests = 20
        }
        #expect(load.session.store.counts.finished < 5)
    }

    @Test("--fail-if is asked at the end")
    func failIf() throws {
        let condition = try RunCondition("failed > 0%")
        let (code, session) = try run(["bad"] + good) { $0.gates.conditions = [condition] }
        #expect(code == 5)
        #expect(session.gateComplaints == ["--fail-if 'failed > 0%': it is 1 of 301"])
        #expect(try run(good) { $0.gates.conditions = [condition] }.code == 0)
    }

    @Test("At the deadline the run ends, and the rest is left for another")
    func deadline() throws {
        let (code, session) = try run(good + ["hang"]) { $0.time.deadline = .seconds(60) }
        #expect(code == 7)
        #expect(session.store.counts.successes == 300)
        #expect(session.now >= Moment(nanoseconds: 60_000_000_000))
        #expect(try run(good) { $0.time.deadline = .seconds(60) }.code == 0)
    }
}
