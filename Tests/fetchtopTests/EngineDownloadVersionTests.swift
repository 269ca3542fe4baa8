import FetchLoop
import Foundation
import TestSupport
import Testing

@testable import fetchtop

/// Parts of bodies: only what is of the same version and all there becomes a file, and no link is followed on the way.
@Suite struct EngineDownloadVersionTests {
    /// A part of `AAAA`, of version `"old"` unless said otherwise, and a server that answers a request for the rest so.
    private func resumed(
        _ rest: String, version: String = "\"old\"", file: String = "AAAA", retries: Int = 0
    ) throws -> (bench: DownloadBench, store: FetchStore, requests: [String]) {
        let whole = "HTTP/1.1 200 OK\r\nETag: \"new\"\r\nContent-Length: 8\r\n\r\nnewwhole"
        let server = try ScriptedServer { request in .text(request.contains("\r\nRange: ") ? rest : whole) }
        var bench = try DownloadBench.resuming()
        bench.options.retry.count = retries
        bench.write(Array(file.utf8), to: "y.part")
        bench.write(Array(version.utf8), to: "y.part.version")
        return (bench, try bench.run([server.url + "/y"]), server.requests)
    }

    private static func part(
        _ range: String, _ body: String, etag: String? = "\"old\"", modified: String? = nil, status: String = "206 P"
    ) -> String {
        "HTTP/1.1 \(status)\r\nContent-Range: bytes \(range)\r\n" + (etag.map { "ETag: \($0)\r\n" } ?? "")
            + (modified.map { "Last-Modified: \($0)\r\n" } ?? "")
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static let (today, yesterday) = ("Mon, 23 Nov 2026 09:00:00 GMT", "Sun, 22 Nov 2026 09:00:00 GMT")

    @Test func aRestOfTheSameVersionIsPutBehindItsBeginning() async throws {
        try await onFreshThread {
            for rest in [Self.part("4-7/8", "BBBB"), Self.part("4-7/8", "BBBB", etag: nil)] {
                let run = try resumed(rest)
                #expect(run.store.letters == "+" && run.store.first.attempts == 1)
                #expect(run.bench.contents("y") == Array("AAAABBBB".utf8) && run.bench.files == ["y"])
            }
            let dated = try resumed(Self.part("4-7/8", "BBBB", modified: Self.today), version: Self.today)
            #expect(dated.bench.contents("y") == Array("AAAABBBB".utf8))
        }
    }

    /// A server or a cache that does not know If-Range.
    @Test func aRestOfAnotherVersionIsNeverPutBehindIt() async throws {
        try await onFreshThread {
            let others = [
                (Self.part("4-7/8", "ZZZZ", etag: "\"new\""), "\"old\""),
                (Self.part("4-7/8", "ZZZZ", etag: "W/\"old\""), "\"old\""),
                (Self.part("4-7/8", "ZZZZ", modified: Self.today), Self.yesterday),
                // All of it is there, of another version.
                (Self.part("*/4", "", etag: "\"new\"", status: "416 Range Not Satisfiable"), "\"old\""),
            ]
            for (rest, version) in others {
                let run = try resumed(rest, version: version)
                #expect(run.store.letters == "+", "\(rest)")
                #expect(run.bench.contents("y") == Array("newwhole".utf8), "\(rest)")
                #expect(run.bench.files == ["y"] && run.requests.count == 2)
                #expect(run.store.first.detail?.attempts.first?.failure?.kind == .badResponse)
                #expect(run.store.first.detail?.saved?.resumedFrom == nil)
            }
        }
    }

    @Test func aRestThatMakesNoWholeIsFetchedFromTheBeginning() async throws {
        try await onFreshThread {
            let others = [
                Self.part("3-7/8", "ZZZZZ"), Self.part("4-7/*", "ZZZZ"), Self.part("4-9/8", "ZZZZZZ"),
                Self.part("4-3/8", ""), Self.part("4-7/8", "ZZZZZZ"), Self.part("*/2", "", status: "416 R"),
                "HTTP/1.1 206 P\r\nETag: \"old\"\r\nContent-Length: 4\r\n\r\nZZZZ",
            ]
            for rest in others {
                let run = try resumed(rest)
                #expect(run.store.letters == "+", "\(rest)")
                #expect(run.bench.contents("y") == Array("newwhole".utf8) && run.bench.files == ["y"], "\(rest)")
            }
        }
    }

    @Test func aShortPartIsNoWholeFileAndARetryGoesOnBehindIt() async throws {
        try await onFreshThread {
            let short = try resumed(Self.part("4-5/8", "BB"))
            #expect(short.store.letters == "x" && short.store.first.failure == .truncated)
            #expect(short.bench.files == ["y.part", "y.part.version"])
            #expect(short.bench.contents("y.part") == Array("AAAABB".utf8))
            let server = try ScriptedServer { request in
                .text(
                    Self.part(request.contains("bytes=4-") ? "4-5/8" : "6-7/8", request.contains("=4-") ? "BB" : "CC"))
            }
            let bench = try DownloadBench.resuming()
            bench.write(Array("AAAA".utf8), to: "y.part")
            bench.write(Array("\"old\"".utf8), to: "y.part.version")
            #expect(try bench.run([server.url + "/y"]).letters == "+")
            #expect(bench.contents("y") == Array("AAAABBCC".utf8) && bench.files == ["y"])
        }
    }

    @Test func aPartThatNobodyAskedForIsNoFile() async throws {
        try await onFreshThread {
            for answer in [Self.part("0-3/8", "ZZZZ"), "HTTP/1.1 206 P\r\nContent-Length: 4\r\n\r\nZZZZ"] {
                let server = try ScriptedServer { _ in .text(answer) }
                for resumes in [false, true] {
                    let bench = try DownloadBench {
                        $0.naming = .remoteName(contentDisposition: false)
                        $0.resumes = resumes
                    }
                    let store = try bench.run([server.url + "/w"])
                    #expect(store.letters == "x" && store.first.failure == .badResponse)
                    #expect(bench.files == [])
                }
            }
            // One that is all there is, and one that was asked for, are.
            let server = try ScriptedServer { request in
                .text(Self.part(request.contains("\r\nRange: ") ? "2-4/8" : "0-2/3", "abc"))
            }
            let bench = try DownloadBench()
            #expect(try bench.run([server.url + "/all"]).letters == "+")
            #expect(try bench.run([server.url + "/some"]) { $0.values.range = "2-4" }.letters == "+")
            #expect(
                try bench.run([server.url + "/header"]) {
                    $0.values.headers = [.init(name: "range", value: "bytes=2-4")]
                }.letters == "+")
            #expect(bench.files == ["all", "header", "some"])
        }
    }

