import FetchLoop
import Foundation
import TestSupport
import Testing

@testable import DemoServer
@testable import fetchtop

/// Downloads that go on where an earlier attempt or run stopped.
@Suite struct EngineDownloadResumeTests {
    @Test func aPartialDownloadGoesOnAtItsEnd() throws {
        let whole = try DownloadBench.body(100_000)
        let bench = try DownloadBench.resuming()
        bench.write(Array(whole[..<40_000]), to: "100000.part")
        bench.write(Array(try DownloadBench.version(of: 100_000).utf8), to: "100000.part.version")
        let store = try bench.run(["/bytes/100000"])
        #expect(store.letters == "+")
        #expect(store.first.status == 206)
        #expect(store.first.receivedBytes == 60_000)
        #expect(store.first.detail?.saved?.resumedFrom == 40_000)
        #expect(bench.contents("100000") == whole)
        #expect(bench.files == ["100000"])
    }

    @Test func aPartialOfAnotherVersionIsFetchedAnew() throws {
        let whole = try DownloadBench.body(100_000)
        let bench = try DownloadBench.resuming()
        bench.write([UInt8](repeating: 0, count: 40_000), to: "100000.part")
        bench.write(Array("\"another\"".utf8), to: "100000.part.version")
        let store = try bench.run(["/bytes/100000"])
        #expect(store.first.status == 200)
        #expect(store.first.detail?.saved?.resumedFrom == nil)
        #expect(bench.contents("100000") == whole)
    }

    @Test func aPartialThatIsWholeNeedsNoBytes() throws {
        let whole = try DownloadBench.body(1_000)
        let bench = try DownloadBench.resuming()
        bench.write(whole, to: "1000.part")
        bench.write(Array(try DownloadBench.version(of: 1_000).utf8), to: "1000.part.version")
        let store = try bench.run(["/bytes/1000"])
        #expect(store.letters == "+")
        #expect(bench.contents("1000") == whole)
        #expect(bench.files == ["1000"])
    }

    @Test func withoutAVersionNothingIsAppended() throws {
        let whole = try DownloadBench.body(1_000)
        let bench = try DownloadBench.resuming()
        bench.write([UInt8](repeating: 0, count: 400), to: "1000.part")
        try bench.run(["/bytes/1000"])
        #expect(bench.contents("1000") == whole)
    }

    @Test func aRetryGoesOnAtTheLastByte() throws {
        let whole = try DownloadBench.body(4_000_000)
        let bench = try DownloadBench()
        let store = try bench.run(["/cut-once/a/4000000"])
        #expect(store.letters == "+")
        #expect(bench.contents("4000000") == whole)
        #expect(store.first.attempts == 2)
        #expect(store.first.status == 206)
        // What did not fill a chunk when the connection broke is fetched again, and no more.
        let resumedFrom = try #require(store.first.detail?.saved?.resumedFrom)
        #expect(resumedFrom >= 1_500_000 && resumedFrom <= 2_000_000)
    }

    /// What is given up is still on its way to the disk when it is asked for again.
    @Test func aNewDownloadOfAPathBeginsWhenTheEarlierOneHasLetGo() throws {
        let loop = try EventLoop()
        let folder = try TemporaryFolder()
        var save = RunOptions.Save()
        save.directory = folder.path
        save.resumes = true
        let downloads = try Downloads(loop: loop, options: save)
        let order = TransferOrder(id: FetchID(index: 0), url: "http://h/z", values: nil, method: "GET")
        let head = ResponseHead(
            status: 200, expectedBytes: nil, rawHeaders: Array("HTTP/1.1 200 OK\r\nETag: \"v\"\r\n\r\n".utf8))
        let first = try #require(try downloads.download(for: order))
        var start: Download.Start?
        var paths: [String] = []
        var isFree = false
        first.prepare { _ in
            first.receive(head, isAccepted: true)
            let piece = [UInt8](repeating: 1, count: 300_000)
            _ = first.take(piece.span.bytes) {}
            downloads.end(order.id, wasSaved: false)
            // Given up before it began: it is waited for by nobody.
            guard let second = try? downloads.download(for: order) else { return loop.stop() }
            second.prepare { _ in paths.append("second") }
            downloads.end(order.id, wasSaved: false)
            guard let third = try? downloads.download(for: order) else { return loop.stop() }
            third.prepare { result in
                // A process that another test is about to start holds a lock of ours until it is one of its own.
                isFree = (0..<1000).contains { _ in
                    if (try? OpenFile(folder["z.part"], .gather))?.lock() == true { return true }
                    usleep(1000)
                    return false
                }
                start = try? result.get()
                paths.append(third.path)
                downloads.settle { loop.stop() }
            }
        }
        // Only a download that never goes on waits so long.
        loop.after(.seconds(20)) { loop.stop() }
        try loop.run()
        #expect(paths == [folder["z"]])
        #expect(isFree)
        guard case .fetch(resumeFrom: 300_000, _, _)? = start else {
            Issue.record("\(String(describing: start))")
            return
        }
    }

