import FetchLoop
import Foundation
import TestSupport
import Testing

@testable import DemoServer
@testable import fetchtop

/// A session over libcurl against the embedded origin, on one loop, its results in a file.
private struct OriginRun {
    let loop: EventLoop
    let origin: Origin
    let path = NSTemporaryDirectory() + "fetchtop-results-\(UUID().uuidString)"
    var options = RunOptions()
    var isStrict = false

    init() throws {
        loop = try EventLoop()
        origin = try Origin(loop: loop)
        options.retry.delay = .milliseconds(5)
    }

    struct Outcome {
        var records: [[String: Any]]
        var code: Int32
        var store: FetchStore
        var problems: [InputProblem]

        /// The state of each URL's path.
        var states: [String: String] {
            Dictionary(
                records.map { record in
                    let url = record["url"] as? String ?? ""
                    return (
                        "/" + url.split(separator: "/").dropFirst(2).joined(separator: "/"),
                        record["state"] as? String ?? ""
                    )
                }, uniquingKeysWith: { $0 + "," + $1 })
        }
    }

    func run(paths: [String], before: (Session) -> Void = { _ in }) throws -> Outcome {
        let jobs = paths.map { FetchJob(url: $0.hasPrefix("/") ? origin.url + $0 : $0) }
        return try run(source: SequenceSource(loop: loop, jobs: jobs), before: before)
    }

    func run(source: any JobSource, before: (Session) -> Void = { _ in }) throws -> Outcome {
        let file = try OpenFile(path, .truncate)
        defer { unlink(path) }
        let output = RecordOutput(loop: loop, file: file, synchronizes: true)
        let client = try CurlTransferClient(loop: loop, options: options)
        let session = Session(
            loop: loop, options: options, client: client, source: source, isStrict: isStrict, output: output)
        session.store.addObserver(CountsCheck())
        var problems: [InputProblem] = []
        session.onProblem = { problems.append($0) }
        session.onIdle = { session.close { loop.stop() } }
        before(session)
        session.start()
        try loop.run()
        session.onIdle = {}
        client.close()
        origin.close()
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        #expect(text.isEmpty || text.hasSuffix("\n"))
        let records = try text.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        for record in records { #expect(Set(record.keys).isSuperset(of: HeadlessRecordTests.keys)) }
        return Outcome(records: records, code: session.exitStatus.code, store: session.store, problems: problems)
    }
}

@Suite struct HeadlessSessionTests {
    @Test func fiveHundredFetchesGiveFiveHundredRecords() throws {
        let outcome = try OriginRun().run(paths: (0..<500).map { "/bytes/\($0)" })
        #expect(outcome.records.count == 500)
        #expect(outcome.code == 0)
        for record in outcome.records {
            let url = try #require(record["url"] as? String)
            #expect(url.hasSuffix("/\(record["size_download"] as? Int ?? -1)"))
            #expect(record["http_code"] as? Int == 200)
            #expect((record["time_total"] as? Double ?? -1) > 0)
        }
        #expect(outcome.store.counts[.succeeded] == 500)
    }

    @Test func aFailureIsNotASuccessAndEveryKindIsRecorded() throws {
        var run = try OriginRun()
        run.options.retry.count = 1
        let outcome = try run.run(paths: [
            "/status/200", "/status/404", "/status/503", "http://127.0.0.1:1/refused", "http://no-such.invalid/",
        ])
        #expect(outcome.code == 1)
        #expect(
            outcome.states == [
                "/status/200": "ok", "/status/404": "http_error", "/status/503": "http_error", "/refused": "failed",
                "/": "failed",
            ])
        let dns = try #require(outcome.records.first { ($0["url"] as? String)?.contains("invalid") == true })
        #expect(dns["exitcode"] as? Int == 6)
        #expect(dns["fail_phase"] as? String == "dns")
        #expect(dns["http_code"] is NSNull)
        let unavailable = try #require(outcome.records.first { $0["http_code"] as? Int == 503 })
        #expect(unavailable["num_retries"] as? Int == 1)
    }

