import FetchLoop
import Foundation
import TestSupport
import Testing

@testable import DemoServer
@testable import fetchtop

/// Downloads through the scheduler and libcurl, from the embedded origin into a folder.
private struct DownloadBench {
    let loop: EventLoop
    let origin: Origin
    let folder: TemporaryFolder
    var options = RunOptions()

    init(_ change: (inout RunOptions.Save) -> Void = { $0.naming = .remoteName(contentDisposition: false) }) throws {
        loop = try EventLoop()
        origin = try Origin(loop: loop)
        folder = try TemporaryFolder()
        options.retry.delay = .milliseconds(5)
        options.save.directory = folder.path
        change(&options.save)
    }

    /// Fetches and returns the store; the folder holds the files.
    @discardableResult
    func run(_ paths: [String], change: (inout FetchJob) -> Void = { _ in }) throws -> FetchStore {
        let client = try CurlTransferClient(loop: loop, options: options)
        let jobs = paths.map { path in
            var job = FetchJob(url: path.hasPrefix("/") ? origin.url + path : path)
            change(&job)
            return job
        }
        let session = Session(
            loop: loop, options: options, client: client, source: SequenceSource(loop: loop, jobs: jobs),
            downloads: try Downloads(loop: loop, options: options.save))
        session.store.addObserver(CountsCheck())
        session.onIdle = { [loop] in loop.stop() }
        session.start()
        try loop.run()
        session.onIdle = {}
        client.close()
        return session.store
    }

    var files: [String] { (try? FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()) ?? [] }

    func contents(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: folder.path + "/" + name).map(Array.init)
    }

    func write(_ bytes: [UInt8], to name: String) {
        _ = FileManager.default.createFile(atPath: folder.path + "/" + name, contents: Data(bytes))
    }
}

extension FetchStore {
    fileprivate var letters: String { String((0..<count).map { self[FetchID(index: $0)].state.letter }) }
    fileprivate var first: Fetch { self[FetchID(index: 0)] }
}

@Suite struct EngineDownloadTests {
    /// What the origin's `/bytes/N` consists of.
    func body(_ count: Int) throws -> [UInt8] {
        let bench = try DownloadBench()
        try bench.run(["/bytes/\(count)"])
        return try #require(bench.contents("\(count)"))
    }

