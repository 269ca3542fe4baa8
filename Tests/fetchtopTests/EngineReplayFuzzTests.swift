import FetchLoop
import Foundation
import TestSupport
import Testing

@testable import fetchtop

/// Results files that were edited, cut, mixed or never ours: whatever they say, a replay tells a run that can be.
@Suite struct EngineReplayFuzzTests {
    private func replay(_ text: String) throws -> (recordCount: Int, store: FetchStore) {
        try withTemporaryFile(text) { path in
            let replay = try Replay(try OpenFile(path, .read), name: "run.ndjson")
            let store = FetchStore()
            for observer in [CountsCheck(), RunIndex()] as [any FetchObserver] { store.addObserver(observer) }
            let loop = try EventLoop()
            replay.read(loop) {
                store.begin(at: replay.clock)
                replay.feed(store, loop: loop) { loop.stop() }
            }
            try loop.run()
            return (replay.recordCount, store)
        }
    }

    private static func record(_ number: Int, at second: Int, _ members: String) -> String {
        """
        {"v":1,"type":"result","url":"http://a/\(number)","fetch":\(number),"state":"ok",\
        "finished_at":"2026-01-01T00:00:\(second < 10 ? "0" : "")\(second).000000Z",\(members)}

        """
    }

    @Test func sumsOfAnySizeAreTaken() throws {
        let attempts = """
            "attempts":[{"attempt":1,"started_at":"2026-01-01T00:00:00Z","time_total":3e8,"http_code":200}],\
            "time_total":3e8,"time_connect":3e8,"time_starttransfer":3e8,"time_namelookup":1,\
            "size_download":9e18,"size_upload":9e18,"num_connects":9223372036854775807
            """
        let text = (1...9_000).map { Self.record($0, at: $0 % 60, attempts) }.joined()
        let (count, store) = try replay(text)
        #expect(count == 9_000 && store.counts[.succeeded] == 9_000)
        #expect(store.statistics.receivedBytes == .max && store.statistics.sentBytes == .max)
        #expect(store.host(of: FetchID(index: 0)).receivedBytes == .max)
        #expect(store.statistics.succeeded.total.mean! > .seconds(1))
    }

    /// `finished_at` is the loop's clock and `time_total` libcurl's own: an attempt may end after its fetch.
    @Test func aCheckBeginsAfterTheOneBeforeWhateverTheClocksSay() throws {
        func round(_ number: Int, at second: Int) -> String {
            Self.record(
                1, at: second,
                """
                "key":"0123456789abcdef","repetition":\(number),"time_job":0.5,"attempts":[{"attempt":1,\
                "started_at":"2026-01-01T00:00:0\(second)Z","time_total":3.5,"http_code":200}]
                """)
        }
        let (_, store) = try replay(round(1, at: 1) + round(2, at: 2) + round(3, at: 3))
        #expect(store.count == 1 && store.statistics.completions == 3)
        #expect(store.first.repetition == 3 && store.first.state == .succeeded)
    }

    /// The attempts before a retry by hand are in all records that follow, and told once.
    @Test func attemptsBeforeSeveralRetriesByHandAreToldOnce() throws {
        let attempts = (1...3).map { number in
            """
            {"attempt":\(number),"started_at":"2026-01-01T00:00:0\(number)Z","time_total":0.1,"http_code":500}
            """
        }
        let text = (1...3).map { number in
            Self.record(1, at: number * 2, "\"attempts\":[\(attempts.prefix(number).joined(separator: ","))]")
        }.joined()
        let (_, store) = try replay(text)
        #expect(store.first.detail?.attempts.map(\.number) == [1, 2, 3])
        #expect(store.statistics.retries == 2)
    }

