import FetchLoop
import Foundation
import Testing

@testable import fetchtop

@Suite struct EngineJournalTests {
    func job(_ url: String, _ change: (inout FetchJob.Values) -> Void = { _ in }) -> FetchJob {
        var job = FetchJob(url: url)
        change(&job.values)
        return job
    }

    @Test func whatAJobAsksForIsItsIdentityUnlessItHasAnID() {
        let plain = JobIdentity(job("http://a/"))
        #expect(plain == JobIdentity(job("http://a/") { $0.tag = "x" }))
        #expect(plain == JobIdentity(job("http://a/") { $0.method = "GET" }))
        #expect(plain != JobIdentity(job("http://a/") { $0.method = "HEAD" }))
        #expect(plain != JobIdentity(job("http://a/") { $0.body = [1] }))
        #expect(plain != JobIdentity(job("http://a/") { $0.output = "x" }))
        #expect(plain != JobIdentity(job("http://b/")))
        #expect(JobIdentity(job("http://a/") { $0.id = "1" }) == JobIdentity(job("http://b/") { $0.id = "1" }))
        #expect(plain.occurrence(1) == plain)
        #expect(Set((1...1_000).map { plain.occurrence($0) }).count == 1_000)
        #expect(JobIdentity(hexadecimal: Array(plain.description.utf8)[...]) == plain)
        #expect(JobIdentity(rawValue: 15).description == "000000000000000f")
        #expect(JobIdentity(hexadecimal: Array("00000000000000G0".utf8)[...]) == nil)
    }

    /// The records of these jobs, all finished, as one text.
    func results(_ jobs: [FetchJob], failing: (Int) -> Bool = { _ in false }) -> String {
        let store = FetchStore()
        let journal = Journal()
        var format = ResultRecord()
        format.journal = journal
        var json = JSONRecord()
        for (index, job) in jobs.enumerated() {
            let number = journal.admit(job)!
            let id = store.add(job, at: .at(0))
            journal.note(number, for: id)
            store.apply(.started(attempt: 1), to: id, at: 0)
            store.apply(.attemptFinished(attempt(status: failing(index) ? 500 : 200)), to: id, at: 1)
            store.apply(.finished(failing(index) ? .httpError : .succeeded), to: id, at: 1)
            format.write(store[id], in: store, to: &json)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    func read(_ text: String) throws -> Journal.Contents {
        let path = try EngineSourceTests.temporaryFile(text)
        defer { unlink(path) }
        return try Journal.read(try OpenFile(path, .read))
    }

    @Test func aReorderedAndEditedListResumesWithWhatIsMissing() throws {
        let urls = (0..<50).map { "http://a/\($0)" } + ["http://a/twice", "http://a/twice", "http://a/\"key\":\"x"]
        let contents = try read(results(urls.map { job($0) }, failing: { $0 % 10 == 0 }))
        #expect(contents.done.count == 53)
        #expect(contents.failed.count == 6)
        #expect(contents.wholeLength == contents.totalLength)
        let journal = Journal(done: contents.done)
        var random = SeededRandom(seed: 5)
        let second = (urls + ["http://a/new", "http://a/twice"]).shuffled(using: &random)
        let left = second.filter { journal.admit(job($0)) != nil }
        #expect(left.sorted() == ["http://a/new", "http://a/twice"])
        #expect(journal.resumedCount == 53)
    }

    @Test func aTornLastLineIsCutOffWhereverItIsTorn() throws {
        let text = results([job("http://a/1"), job("http://a/2")])
        let bytes = Array(text.utf8)
        let firstLine = bytes.firstIndex(of: UInt8(ascii: "\n"))! + 1
        for length in firstLine..<bytes.count {
            let contents = try read(String(decoding: bytes[..<length], as: UTF8.self))
            #expect(contents.done.count == 1)
            #expect(contents.wholeLength == Int64(firstLine))
        }
        #expect(try read("").done.isEmpty)
        #expect(try read("{\"v\":1,\"type\":\"event\"}\nnonsense\n").strangeLines == 1)
    }

    @Test func linesAcrossTheChunksOfReadingAreWhole() throws {
        let jobs = (0..<3_000).map { job("http://a/\($0)/" + String(repeating: "x", count: $0 % 700)) }
        let text = results(jobs)
        #expect(text.utf8.count > 2 << 20)
        let contents = try read(text)
        #expect(contents.done.count == 3_000)
        #expect(contents.strangeLines == 0)
    }

    @Test func failedJobsAreWrittenAsAListThatCanBeReadAgain() throws {
        let bench = try SchedulerBench(script: { url, _ in url.contains("bad") ? .answer(404) : .answer(200) })
        bench.scheduler.add(job("http://a/bad?1") { $0.tag = "t" })
        bench.scheduler.add(job("http://a/good"))
        bench.scheduler.add(job("http://a/bad?2"))
        try bench.run()
        let path = NSTemporaryDirectory() + "fetchtop-failed-\(UUID().uuidString)"
        defer { unlink(path) }
        let list = FailedList(loop: bench.loop, store: bench.store, path: path)
        bench.loop.onNextTurn { list.write { _ in bench.loop.stop() } }
        try bench.loop.run()
        var parser = ListParser(format: .ndjson)
        var batch = parser.feed(Array(try Data(contentsOf: URL(fileURLWithPath: path))))
        batch.jobs += parser.finish().jobs
        #expect(batch.problems.isEmpty)
        for index in batch.jobs.indices { batch.jobs[index].values.lineNumber = nil }
        #expect(batch.jobs == [job("http://a/bad?1") { $0.tag = "t" }, job("http://a/bad?2")])
    }
}