    @Test func bodiesOfEverySizeAreSavedUnderTheirNames() throws {
        let bench = try DownloadBench()
        let sizes = [0, 1, 1_000, 262_143, 262_144, 262_145, 3_000_000]
        let store = try bench.run(sizes.map { "/bytes/\($0)" })
        #expect(store.letters == "+++++++")
        #expect(bench.files == sizes.map(String.init).sorted())
        for size in sizes { #expect(bench.contents("\(size)")?.count == size) }
        let whole = try #require(bench.contents("3000000"))
        #expect(Array(whole[..<262_145]) == bench.contents("262145"))
        #expect(store.first.detail?.saved?.fileName == bench.folder.path + "/0")
    }

    @Test func twoFetchesNeverShareAFile() throws {
        let bench = try DownloadBench()
        try bench.run(["/bytes/5?1", "/bytes/5?2", "/bytes/5?3", "/"])
        #expect(bench.files == ["5", "5.1", "5.2", "index.html"])
    }

    @Test func whatFailsLeavesNoFile() throws {
        var bench = try DownloadBench()
        bench.options.retry.count = 0
        let store = try bench.run(["/status/404", "/stall-body/50", "http://127.0.0.1:1/x"])
        #expect(store.letters == "!xx")
        #expect(bench.files == [])
    }

    @Test func withoutANameBodiesAreDiscarded() throws {
        let bench = try DownloadBench {
            $0.naming = nil
            $0.directory = nil
        }
        let store = try bench.run(["/bytes/5"])
        #expect(store.letters == "+")
        #expect(store.first.detail?.saved == nil)
    }

    @Test func aJobsOwnNameMakesItsDirectories() throws {
        let bench = try DownloadBench { $0.naming = nil }
        try bench.run(["/bytes/5"]) { $0.values.output = "deep/er/x.bin" }
        #expect(bench.files == ["deep", "deep/er", "deep/er/x.bin"])
    }

    @Test func aFileThatCannotBeWrittenFailsAloneAndSaysWhy() throws {
        let bench = try DownloadBench()
        bench.write([], to: "blocked")
        let store = try bench.run(["/bytes/5", "/bytes/6"]) { job in
            if job.url.hasSuffix("5") { job.values.output = "blocked/x" }
        }
        #expect(store.letters == "x+")
        let failure = store.first.detail?.attempts.last?.failure
        #expect(failure?.kind == .disk)
        #expect(failure?.phase == .write)
        #expect(failure?.message == "cannot write '\(bench.folder.path)/blocked/x': Not a directory")
        #expect(bench.files == ["6", "blocked"])
    }

    @Test func aFullDiskAbortsTheTransfer() throws {
        let bench = try DownloadBench()
        // A partial file that is a link is not followed, whatever it leads to.
        try FileManager.default.createSymbolicLink(
            atPath: bench.folder.path + "/3000000.part", withDestinationPath: "/dev/full")
        let store = try bench.run(["/bytes/3000000"])
        #expect(store.letters == "x")
        #expect(store.first.failure == .disk)
    }

    // MARK: - What is there already

    @Test func existingFilesAreLeftOutWhenAsked() throws {
        let bench = try DownloadBench {
            $0.naming = .remoteName(contentDisposition: false)
            $0.skipsExisting = true
        }
        bench.write([1], to: "5")
        let store = try bench.run(["/bytes/5", "/bytes/6"])
        #expect(store.letters == "=+")
        #expect(bench.contents("5") == [1])
        #expect(store.first.detail?.saved?.fileName.hasSuffix("/5") == true)
        #expect(bench.origin.state.requestCount == 1)
    }

    @Test func noClobberNumbersInsteadOfOverwriting() throws {
        let bench = try DownloadBench {
            $0.naming = .remoteName(contentDisposition: false)
            $0.noClobber = true
        }
        bench.write([1], to: "5")
        bench.write([2], to: "5.1")
        let store = try bench.run(["/bytes/5"])
        #expect(bench.files == ["5", "5.1", "5.2"])
        #expect(bench.contents("5") == [1])
        #expect(store.first.detail?.saved?.fileName.hasSuffix("/5.2") == true)
    }

    @Test func aServersNameNeverReplacesAFile() async throws {
        try await onFreshThread {
            let server = try ScriptedServer { _ in
                .text(
                    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
                        + "Content-Disposition: attachment; filename=Makefile\r\n\r\nall")
            }
            let bench = try DownloadBench { $0.naming = .remoteName(contentDisposition: true) }
            bench.write([1], to: "Makefile")
            let store = try bench.run([server.url + "/x"])
            #expect(store.letters == "+")
            #expect(bench.files == ["Makefile", "Makefile.1"])
            #expect(bench.contents("Makefile") == [1])
        }
    }

    @Test func noFileIsGatheredUnderAnothersName() {
        var names = DownloadNames(RunOptions.Save())
        #expect(names.take("x") == "x")
        #expect(names.take("x.part") == "x.part.1")
        #expect(names.take("x.part.version") == "x.part.version.1")
        #expect(names.take("y.part") == "y.part")
        #expect(names.take("y") == "y.1")
        names.giveBack("y.part")
        #expect(names.take("y") == "y")
    }

    @Test func otherwiseAFileIsReplacedInOneStep() throws {
        let bench = try DownloadBench()
        bench.write([1], to: "5")
        try bench.run(["/bytes/5"])
        #expect(bench.contents("5")?.count == 5)
    }

    // MARK: - Going on

    /// The version of `/bytes/N` as a partial download notes it.
    func version(of count: Int) throws -> String {
        let bench = try DownloadBench()
        let store = try bench.run(["/bytes/\(count)"])
        let head = try #require(store.first.detail?.head)
        return try #require(head.value(of: "etag"))
    }

    private func resumingBench() throws -> DownloadBench {
        try DownloadBench {
            $0.naming = .remoteName(contentDisposition: false)
            $0.resumes = true
        }
    }

    @Test func aPartialDownloadGoesOnAtItsEnd() throws {
        let whole = try body(100_000)
        let bench = try resumingBench()
        bench.write(Array(whole[..<40_000]), to: "100000.part")
        bench.write(Array(try version(of: 100_000).utf8), to: "100000.part.version")
        let store = try bench.run(["/bytes/100000"])
        #expect(store.letters == "+")
        #expect(store.first.status == 206)
        #expect(store.first.receivedBytes == 60_000)
        #expect(store.first.detail?.saved?.resumedFrom == 40_000)
        #expect(bench.contents("100000") == whole)
        #expect(bench.files == ["100000"])
    }

    @Test func aPartialOfAnotherVersionIsFetchedAnew() throws {
        let whole = try body(100_000)
        let bench = try resumingBench()
        bench.write([UInt8](repeating: 0, count: 40_000), to: "100000.part")
        bench.write(Array("\"another\"".utf8), to: "100000.part.version")
        let store = try bench.run(["/bytes/100000"])
        #expect(store.first.status == 200)
        #expect(store.first.detail?.saved?.resumedFrom == nil)
        #expect(bench.contents("100000") == whole)
    }

    @Test func aPartialThatIsWholeNeedsNoBytes() throws {
        let whole = try body(1_000)
        let bench = try resumingBench()
        bench.write(whole, to: "1000.part")
        bench.write(Array(try version(of: 1_000).utf8), to: "1000.part.version")
        let store = try bench.run(["/bytes/1000"])
        #expect(store.letters == "+")
        #expect(bench.contents("1000") == whole)
        #expect(bench.files == ["1000"])
    }

    @Test func withoutAVersionNothingIsAppended() throws {
        let whole = try body(1_000)
        let bench = try resumingBench()
        bench.write([UInt8](repeating: 0, count: 400), to: "1000.part")
        try bench.run(["/bytes/1000"])
        #expect(bench.contents("1000") == whole)
    }

    @Test func aRetryGoesOnAtTheLastByte() throws {
        let whole = try body(4_000_000)
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
        let whole = try body(4_000_000)
        var bench = try resumingBench()
        bench.options.retry.count = 0
        #expect(try bench.run(["/cut-once/a/4000000"]).letters == "x")
        #expect(bench.files == ["4000000.part", "4000000.part.version"])
        let store = try bench.run(["/cut-once/a/4000000"])
        #expect(store.letters == "+")
        #expect(store.first.status == 206)
        #expect(bench.files == ["4000000"])
        #expect(bench.contents("4000000") == whole)
    }

    // MARK: - Checks and dates

    @Test func aChecksumIsCheckedBeforeTheFileGetsItsName() throws {
        let bench = try DownloadBench()
        let five = try body(5)
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

    @Test func theDigestOfAResumedFileIsOfAllOfIt() throws {
        let whole = try body(100_000)
        let bench = try resumingBench()
        bench.write(Array(whole[..<40_000]), to: "100000.part")
        bench.write(Array(try version(of: 100_000).utf8), to: "100000.part.version")
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
            for _ in 0..<10 { actions.append(download.take(piece.span.bytes) { resumed = true }) }
        }
        loop.after(.milliseconds(200)) { loop.stop() }
        try loop.run()
        #expect(actions.prefix(8).allSatisfy { $0 == .proceed })
        #expect(actions.last == .pause)
        #expect(resumed)
    }
}

@Suite struct EngineNamingTests {
    @Test(arguments: [
        ("report.pdf", "report.pdf"), ("a/b/c.txt", "c.txt"), ("..\\..\\evil.exe", "evil.exe"),
        ("/etc/passwd", "passwd"),
        ("..", nil), ("", nil), ("   ", nil), (".bashrc", "_bashrc"), ("a\u{0}b\nc", "a_b_c"),
        ("x\u{202E}fdp.exe", "x_fdp.exe"),
        ("trailing. . ", "trailing"), ("naïve €.txt", "naïve €.txt"),
    ])
    func aServersNameIsMadeSafe(text: String, name: String?) {
        #expect(SafeName.fileName(text) == name)
    }

