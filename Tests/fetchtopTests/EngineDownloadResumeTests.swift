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