    @Test func theListMayNameAProblemAndTheRestIsFetched() throws {
        var run = try OriginRun()
        let list = "\(run.origin.url)/bytes/1\nhttp://\n\(run.origin.url)/bytes/2\n"
        let path = try EngineSourceTests.temporaryFile(list)
        defer { unlink(path) }
        let source = try ListSource(loop: run.loop, path: path, format: .urls)
        let outcome = try run.run(source: source)
        #expect(outcome.records.count == 2)
        #expect(outcome.problems.map(\.line) == [2])
        #expect(outcome.code == 1)
        run = try OriginRun()
        run.isStrict = true
        let strict = try run.run(source: try ListSource(loop: run.loop, path: path, format: .urls))
        #expect(strict.code == 3)
    }

    @Test func anEmptyListIsAnInputError() throws {
        let outcome = try OriginRun().run(paths: [])
        #expect(outcome.code == 3)
        #expect(outcome.problems.count == 1)
    }

    /// Acts as soon as something is true, however long the loop takes to come to it.
    private func when(_ isTrue: @escaping () -> Bool, on loop: EventLoop, _ act: @escaping () -> Void) {
        if isTrue() { return act() }
        loop.after(.milliseconds(5)) { when(isTrue, on: loop, act) }
    }

    @Test func theFirstSignalLetsWhatRunsEndAndTheRestIsUnfinished() throws {
        var run = try OriginRun()
        run.options.concurrency.total = 4
        let outcome = try run.run(paths: (0..<100).map { "/delay/50?n=\($0)" }) { session in
            when({ session.store.counts.finished >= 4 }, on: run.loop) { session.interrupt(signal: 2) }
        }
        #expect(outcome.code == 7)
        #expect(outcome.records.count < 100)
        #expect(outcome.records.allSatisfy { $0["state"] as? String == "ok" })
        #expect(outcome.records.count == outcome.store.counts.finished)
        #expect(outcome.store.counts.inFlight == 0)
    }

    @Test func theSecondSignalEndsAtOnce() throws {
        let run = try OriginRun()
        let outcome = try run.run(paths: ["/stall", "/bytes/1"]) { session in
            when({ session.store.counts.finished == 1 && session.store.counts.inFlight == 1 }, on: run.loop) {
                session.interrupt(signal: 15)
                session.interrupt(signal: 15)
            }
        }
        #expect(outcome.code == 143)
        #expect(outcome.states == ["/bytes/1": "ok"])
    }

    /// Whoever has left by a key need not ask twice more.
    @Test func leavingByAKeyIsTheFirstTime() throws {
        let run = try OriginRun()
        var count = 0
        let outcome = try run.run(paths: ["/stall", "/bytes/1"]) { session in
            when({ session.store.counts.finished == 1 && session.store.counts.inFlight == 1 }, on: run.loop) {
                session.quit()
                count = session.interrupt(signal: 2)
            }
        }
        #expect(count == 2)
        #expect(outcome.code == 130)
    }

    /// What drains without a signal, such as after a gate, is not ended by the first one.
    @Test func theFirstSignalOfADrainingRunIsTheFirst() throws {
        let loop = try EventLoop(clock: .virtual)
        let client = FakeTransferClient(loop: loop, time: RunTime(origin: loop.now)) { _, _ in
            .answer(200, after: .seconds(10))
        }
        let jobs = (0..<100).map { FetchJob(url: "http://a/\($0)") }
        let session = Session(
            loop: loop, options: RunOptions(), client: client, source: SequenceSource(loop: loop, jobs: jobs))
        session.onIdle = { session.close { loop.stop() } }
        loop.after(.seconds(1)) { session.drain() }
        loop.after(.seconds(2)) { session.interrupt(signal: 2) }
        session.start()
        try loop.run()
        session.onIdle = {}
        #expect(session.exitStatus.code == 7)
        #expect(session.store.counts[.succeeded] == RunOptions().concurrency.perHost)
    }