    /// The bytes of a range that broke are not the beginning of the body.
    @Test func aRangeThatBreaksBeginsAnew() async throws {
        try await onFreshThread {
            let body = String(repeating: "b", count: 1_000)
            let count = Counter()
            let server = try ScriptedServer { request in
                if !request.contains("bytes=100-1099") { return .text(Self.part("0-1/9999", "xx")) }
                let answer = Array(Self.part("100-1099/9999", body).utf8)
                defer { count.increment() }
                return count.value == 0 ? .last(Array(answer.dropLast(400))) : .send(answer)
            }
            let bench = try DownloadBench.resuming()
            #expect(try bench.run([server.url + "/r"]) { $0.values.range = "100-1099" }.letters == "+")
            #expect(bench.contents("r") == Array(body.utf8) && bench.files == ["r"])
        }
    }

    /// Tags of bytes that no header of a request may have.
    @Test func aVersionThatCannotBeSentIsNone() async throws {
        try await onFreshThread {
            let server = try ScriptedServer { request in
                let tag = Array("HTTP/1.1 200 OK\r\nETag: \"a".utf8) + [0x01] + Array("b\"\r\n".utf8)
                let isSecond = request.hasPrefix("GET /x?2 ")
                let body = String(repeating: "b", count: 600_000)
                return isSecond
                    ? .send(tag + Array("Content-Length: 2\r\n\r\nok".utf8))
                    : .last(tag + Array("Content-Length: 700000\r\n\r\n\(body)".utf8))
            }
            var bench = try DownloadBench {
                $0.naming = .remoteName(contentDisposition: false)
                $0.resumes = true
                $0.etagStore = "tags"
            }
            bench.options.retry.count = 1
            let store = try bench.run([server.url + "/x"])
            // Tried again from the beginning, and not refused for what the server had said.
            #expect(store.letters == "x" && store.first.failure == .truncated && store.first.attempts == 2)
            #expect(!server.requests.contains { $0.contains("If-Range") })
            let loop = try EventLoop()
            let tags = try ETagStore(loop: loop, path: bench.folder["tags"])
            let order = TransferOrder(id: FetchID(index: 0), url: "http://h/", values: nil, method: "GET")
            tags.note("\"a\u{1}b\"", for: order)
            #expect(tags.condition(for: order)?.value == nil)
        }
    }

    // MARK: - Links

    @Test func noLinkInThePlaceOfTheNoteIsFollowed() async throws {
        try await onFreshThread {
            let body = String(repeating: "b", count: 600_000)
            let head = "HTTP/1.1 200 OK\r\nETag: \"owned-by-server\"\r\nContent-Length: 900000\r\n\r\n"
            let server = try ScriptedServer { _ in .last(Array((head + body).utf8)) }
            var bench = try DownloadBench.resuming()
            bench.options.retry.count = 0
            bench.write(Array("precious\n".utf8), to: "target.txt")
            for name in ["big.part.version", "big.part.version.new"] {
                try FileManager.default.createSymbolicLink(
                    atPath: bench.folder[name], withDestinationPath: "target.txt")
            }
            #expect(try bench.run([server.url + "/big"]).letters == "x")
            #expect(bench.contents("target.txt") == Array("precious\n".utf8))
            // What was gathered can be gone on with: the note is a file of its own now.
            #expect(bench.contents("big.part.version") == Array("\"owned-by-server\"".utf8))
            #expect(bench.contents("big.part")?.count == body.utf8.count)
            #expect(bench.files == ["big.part", "big.part.version", "target.txt"])
        }
    }

    /// What a link leads to is not told to a server.
    @Test(arguments: ["link", "control", "binary", "long"]) func aNoteThatIsNoneIsNotSent(kind: String) async throws {
        try await onFreshThread {
            let server = try ScriptedServer { _ in .text("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nall") }
            let bench = try DownloadBench.resuming()
            bench.write(Array("secret".utf8), to: "id")
            bench.write(Array("AAAA".utf8), to: "y.part")
            let note = "y.part.version"
            switch kind {
            case "link":
                try FileManager.default.createSymbolicLink(atPath: bench.folder[note], withDestinationPath: "id")
            case "control": bench.write(Array("secret\r\nX-Injected: 1".utf8), to: note)
            case "binary": bench.write(Array("secret".utf8) + [0xFF, 0xFE], to: note)
            default: bench.write(Array(("secret" + String(repeating: "x", count: 5_000)).utf8), to: note)
            }
            #expect(try bench.run([server.url + "/y"]).letters == "+")
            #expect(bench.contents("y") == Array("all".utf8))
            #expect(!server.requests.contains { $0.contains("secret") || $0.contains("X-Injected") })
        }
    }
}
