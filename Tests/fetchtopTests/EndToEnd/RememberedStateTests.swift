import Foundation
import TestSupport
import Testing

/// What one run leaves for the next: cookies, HSTS, Alt-Svc, entity tags.
@Suite struct RememberedStateTests {
    private func run(_ arguments: [String], folder: TemporaryFolder) throws -> [[String: Any]] {
        let outcome = try Executable.run(
            ["--headless", "--summary", "none", "-j", "1"] + arguments, folder: folder.path)
        #expect(outcome.errors == "")
        return try outcome.output.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    /// Rules that transfers with and without them must not get around by each other's connections.
    private static let rules = [[], ["-4"], ["--resolve", "other.invalid:1:127.0.0.1,127.0.0.1"]]

    @Test(arguments: rules)
    func cookiesThatServersSetAreSentBackAndKeptInTheJar(rule: [String]) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            _ = try run(
                rule + [
                    "-c", "jar", "\(origin.url)/cookies/a/1", "\(origin.url)/echo", "-o", "/dev/null", "-o", "same",
                ],
                folder: folder)
            #expect(try folder.read("same").contains("a=1"))
            #expect(try folder.read("jar").contains("\ta\t1\n"))
            _ = try run(rule + ["-b", "jar", "-b", "c=3", "\(origin.url)/echo", "-o", "next"], folder: folder)
            let echoed = try folder.read("next")
            #expect(echoed.contains("a=1") && echoed.contains("c=3"))
            // Without a jar nothing is kept, and a cookie that was set is not sent back.
            _ = try run(
                ["\(origin.url)/cookies/a/1", "\(origin.url)/echo", "-o", "/dev/null", "-o", "none"], folder: folder)
            #expect(try !folder.read("none").contains("a=1"))
        }
    }

    @Test(arguments: rules)
    func aHostThatAsksForHTTPSOnlyIsNeverAskedOtherwiseAgain(rule: [String]) async throws {
        try await onFreshThread {
            let server = try ScriptedServer { _ in
                .text("HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=3600\r\nContent-Length: 2\r\n\r\nok")
            }
            let nginx = try NginxServer(files: ["a": "a"], origin: server.port)
            let folder = try TemporaryFolder()
            let plain = nginx.secureURL.replacing("https:", with: "http:") + "/a"
            let options = rule + ["--cacert", nginx.certificateAuthority, "--hsts", "known"]
            let first = try run(options + ["\(nginx.secureURL)/sts", plain], folder: folder)
            #expect(first.last?["http_code"] as? Int == 200)
            #expect(try folder.read("known").contains("localhost"))
            let second = try run(options + [plain], folder: folder)
            #expect(second.first?["http_code"] as? Int == 200)
            #expect(try folder.read("known").contains("localhost"))
            let without = try run(["--cacert", nginx.certificateAuthority, plain], folder: folder)
            #expect(without.first?["state"] as? String == "http_error", "plain HTTP to a port that speaks TLS")
        }
    }

    @Test(arguments: rules) func anAlternativeServiceIsRememberedAndUsed(rule: [String]) async throws {
        try await onFreshThread {
            let mutual = OnceSet()
            let server = try ScriptedServer { _ in
                .text(
                    "HTTP/1.1 200 OK\r\nAlt-Svc: h1=\":\(mutual.value)\"; ma=3600\r\nContent-Length: 2\r\n\r\nok")
            }
            let nginx = try NginxServer(origin: server.port)
            let port = try #require(nginx.mutualURL.split(separator: ":").last.flatMap { Int($0) })
            mutual.value = port
            let folder = try TemporaryFolder()
            let options = rule + ["--http1.1", "--cacert", nginx.certificateAuthority, "--alt-svc", "known"]
            let first = try run(options + ["\(nginx.secureURL)/x"], folder: folder)
            #expect(first.first?["remote_port"] as? Int != port)
            #expect(try folder.read("known").contains("localhost \(port) "))
            let second = try run(options + ["\(nginx.secureURL)/x"], folder: folder)
            #expect(second.first?["remote_port"] as? Int == port)
            #expect(try folder.read("known").split(separator: "\n").count { $0.contains("localhost \(port) ") } == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["known"])
        }
    }

    @Test func bodiesThatHaveNotChangedAreNotFetchedAgain() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let urls =
                (1...20).map { "\(origin.url)/bytes/\($0)" } + ["\(origin.url)/changing/k/9", "\(origin.url)/empty"]
            let arguments = ["-O", "--output-dir", "d", "--etag-store", "tags"] + urls
            func states() throws -> [String] {
                try run(arguments, folder: folder).map { $0["state"] as? String ?? "" }
            }
            #expect(try states() == Array(repeating: "ok", count: 22))
            #expect(try states() == Array(repeating: "not_modified", count: 20) + ["ok", "ok"])
            // A body that is gone is fetched whatever its tag says.
            try FileManager.default.removeItem(atPath: folder["d/7"])
            #expect(
                try states().prefix(8).map { $0 == "ok" } == [false, false, false, false, false, false, true, false])
            #expect(try folder.read("d/7").utf8.count == 7)
            // A torn last line costs one fetch and nothing else.
            let tags = try folder.read("tags")
            try folder.write(String(tags.dropLast(3)), to: "tags")
            #expect(try states().count { $0 == "not_modified" } >= 19)
            for line in try folder.read("tags").split(separator: "\n") {
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
            }
        }
    }

    @Test func aStoreOfTagsServesRunsThatKeepNoBodies() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let arguments = ["--etag-store", "tags", "\(origin.url)/bytes/[1-5]"]
            #expect(try run(arguments, folder: folder).allSatisfy { $0["state"] as? String == "ok" })
            #expect(try run(arguments, folder: folder).allSatisfy { $0["state"] as? String == "not_modified" })
            let start = {
                try Executable.start(
                    ["--headless", "--etag-store", "tags", "\(origin.url)/stall"], folder: folder.path)
            }
            var shared = try start()
            try waitUntil("the store in use", instead: { shared.errorsSoFar }) {
                // The short run below may have been first: then the long one was refused, and ended.
                if shared.poll() != nil { shared = try start() }
                let other = try Executable.run(["--headless"] + arguments, folder: folder.path)
                guard other.ending == .exited(4) else { return false }
                #expect(other.errors == "fetchtop: --etag-store 'tags': another run is using it\n")
                return true
            }
            shared.signal(SIGKILL)
        }
    }

    @Test func eachURLMayHaveAnOutputOfItsOwn() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            _ = try run(
                ["-o", "one", "\(origin.url)/bytes/1", "-o", "many-#1", "\(origin.url)/bytes/[2-3]"], folder: folder)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                    "many-2", "many-3", "one",
                ])
            #expect(try folder.read("many-3").utf8.count == 3)
            for (arguments, complaint) in [
                (["-o", "a", "-o", "b", "h"], "2 -o for 1 URLs: give one for each URL, or one template for all"),
                (["-o", "a", "-o", "b", "-i", "-"], "2 -o for a list: give one for each URL, or one template for all"),
                (["-o", "#<x>", "h/{<y>1,2}"], "'-o #<x>' for 'h/{<y>1,2}': no glob is named 'x'"),
            ] {
                let outcome = try Executable.run(arguments, folder: folder.path)
                #expect(outcome.ending == .exited(2))
                #expect(outcome.errors.contains(complaint), "\(outcome.errors)")
            }
        }
    }
}

/// A number that is known only after what needs it was made.
private final class OnceSet: @unchecked Sendable {
    private let lock = NSLock()
    private var number = 0
    var value: Int {
        get { lock.withLock { number } }
        set { lock.withLock { number = newValue } }
    }
}