    @Test func recordsOfMoreAttemptsThanAnyRunMakesAreTaken() throws {
        let attempts = (1...40_000).map {
            "{\"attempt\":\($0),\"started_at\":\"2026-01-01T00:00:01Z\",\"time_total\":0.001}"
        }.joined(separator: ",")
        let (_, store) = try replay(Self.record(1, at: 9, "\"attempts\":[\(attempts)]"))
        #expect(store.counts[.succeeded] == 1 && store.statistics.completions == 1)
    }

    @Test(arguments: 0..<UInt64(seedCount(40))) func mutatedAndShuffledRecordsAreSurvived(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var lines = try Self.someRun(seed: seed)
        lines += (0..<Int.random(in: 0...40, using: &random)).map { _ in lines.randomElement(using: &random)! }
        lines = lines.map { Bool.random(using: &random) ? $0 : Self.mutated($0, &random) }
        if Bool.random(using: &random) { lines.shuffle(using: &random) }
        let (count, store) = try replay(lines.joined(separator: "\n"))
        #expect(store.counts.finished == store.count && store.count <= count)
        #expect(store.statistics.completions == count)
    }

    /// Records of a run with retries, failures, cancels, retries by hand and rounds.
    private static func someRun(seed: UInt64) throws -> [String] {
        final class Recorder: FetchObserver {
            var json = JSONRecord()
            func store(_ store: FetchStore, didApply event: FetchEvent) {
                if case .finished = event.kind { ResultRecord().write(store[event.id], in: store, to: &json) }
            }
        }
        let bench = try SchedulerBench(
            { $0.retry.delay = .seconds(1) },
            script: { url, attempt in
                switch url.last {
                case "1": .answer(404)
                case "2": attempt < 3 ? .answer(503) : .answer(200, bytes: 500)
                case "3": .fail(.refused)
                default: .answer(200, after: .milliseconds(300), bytes: 100)
                }
            })
        let recorder = Recorder()
        bench.store.addObserver(recorder)
        bench.add((0..<20).map { "http://h\($0 % 3)/x\($0)" })
        bench.at(.milliseconds(1)) { bench.scheduler.cancel(FetchID(index: 19)) }
        bench.at(.seconds(30)) { for index in 0..<5 { bench.scheduler.retry(FetchID(index: index)) } }
        for round in UInt32(1)...2 {
            bench.at(.seconds(Int(round) * 60)) {
                for index in 5..<10 { bench.scheduler.checkAgain(FetchID(index: index), round: round) }
            }
        }
        bench.at(.seconds(200)) { bench.loop.stop() }
        try bench.run(stopsWhenIdle: false)
        return String(decoding: recorder.json.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// A line with some of its values changed for others, or something cut out.
    private static func mutated(_ line: String, _ random: inout SeededGenerator) -> String {
        var line = line
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let parts = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let index = parts.indices.randomElement(using: &random)!
            var changed = parts
            switch Int.random(in: 0...4, using: &random) {
            case 0: changed.remove(at: index)
            case 1: changed.swapAt(index, parts.indices.randomElement(using: &random)!)
            default:
                guard let colon = parts[index].firstIndex(of: ":") else { continue }
                let tail = parts[index].reversed().prefix { "}]".contains($0) }.reversed()
                changed[index] = parts[index][...colon] + values.randomElement(using: &random)! + tail
            }
            line = changed.joined(separator: ",")
        }
        return line
    }

    private static let values: [String] = [
        "0", "1", "2", "-1", "65535", "65536", "4294967295", "4294967296", "9223372036854775807",
        "-9223372036854775808", "1e300", "-0.5", "3.2e8", "null", "\"\"", "\"ok\"", "\"failed\"", "\"cancelled\"",
        "\"http_error\"", "\"skipped\"", "\"0123456789abcdef\"", "\"1970-01-01T00:00:00Z\"",
        "\"2026-01-01T00:00:00.5Z\"", "\"1994-11-06T08:49:40.000000Z\"", "\"2200-12-31T23:59:60Z\"", "[]", "{}",
        "\"http://h0/x0\"",
    ]
}