    @Test func longNamesKeepTheirExtension() {
        let name = SafeName.fileName(String(repeating: "ü", count: 300) + ".tar.gz")!
        #expect(name.utf8.count <= SafeName.longest)
        #expect(name.hasSuffix(".gz"))
    }

    @Test(arguments: [
        ("attachment; filename=\"a b.txt\"", "a b.txt"), ("inline;filename=x.bin ; size=3", "x.bin"),
        ("attachment; filename=\"EURO.txt\"; filename*=UTF-8''%e2%82%ac%20rates.txt", "€ rates.txt"),
        ("attachment; filename*=iso-8859-1'en'%A3.txt; filename=\"pound.txt\"", "pound.txt"),
        ("attachment; filename=\"with \\\"quotes\\\"; and more\"", "with \"quotes\"; and more"),
        ("attachment", nil), ("attachment; filename*=UTF-8''%zz", nil), ("", nil),
    ])
    func contentDispositionIsRead(value: String, name: String?) {
        #expect(ContentDisposition.fileName(value) == name)
    }

    @Test func namesComeFromTheJobTheTemplateOrTheURL() {
        var save = RunOptions.Save()
        #expect(DownloadNames(save).wanted(url: "http://h/a/b.txt?q", values: nil) == nil)
        save.directory = "out/"
        #expect(DownloadNames(save).wanted(url: "http://h/a/b.txt?q", values: nil) == "out/b.txt")
        #expect(DownloadNames(save).wanted(url: "http://h/a/", values: nil) == "out/index.html")
        save.naming = .template("x")
        #expect(DownloadNames(save).wanted(url: "http://h/a", values: nil) == "out/x")
        var values = FetchJob.Values()
        values.output = "/abs/y"
        #expect(DownloadNames(save).wanted(url: "http://h/a", values: values) == "/abs/y")
        values.output = "/dev/null"
        #expect(DownloadNames(save).wanted(url: "http://h/a", values: values) == nil)
    }

    @Test func aProposedNameIsTakenOnlyWhenAskedFor() {
        var save = RunOptions.Save()
        save.directory = "out"
        let raw = Array("HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename=\"../x.txt\"\r\n\r\n".utf8)
        let head = ResponseHead(status: 200, expectedBytes: nil, rawHeaders: raw)
        save.naming = .remoteName(contentDisposition: false)
        #expect(DownloadNames(save).proposed(by: head, insteadOf: "out/a") == "out/a")
        save.naming = .remoteName(contentDisposition: true)
        #expect(DownloadNames(save).proposed(by: head, insteadOf: "out/a") == "out/x.txt")
    }

    @Test func contentRangesAreRead() {
        #expect(ContentRange("bytes 5-9/10")?.first == 5)
        #expect(ContentRange("bytes 5-9/10")?.total == 10)
        #expect(ContentRange("bytes */7")?.total == 7)
        #expect(ContentRange("bytes */7")?.first == nil)
        #expect(ContentRange("bytes 0-1/*")?.total == nil)
        #expect(ContentRange("items 1-2/3") == nil)
        #expect(ContentRange(nil) == nil)
    }
}