    /// Somebody takes away, or changes, what was gathered while the next attempt is under way.
    @Test(arguments: ["removed", "replaced", "cut"], [601_000, 900_000])
    func whatIsGoneIsFetchedAnew(how: String, size: Int) async throws {
        try await onFreshThread {
            let bench = try DownloadBench()
            let part = bench.folder["big.part"]
            let count = Counter()
            let server = try ScriptedServer { request in
                func answer(_ status: String, _ length: Int) -> [UInt8] {
                    Array("HTTP/1.1 \(status)\r\nETag: \"v\"\r\nContent-Length: \(length)\r\n\r\n".utf8)
                }
                func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x62, count: count) }
                if let range = request.firstRange(of: "bytes=") {
                    let first = Int(request[range.upperBound...].prefix { $0 != "-" }) ?? 0
                    switch how {
                    case "removed": try? FileManager.default.removeItem(atPath: part)
                    case "replaced":
                        // Not removed and made again, which may give it the number that it had.
                        _ = FileManager.default.createFile(atPath: part + "x", contents: Data(count: size))
                        rename(part + "x", part)
                    default: truncate(part, 10)
                    }
                    let status = "206 P\r\nContent-Range: bytes \(first)-\(size - 1)/\(size)"
                    return .send(answer(status, size - first) + bytes(size - first))
                }
                defer { count.increment() }
                return count.value == 0
                    ? .last(answer("200 OK", size) + bytes(600_000)) : .send(answer("200 OK", size) + bytes(size))
            }
            let store = try bench.run([server.url + "/big"])
            #expect(store.letters == "+", "\(String(describing: store.first.detail?.attempts.last?.failure))")
            #expect(store.first.attempts == 3 && server.requests.count == 3)
            let isWhole = bench.contents("big") == [UInt8](repeating: 0x62, count: size)
            #expect(isWhole)
            #expect(bench.files == ["big"])
            let message = store.first.detail?.attempts.dropFirst().first?.failure?.message
            #expect(message == "cannot write '\(bench.folder["big"])': what was gathered of it is gone")
        }
    }

    /// A note is of what lies beside it, and of nothing else.
    @Test func theNoteOfAnotherPartDoesNotStayBesideANewOne() async throws {
        try await onFreshThread {
            let server = try ScriptedServer { _ in
                let head = "HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n"
                return .last(Array(head.utf8) + [UInt8](repeating: 0x62, count: 600_000))
            }
            var bench = try DownloadBench.resuming()
            bench.options.retry.count = 0
            for name in ["y.part.version", "y.part.version.new"] { bench.write(Array("\"old\"".utf8), to: name) }
            #expect(try bench.run([server.url + "/y"]).letters == "x")
            #expect(!bench.files.contains { $0.hasPrefix("y.part.version") }, "\(bench.files)")
        }
    }

    @Test(arguments: [5, 600_000]) func whatCannotBeMovedCanBeGoneOnWith(size: Int) throws {
        let bench = try DownloadBench.resuming()
        try FileManager.default.createDirectory(atPath: bench.folder["\(size)"], withIntermediateDirectories: false)
        #expect(try bench.run(["/bytes/\(size)"]).first.failure == .disk)
        #expect(bench.files == ["\(size)", "\(size).part", "\(size).part.version"])
        #expect(bench.contents("\(size).part.version") == Array(try DownloadBench.version(of: size).utf8))
        try FileManager.default.removeItem(atPath: bench.folder["\(size)"])
        let store = try bench.run(["/bytes/\(size)"])
        #expect(store.letters == "+" && store.first.status == 416)
        let isWhole = bench.contents("\(size)") == (try DownloadBench.body(size))
        #expect(isWhole)
    }

    @Test func whatABrokenRunGatheredIsThereForTheNext() throws {
        let whole = try DownloadBench.body(4_000_000)
        var bench = try DownloadBench.resuming()
        bench.options.retry.count = 0
        #expect(try bench.run(["/cut-once/a/4000000"]).letters == "x")
        #expect(bench.files == ["4000000.part", "4000000.part.version"])
        let store = try bench.run(["/cut-once/a/4000000"])
        #expect(store.letters == "+")
        #expect(store.first.status == 206)
        #expect(bench.files == ["4000000"])
        #expect(bench.contents("4000000") == whole)
    }
}
