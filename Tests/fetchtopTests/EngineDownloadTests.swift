import FetchLoop
import Foundation
import TestSupport
import Testing

@testable import DemoServer
@testable import fetchtop

/// Downloads through the scheduler and libcurl, from the embedded origin into a folder.
struct DownloadBench {
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
        session.onIdle = { [loop] in session.close { loop.stop() } }
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
    var letters: String { String((0..<count).map { self[FetchID(index: $0)].state.letter }) }
    var first: Fetch { self[FetchID(index: 0)] }
}

extension DownloadBench {
    /// One whose downloads go on at what is there.
    static func resuming() throws -> DownloadBench {
        try DownloadBench {
            $0.naming = .remoteName(contentDisposition: false)
            $0.resumes = true
        }
    }

    /// What the origin's `/bytes/N` consists of.
    static func body(_ count: Int) throws -> [UInt8] {
        let bench = try DownloadBench()
        try bench.run(["/bytes/\(count)"])
        return try #require(bench.contents("\(count)"))
    }

    /// The version of `/bytes/N` as a partial download notes it.
    static func version(of count: Int) throws -> String {
        let bench = try DownloadBench()
        let store = try bench.run(["/bytes/\(count)"])
        let head = try #require(store.first.detail?.head)
        return try #require(head.value(of: "etag"))
    }
}

@Suite struct EngineDownloadTests {
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

    /// A directory that is made is a new name in the one above it, as a file is.
    @Test func whatHasNewNamesIsBroughtToTheDisk() throws {
        let folder = try TemporaryFolder()
        #expect(try FileSystem.makeDirectory(folder["a/b/c"]) == [folder.path, folder["a"], folder["a/b"]])
        #expect(try FileSystem.makeDirectory(folder["a/b/c"]) == [])
        #expect(try FileSystem.makeDirectory(folder["a/b/d/e"]) == [folder["a/b"], folder["a/b/d"]])
        let loop = try EventLoop()
        var save = RunOptions.Save()
        save.directory = folder["x/y"]
        let downloads = try Downloads(loop: loop, options: save)
        let order = TransferOrder(id: FetchID(index: 0), url: "http://h/z", values: nil, method: "GET")
        let download = try #require(try downloads.download(for: order))
        download.prepare { _ in loop.stop() }
        try loop.run()
        #expect(downloads.takeUnsynchronized() == [folder.path, folder["x"]])
        downloads.end(order.id, wasSaved: true)
        #expect(downloads.takeUnsynchronized() == [folder["x/y"]])
        let isLeft = downloads.takeDirectorySync() != nil
        #expect(!isLeft)
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

    /// A server that names what it sends, and breaks off the first answer to `/late`.
    @Test(arguments: ["x", "y"]) func aRetryKeepsTheNumberOfAServersName(second: String) async throws {
        try await onFreshThread {
            let count = Counter()
            let server = try ScriptedServer { request in
                let isLate = request.hasPrefix("GET /late ")
                defer { if isLate { count.increment() } }
                let name = isLate && count.value > 0 ? second : "x"
                let head =
                    "HTTP/1.1 200 OK\r\nContent-Length: 600000\r\nContent-Disposition: attachment; filename=\(name)"
                let answer = Array((head + "\r\n\r\n").utf8) + [UInt8](repeating: 0x62, count: 600_000)
                return isLate && count.value == 0 ? .last(answer.dropLast(100)) : .send(answer)
            }
            var bench = try DownloadBench { $0.naming = .remoteName(contentDisposition: true) }
            bench.options.concurrency.total = 1
            let store = try bench.run([server.url + "/first", server.url + "/late"])
            #expect(store.letters == "++" && count.value == 2)
            // What was gathered under the first name is removed in the pool.
            try waitUntil("the files", instead: { "\(bench.files)" }) {
                bench.files == (second == "x" ? ["x", "x.1"] : ["x", "y"])
            }
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
}