    /// Whoever is told twice to end leaves when the end comes no nearer, so it must be seen that it does.
    @Test func itIsSeenThatTheEndComesNearer() throws {
        let loop = try EventLoop()
        let client = FakeTransferClient(loop: loop, time: RunTime(origin: loop.now)) { _, _ in
            .fail(.refused, after: .zero)
        }
        let folder = try TemporaryFolder()
        var options = RunOptions()
        options.concurrency.total = 1_000
        options.concurrency.perHost = 1_000
        options.retry.count = 0
        let jobs = (0..<25_000).map { FetchJob(url: "http://a/\($0)") }
        let session = Session(
            loop: loop, options: options, client: client, source: SequenceSource(loop: loop, jobs: jobs))
        session.saveFailed(to: folder["failed"])
        var seen: [[Int]] = []
        func look() {
            if seen.last != session.outputs.progress { seen.append(session.outputs.progress) }
            loop.onNextTurn { look() }
        }
        session.onIdle = {
            seen = [session.outputs.progress]
            session.close { loop.stop() }
            look()
        }
        session.start()
        try loop.run()
        session.onIdle = {}
        #expect(try folder.read("failed").split(separator: "\n").count == 25_000)
        // Two stretches of the list besides the last one, and what comes after it.
        #expect(seen.count >= 4, "\(seen)")
    }

    @Test func aReaderThatStopsHoldsFetchesBackInsteadOfFillingTheMemory() throws {
        let loop = try EventLoop()
        let client = FakeTransferClient(loop: loop, time: RunTime(origin: loop.now)) { _, _ in
            .answer(200, after: .zero)
        }
        let pipe = Foundation.Pipe()
        let output = RecordOutput(
            loop: loop, file: OpenFile(borrowing: pipe.fileHandleForWriting.fileDescriptor), synchronizes: false)
        var options = RunOptions()
        options.concurrency.perHost = 50
        let name = String(repeating: "x", count: 2_000)
        let source = SequenceSource(loop: loop, jobs: (0..<20_000).lazy.map { FetchJob(url: "http://a/\($0)/\(name)") })
        let session = Session(loop: loop, options: options, client: client, source: source, output: output)
        session.onIdle = { session.close { loop.stop() } }
        session.start()
        // Nothing reads until fetching has come to a stand.
        var finished = -1
        func look() {
            loop.after(.milliseconds(100)) {
                if session.scheduler.isHeldBack, session.store.counts.finished == finished {
                    #expect(output.backlog < 6 << 20)
                    #expect(finished < 10_000)
                    let reading = pipe.fileHandleForReading
                    Thread.detachNewThread { while !reading.availableData.isEmpty {} }
                } else {
                    finished = session.store.counts.finished
                    look()
                }
            }
        }
        look()
        try loop.run()
        #expect(session.store.counts[.succeeded] == 20_000)
        #expect(session.exitStatus.code == 0)
        try pipe.fileHandleForWriting.close()
    }

    @Test func aPipeThatNobodyReadsEndsTheRunWithFour() throws {
        Signals.ignoreBrokenPipes()
        let loop = try EventLoop()
        let client = FakeTransferClient(loop: loop, time: RunTime(origin: loop.now)) { _, _ in .answer(200) }
        let pipe = Foundation.Pipe()
        try pipe.fileHandleForReading.close()
        let output = RecordOutput(
            loop: loop, file: OpenFile(borrowing: pipe.fileHandleForWriting.fileDescriptor), synchronizes: false)
        let source = SequenceSource(loop: loop) { FetchJob(url: "http://a/endless") }
        let session = Session(loop: loop, options: RunOptions(), client: client, source: source, output: output)
        var complaints: [String] = []
        session.onOutputProblem = { complaints.append($0.error.message) }
        session.onIdle = { session.close { loop.stop() } }
        session.start()
        try loop.run()
        #expect(session.exitStatus.code == 4)
        #expect(complaints == ["Broken pipe"])
    }

    @Test func aFullDiskEndsTheRunWithFour() throws {
        let loop = try EventLoop()
        let client = FakeTransferClient(loop: loop, time: RunTime(origin: loop.now)) { _, _ in .answer(200) }
        let output = RecordOutput(loop: loop, file: try OpenFile("/dev/full", .append), synchronizes: false)
        let source = SequenceSource(loop: loop, jobs: [FetchJob(url: "http://a/1")])
        let session = Session(loop: loop, options: RunOptions(), client: client, source: source, output: output)
        session.onIdle = { session.close { loop.stop() } }
        session.start()
        try loop.run()
        #expect(session.exitStatus.code == 4)
    }
}
