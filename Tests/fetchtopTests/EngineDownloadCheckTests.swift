import FetchLoop
import Foundation
import TestSupport
import Testing

@testable import DemoServer
@testable import fetchtop

/// What is checked and set before a body gets its name, and disks that are slow.
@Suite struct EngineDownloadCheckTests {
    @Test func aChecksumIsCheckedBeforeTheFileGetsItsName() throws {
        let bench = try DownloadBench()
        let five = try DownloadBench.body(5)
        let store = try bench.run(["/bytes/5?good", "/bytes/6?bad"]) { job in
            var hasher = DigestStream<SHA256>()
            hasher.update(five.span)
            job.values.checksum = "sha-256=" + hasher.finishHexadecimal()
        }
        #expect(store.letters == "+x")
        #expect(bench.files == ["5"])
        #expect(store.first.detail?.saved?.sha256?.count == 64)
        #expect(store[FetchID(index: 1)].failure == .checksum)
        #expect(store[FetchID(index: 1)].detail?.attempts.last?.failure?.message.hasPrefix("sha-256 is ") == true)
    }

    /// What is tried again after that is saved as anything else.
    @Test func aRetryAfterAWrongChecksumIsSavedToo() async throws {
        try await onFreshThread {
            let count = Counter()
            let server = try ScriptedServer { _ in
                defer { count.increment() }
                return .text("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + (count.value == 0 ? "wrong" : "right"))
            }
            var bench = try DownloadBench()
            bench.options.retry.retriesAllErrors = true
            let store = try bench.run([server.url + "/x"]) { job in
                var hasher = DigestStream<SHA256>()
                hasher.update(Array("right".utf8).span)
                job.values.checksum = "sha-256=" + hasher.finishHexadecimal()
            }
            #expect(store.letters == "+" && store.first.attempts == 2)
            #expect(bench.contents("x") == Array("right".utf8) && bench.files == ["x"])
        }
    }

    @Test func theDigestOfAResumedFileIsOfAllOfIt() throws {
        let whole = try DownloadBench.body(100_000)
        let bench = try DownloadBench.resuming()
        bench.write(Array(whole[..<40_000]), to: "100000.part")
        bench.write(Array(try DownloadBench.version(of: 100_000).utf8), to: "100000.part.version")
        let store = try bench.run(["/bytes/100000"]) { job in
            var hasher = DigestStream<SHA1>()
            hasher.update(whole.span)
            job.values.checksum = "sha-1=" + hasher.finishHexadecimal()
        }
        #expect(store.letters == "+")
        #expect(bench.contents("100000") == whole)
    }

    @Test func aFileCanHaveTheServersDate() throws {
        let bench = try DownloadBench {
            $0.naming = .remoteName(contentDisposition: false)
            $0.keepsRemoteTime = true
        }
        let store = try bench.run(["/bytes/5"])
        let value = try #require(store.first.detail?.head?.value(of: "last-modified"))
        let file = try OpenFile(bench.folder.path + "/5", .read)
        #expect(try file.status().modifiedAtUnixSeconds == HTTPDate.unixSeconds(value))
    }

    @Test func aSlowDiskHoldsTheTransferBack() throws {
        let loop = try EventLoop()
        let folder = try TemporaryFolder()
        let download = Download(
            loop: loop, options: RunOptions.Save(), path: folder.path + "/x", isDirectoryMade: true, checksum: nil
        ) { $1 }
        let head = ResponseHead(status: 200, expectedBytes: nil, rawHeaders: [])
        var resumed = false
        var actions: [BodyAction] = []
        loop.onNextTurn {
            download.receive(head, isAccepted: true)
            let piece = [UInt8](repeating: 1, count: 200_000)
            // All in one turn, so that no write can end meanwhile.
            for _ in 0..<10 {
                let action = download.take(piece.span.bytes) {
                    resumed = true
                    loop.stop()
                }
                actions.append(action)
            }
        }
        // Only a download that never goes on waits so long.
        loop.after(.seconds(10)) { loop.stop() }
        try loop.run()
        #expect(actions.prefix(8).allSatisfy { $0 == .proceed })
        #expect(actions.last == .pause)
        #expect(resumed)
    }
}
