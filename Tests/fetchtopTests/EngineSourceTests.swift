import FetchLoop
import Foundation
import Testing

@testable import fetchtop

/// Collects what a source delivers, with as much room as the test gives.
private final class CollectingSink: JobSink {
    var jobs: [FetchJob] = []
    var problems: [InputProblem] = []
    var room = Int.max
    var onBatch: () -> Void = {}
    var onEnd: () -> Void = {}

    func hasRoom(for source: any JobSource) -> Bool { jobs.count < room }

    func source(_ source: any JobSource, didRead batch: InputBatch) {
        jobs += batch.jobs
        problems += batch.problems
        onBatch()
    }

    func sourceDidEnd(_ source: any JobSource) { onEnd() }
}

@Suite struct EngineSourceTests {
    static func temporaryFile(_ text: String) throws -> String {
        let path = NSTemporaryDirectory() + "fetchtop-\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func read(_ source: any JobSource, on loop: EventLoop, into sink: CollectingSink) throws {
        sink.onEnd = { loop.stop() }
        source.start(sink)
        try loop.run()
    }

    @Test func aFileIsReadToItsEndInOrder() throws {
        let count = 30_000
        let path = try Self.temporaryFile((0..<count).map { "http://a.example/\($0)\n" }.joined())
        defer { unlink(path) }
        let loop = try EventLoop()
        let sink = CollectingSink()
        try read(try ListSource(loop: loop, path: path, format: .urls), on: loop, into: sink)
        #expect(sink.jobs.count == count)
        #expect(sink.jobs.indices.allSatisfy { sink.jobs[$0].url == "http://a.example/\($0)" })
    }

    @Test func badLinesAreNamedWithFileAndNumber() throws {
        let path = try Self.temporaryFile("http://a.example/1\nhttp://\n# comment\nhttp://a.example/2")
        defer { unlink(path) }
        let loop = try EventLoop()
        let sink = CollectingSink()
        try read(try ListSource(loop: loop, path: path, format: .urls), on: loop, into: sink)
        #expect(sink.jobs.map(\.url) == ["http://a.example/1", "http://a.example/2"])
        #expect(sink.problems.map(\.line) == [2])
        #expect(sink.problems.first?.description.hasPrefix("\(path):2: ") == true)
    }

    @Test(arguments: [
        ("/no/such/list", "/no/such/list: cannot read it: No such file or directory"),
        ("/tmp", "/tmp: cannot read it: Is a directory"),
    ])
    func whatCannotBeOpenedIsNamed(path: String, message: String) throws {
        let loop = try EventLoop()
        do {
            _ = try ListSource(loop: loop, path: path, format: .urls)
            Issue.record("it was opened")
        } catch {
            #expect(error.description == message)
        }
    }

    @Test func aProducerWaitsWhileThereIsNoRoomAndNothingSpins() throws {
        let loop = try EventLoop()
        let pipe = Pipe()
        let path = "/proc/self/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        let source = try ListSource(loop: loop, path: path, format: .urls)
        let sink = CollectingSink()
        sink.room = 1
        // The producer has gone: its hang-up must not keep the loop busy while there is no room.
        let lines = (0..<500).map { "http://a.example/\($0)\n" }.joined()
        pipe.fileHandleForWriting.write(Data(lines.utf8))
        try pipe.fileHandleForWriting.close()
        loop.after(.milliseconds(50)) {
            #expect(sink.jobs.count == 500)
            #expect(loop.metrics.turns < 100)
            sink.room = .max
            source.resume()
        }
        try read(source, on: loop, into: sink)
        #expect(sink.jobs.count == 500)
    }

    @Test func aPipeIsReadWhileItsProducerStillWrites() throws {
        let loop = try EventLoop()
        let pipe = Pipe()
        let path = "/proc/self/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        let source = try ListSource(loop: loop, path: path, format: .urls)
        let sink = CollectingSink()
        var seen: [Int] = []
        sink.onBatch = {
            seen.append(sink.jobs.count)
            if sink.jobs.count == 1 {
                pipe.fileHandleForWriting.write(Data("http://a.example/2\nhttp://a.exam".utf8))
            } else if sink.jobs.count == 2 {
                pipe.fileHandleForWriting.write(Data("ple/3".utf8))
                try? pipe.fileHandleForWriting.close()
            }
        }
        pipe.fileHandleForWriting.write(Data("http://a.example/1\n".utf8))
        try read(source, on: loop, into: sink)
        #expect(seen == [1, 2, 3])
    }

    @Test func devNullIsAnEmptyList() throws {
        let loop = try EventLoop()
        let sink = CollectingSink()
        try read(try ListSource(loop: loop, path: "/dev/null", format: nil), on: loop, into: sink)
        #expect(sink.jobs.isEmpty && sink.problems.isEmpty)
    }

    @Test func aGlobIsExpandedAsItIsNeeded() throws {
        let loop = try EventLoop()
        let source = SequenceSource(loop: loop, glob: try URLGlob(parsing: "http://h/[1-1000000000]"))
        let sink = CollectingSink()
        sink.room = 2_000
        sink.onBatch = { if sink.jobs.count >= sink.room { loop.stop() } }
        source.start(sink)
        try loop.run()
        #expect(sink.jobs.count == 2_000)
        #expect(sink.jobs[1_999].url == "http://h/2000")
        #expect(sink.jobs[0].extras?.values.globMatches == ["1"])
        source.cancel()
    }

    @Test func sourcesAreReadOneAfterTheOther() throws {
        let loop = try EventLoop()
        let path = try Self.temporaryFile("http://b/\n")
        defer { unlink(path) }
        let chain = SourceChain([
            SequenceSource(loop: loop, jobs: [FetchJob(url: "http://a/")]),
            try ListSource(loop: loop, path: path, format: .urls),
            SequenceSource(loop: loop, jobs: []),
            SequenceSource(loop: loop, jobs: [FetchJob(url: "http://c/")]),
        ])
        let sink = CollectingSink()
        try read(chain, on: loop, into: sink)
        #expect(sink.jobs.map(\.url) == ["http://a/", "http://b/", "http://c/"])
    }
}
