import FetchLoop
import Foundation
import TestSupport
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

    /// The end of a section of curl's options, or one glob, may stand for a hundred thousand jobs.
    @Test func whatOneLineStandsForIsHandedOverInPiecesAndWaitsForRoom() throws {
        let urls = (0..<5_000).map { "url = http://a.example/\($0)\n" }.joined()
        let path = try Self.temporaryFile(urls + "next\nurl = \"http://a.example/[5000-9999]\"\n")
        defer { unlink(path) }
        let loop = try EventLoop()
        let source = try ListSource(loop: loop, path: path, format: .curl)
        let sink = CollectingSink()
        sink.room = 2_500
        var (largest, last, stood) = (0, 0, 0)
        sink.onBatch = {
            largest = max(largest, sink.jobs.count - last)
            last = sink.jobs.count
            guard stood == 0, last >= sink.room else { return }
            stood = -1
            loop.after(.milliseconds(20)) {
                stood = sink.jobs.count
                sink.room = .max
                source.resume()
            }
        }
        try read(source, on: loop, into: sink)
        #expect(largest <= 1_000 && stood < 3_500)
        #expect(sink.jobs.map(\.url) == (0..<10_000).map { "http://a.example/\($0)" })
    }

    /// Under `--strict-input` what stands before the first bad line is fetched, however much one line stands for.
    @Test func complaintsComeWithTheJobsThatStandBeforeThem() throws {
        for (text, before) in [
            ("url = http://h/[1-2500]\nnext\nurl = http://h/x\nnonsense = 1\nnext\nurl = http://h/y\n", 2_500),
            ("nonsense = 1\nurl = http://h/x\nnext\nurl = http://h/[1-2500]\n", 0),
        ] {
            let path = try Self.temporaryFile(text)
            defer { unlink(path) }
            let loop = try EventLoop()
            var options = RunOptions()
            options.concurrency.total = 1
            let client = FakeTransferClient(loop: loop, time: RunTime(origin: loop.now)) { _, _ in
                .answer(200, after: .zero)
            }
            let session = Session(
                loop: loop, options: options, client: client,
                source: try ListSource(loop: loop, path: path, format: .curl), isStrict: true)
            session.onIdle = { loop.stop() }
            session.start()
            try loop.run()
            session.onIdle = {}
            #expect(session.store.count == before && session.exitStatus.code == 3)
        }
    }

    @Test func bytesInChunksOfAnySizeAreTheSameLines() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<seedCount(300) {
            let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                Bool.random(using: &random) ? UInt8(ascii: "\n") : UInt8.random(in: 0...255, using: &random)
            }
            var lines = LineSplitter()
            var (found, rest): ([[UInt8]], ArraySlice<UInt8>) = ([], bytes[...])
            while !rest.isEmpty {
                let size = Int.random(in: 1...30, using: &random)
                lines.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
                while let line = lines.next() { found.append(Array(line)) }
            }
            let isRestThere = !lines.rest.isEmpty
            let last = Array(lines.takeRest())
            #expect(found + [last] == bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init))
            #expect(isRestThere == !last.isEmpty && lines.rest.isEmpty && lines.next() == nil)
        }
    }

    @Test func aProducerWaitsWhileThereIsNoRoomAndNothingSpins() throws {
        let loop = try EventLoop()
        let pipe = Foundation.Pipe()
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
        let pipe = Foundation.Pipe()
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
