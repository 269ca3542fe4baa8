import Foundation
import TestSupport
import Testing

@testable import fetchtop

@Suite struct ResumeTests {
    /// How far a run gets before it is killed is measured in records, so that no machine is too slow or too fast.
    @Test func aRunKilledAtTwentyRandomMomentsEndsWithExactlyTheResultsOfAnUndisturbedOne() async throws {
        try await onFreshThread {
            let server = try OriginServer()
            let folder = try TemporaryFolder()
            let (list, results) = (folder.path + "/list", folder.path + "/out.ndjson")
            var random = SeededRandom(seed: 20)
            // Some URLs occur more than once, some fail, and the list comes in another order each time.
            var urls = (0..<19_500).map { "\(server.url)/bytes/\($0 % 700)?n=\($0)" }
            urls += (0..<250).map { _ in "\(server.url)/bytes/7?twice" }
            urls += (0..<250).map { "\(server.url)/status/404?n=\($0)" }
            func run() throws -> ChildProcess {
                try Data(urls.shuffled(using: &random).joined(separator: "\n").utf8).write(to: URL(filePath: list))
                return try Executable.start([
                    "--headless", "-i", list, "--results", results, "--resume", "--summary", "none", "-j", "50",
                    "--parallel-max-host", "50",
                ])
            }
            var recorded: [Line] = []
            for kill in 1...20 {
                let process = try run()
                let goal = Int64(900 * (urls.count * kill / 21 + Int.random(in: -400...400, using: &random)))
                _ = try waitUntil("\(goal) bytes of results", limit: .seconds(100)) {
                    size(of: results) >= goal || process.poll() != nil ? true : nil
                }
                process.signal(SIGKILL)
                _ = try process.wait()
                let now = try keys(in: results)
                // What was recorded once stays as it was, and nothing of it is recorded again.
                #expect(now.starts(with: recorded))
                recorded = now
            }
            let outcome = try run().wait()
            #expect(outcome.ending == .exited(1))
            #expect(outcome.errors == "")
            let records = try keys(in: results)
            #expect(records.count == urls.count)
            #expect(Set(records.map(\.key)).count == urls.count)
            #expect(records.compactMap(\.url).sorted() == urls.sorted())
            #expect(records.count { $0.state == "http_error" } == 250)
            // Asked for again was at most what each kill caught in flight, or finished less than a second before.
            let busiest = Dictionary(grouping: records) { $0.second }.values.map(\.count).max() ?? 0
            let asked = try requestCount(server)
            #expect(asked >= urls.count)
            #expect(asked <= urls.count + 20 * (50 + busiest))
            // Nothing is left: the same run again does nothing.
            #expect(try run().wait().ending == .exited(1))
            #expect(try keys(in: results).count == urls.count)
        }
    }

    @Test func resumeStartsWithoutAResultsFileAndRefusesToShareOne() async throws {
        try await onFreshThread {
            let server = try OriginServer()
            let folder = try TemporaryFolder()
            let results = folder.path + "/out.ndjson"
            let first = try Executable.run(
                ["--headless", "\(server.url)/bytes/[1-5]", "--results", results, "--resume"], folder: folder.path)
            #expect(first.ending == .exited(0))
            let start = {
                try Executable.start(
                    ["--headless", "\(server.url)/stall", "--results", results, "--resume"], folder: folder.path)
            }
            var long = try start()
            _ = try waitUntil("the lock") {
                // The short run below may have been first: then the long one was refused, and ended.
                if long.poll() != nil { long = try start() }
                return try Executable.run(
                    ["--headless", "\(server.url)/bytes/9", "--results", results, "--resume"], folder: folder.path
                ).errors.contains("another run is writing it") ? true : nil
            }
            long.signal(SIGINT)
            long.signal(SIGTERM)
            _ = try waitUntil("the end") {
                long.signal(SIGTERM)
                return long.poll()
            }
            let usage = try Executable.run(["--headless", server.url, "--resume"])
            #expect(usage.ending == .exited(2))
            #expect(usage.errors.contains("--resume needs --results FILE"))
        }
    }

    private func requestCount(_ server: OriginServer) throws -> Int {
        let folder = try TemporaryFolder()
        _ = try Executable.run(
            ["--headless", "--summary", "none", "-o", "stats", "\(server.url)/stats"], folder: folder.path)
        guard case .integer(let count)? = try JSONValue(folder.read("stats"))["requests"] else { return 0 }
        return count
    }

    private struct Line: Equatable {
        var key: String
        var url: String
        var state: String
        var second: String
    }

    /// Every whole line is a record; only the last may be torn.
    private func keys(in path: String) throws -> [Line] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        let whole = data.lastIndex(of: UInt8(ascii: "\n")).map { data[...$0] } ?? Data()
        return try whole.split(separator: UInt8(ascii: "\n")).map { line in
            let record = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
            return Line(
                key: record["key"] as? String ?? "", url: record["url"] as? String ?? "",
                state: record["state"] as? String ?? "",
                second: String((record["finished_at"] as? String ?? "").prefix(19)))
        }
    }

    private func size(of path: String) -> Int64 {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64) ?? 0
    }
}
