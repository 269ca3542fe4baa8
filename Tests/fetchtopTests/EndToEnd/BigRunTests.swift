import Foundation
import TestSupport
import Testing

/// A list as long as real ones: 100,000 URLs over 50 hosts, two of which misbehave.
@Suite struct BigRunTests {
    private static let hosts = 50
    private static let urlsOfEach = 2_000
    /// Answers 429 and asks to be left alone for ten minutes.
    private static let busy = "h7.test"
    /// Takes requests and never answers.
    private static let silent = "h13.test"

    @Test func twoBadHostsOfFiftyHoldUpNoneOfTheOthersHundredThousandFetches() async throws {
        try await onFreshThread {
            let bad = try ScriptedServer { request in
                request.contains("Host: \(Self.silent)")
                    ? .silence : .text("HTTP/1.1 429 Too Many\r\nRetry-After: 600\r\nContent-Length: 0\r\n\r\n")
            }
            let good = try NginxServer(files: ["a": "a"])
            let folder = try TemporaryFolder()
            var list = ""
            for number in 0..<Self.urlsOfEach {
                // Hosts mixed, so that whoever is held up would soon hold up everybody behind.
                for host in 1...Self.hosts { list += "http://h\(host).test/a?\(number)\n" }
            }
            try folder.write(list, to: "list")
            let port = try #require(good.url.split(separator: ":").last)
            let connect = [Self.busy, Self.silent].flatMap { ["--connect-to", "\($0)::127.0.0.1:\(bad.port)"] }
            let run = try Executable.start(
                ["--headless", "-i", folder["list"], "-j", "300", "--results", folder["out"], "--summary", "json"]
                    + connect + ["--connect-to", "::127.0.0.1:\(port)"])
            let others = (Self.hosts - 2) * Self.urlsOfEach
            // Each record is a line; the size says when it is worth counting them.
            try waitUntil("\(others) results", limit: .seconds(200), instead: { run.errorsSoFar }) {
                size(of: folder["out"]) > others * 800 && lines(of: folder["out"]) >= others || run.poll() != nil
            }
            #expect(run.poll() == nil, "the two bad hosts are not finished")
            #expect(lines(of: folder["out"]) == others)

            run.signal(SIGTERM)
            // The silent host's requests are in flight and will never end by themselves.
            try waitUntil("word of the first signal", instead: { run.errorsSoFar }) {
                run.errorsSoFar.contains("once more to stop at once")
            }
            run.signal(SIGTERM)
            let outcome = try run.wait()
            #expect(outcome.ending == .exited(143))
            let summary = try JSONValue(try #require(outcome.errors.split(separator: "\n").last { $0.hasPrefix("{") }))
            #expect(summary["state"]?["ok"] == .integer(others))
            #expect(summary["state"]?["unfinished"] == .integer(2 * Self.urlsOfEach))
            guard case .array(let table)? = summary["hosts"] else {
                Issue.record("no hosts")
                return
            }
            for host in table {
                guard case .string(let name)? = host["host"] else { continue }
                let isBad = name == Self.busy || name == Self.silent
                #expect(host["ok"] == .integer(isBad ? 0 : Self.urlsOfEach), "\(name)")
            }
            #expect(table.count == Self.hosts)
            // Being asked to wait is obeyed: what was in flight was answered once, nothing was asked again.
            #expect(bad.requests.count { $0.contains("Host: \(Self.busy)") } <= 6)
        }
    }

    private func size(of path: String) -> Int {
        ((try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int) ?? 0
    }

    private func lines(of path: String) -> Int {
        (FileManager.default.contents(atPath: path) ?? Data()).withUnsafeBytes { bytes in
            bytes.count { $0 == UInt8(ascii: "\n") }
        }
    }
}
