import FetchLoop
import Foundation
import Testing

@testable import fetchtop

/// Runs a scheduler with records, then replays the records: what can be seen of both must be the same.
@Suite final class EngineReplayTests {
    /// The records of a store's fetches as they finish.
    private final class Recorder: FetchObserver {
        var json = JSONRecord()
        let record = ResultRecord()

        func store(_ store: FetchStore, didApply event: FetchEvent) {
            guard case .finished = event.kind else { return }
            record.write(store[event.id], in: store, to: &json)
        }
    }

    /// What the last replay complained of.
    private var problems: [InputProblem] = []

    private func replay(_ bytes: [UInt8], into observers: [any FetchObserver] = []) throws -> (Replay, FetchStore) {
        let path = NSTemporaryDirectory() + "fetchtop-replay-\(UUID().uuidString)"
        defer { unlink(path) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let replay = try Replay(try OpenFile(path, .read), name: "run.ndjson")
        let store = FetchStore()
        store.addObserver(CountsCheck())
        for observer in observers { store.addObserver(observer) }
        let loop = try EventLoop()
        problems = []
        replay.onProblem = { [self] in problems.append($0) }
        replay.read(loop) {
            store.begin(at: replay.clock)
            replay.feed(store, loop: loop) { loop.stop() }
        }
        try loop.run()
        return (replay, store)
    }

    @Test func aReplayedRunLooksAsItDid() throws {
        let recorder = Recorder()
        let bench = try SchedulerBench(
            {
                $0.concurrency.total = 5
                $0.retry.delay = .seconds(2)
            },
            script: { url, attempt in
                switch url.last {
                case "1": .answer(404)
                case "2": attempt < 3 ? .answer(503) : .answer(200, bytes: 500)
                case "3": .fail(.refused)
                default: .answer(200, after: .milliseconds(300), bytes: 100)
                }
            })
        let index = RunIndex()
        bench.store.addObserver(index)
        bench.store.addObserver(recorder)
        bench.add((0..<60).map { "http://h\($0 % 3)/x\($0)" })
        bench.at(.milliseconds(1)) { bench.scheduler.cancel(FetchID(index: 59)) }
        try bench.run()

        let again = RunIndex()
        let rerecorder = Recorder()
        let (replay, store) = try replay(recorder.json.bytes, into: [again, rerecorder])
        #expect(problems.isEmpty && replay.recordCount == 60)
        #expect(store.count == 60 && store.counts == bench.store.counts)
        #expect(store.outcomes == bench.store.outcomes)
        #expect(store.statistics.retries == bench.store.statistics.retries)
        // Of the bodies of attempts before the last, records do not say the size: twelve of ten bytes.
        #expect(store.statistics.receivedBytes == bench.store.statistics.receivedBytes - 12 * 10)
        #expect(store.hosts.hosts.map(\.name) == bench.store.hosts.hosts.map(\.name))
        for id in (0..<60).map({ FetchID(index: $0) }) {
            #expect(store.url(of: id) == bench.store.url(of: id))
            #expect(store[id].state == bench.store[id].state)
            #expect(store[id].attempts == bench.store[id].attempts)
            let difference = (store[id].since - bench.store[id].since).inSeconds
            #expect(abs(difference - (replay.end - bench.store[FetchID(index: 0)].since).inSeconds) < 100)
            #expect(
                store[id].detail?.waits.slot.inSeconds.rounded()
                    == bench.store[id].detail?.waits.slot.inSeconds.rounded())
        }
        #expect(again.states.bytes == index.states.bytes)
        #expect(again.starts.elements.map(\.id) == index.starts.elements.map(\.id))
        #expect(again.errors.total == index.errors.total)
        #expect(again.log.count == index.log.count)
        // The records of a replay are the records it was made of.
        let (old, new) = try (Self.lines(recorder.json.bytes), Self.lines(rerecorder.json.bytes))
        #expect(old.count == new.count)
        for (a, b) in zip(old, new) {
            for key in ["url", "state", "attempt", "http_code", "errormsg", "fail_phase", "time_total", "num_retries"] {
                #expect("\(a[key] ?? "")" == "\(b[key] ?? "")", "\(key)")
            }
        }
    }

    private static func lines(_ bytes: [UInt8]) throws -> [[String: Any]] {
        try bytes.split(separator: 0x0A).map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        }
    }

    @Test func aWatchedListIsReplayedAsRoundsOfTheSameFetches() throws {
        let line = { (round: Int, state: String) in
            """
            {"v":1,"type":"result","fetch":1,"key":"0123456789abcdef","url":"http://a/1","state":"\(state)",\
            "started_at":"2026-01-01T00:00:0\(round).000000Z","finished_at":"2026-01-01T00:00:0\(round).500000Z",\
            "time_job":0.5,"repetition":\(round),"attempts":[{"attempt":1,\
            "started_at":"2026-01-01T00:00:0\(round).000000Z","time_total":0.5,"http_code":\(state == "ok" ? 200 : 500)}]}

            """
        }
        let text = line(1, "ok") + line(2, "http_error") + line(4, "ok")
        let index = RunIndex()
        let (_, store) = try replay(Array(text.utf8), into: [index])
        #expect(store.count == 1 && store.statistics.completions == 3)
        #expect(store[FetchID(index: 0)].repetition == 4)
        #expect(store[FetchID(index: 0)].detail?.previous?.words == "http_error 500")
        #expect(index.log.entries.count { if case .changed = $0.event { true } else { false } } == 2)
    }

    @Test func twoRunsInOneFileAreToldApart() throws {
        let line = { (fetch: Int, url: String, second: Int) in
            """
            {"v":1,"type":"result","fetch":\(fetch),"url":"\(url)","state":"ok","started_at":null,\
            "finished_at":"2026-01-01T00:00:0\(second).000000Z","time_job":0.1,"attempts":[]}

            """
        }
        let text = line(2, "http://a/2", 1) + line(1, "http://a/1", 2) + line(1, "http://a/3", 5)
        let (_, store) = try replay(Array(text.utf8))
        #expect((0..<3).map { store.url(of: FetchID(index: $0)) } == ["http://a/1", "http://a/2", "http://a/3"])
    }

    /// A file may have been edited, or be none of ours.
    @Test func figuresOfAnySizeAreTaken() throws {
        let huge = [
            "time_job": "1e300", "time_total": "9e18", "time_queue": "1e300", "wait_slot": "1e300",
            "size_download": "9223372036854775807", "size_upload": "1e300", "speed_download": "1e300",
            "repetition": "-1", "remote_port": "9223372036854775807", "fetch": "-5",
            "attempts": """
            [{"attempt":9223372036854775807,"started_at":"2026-01-01T00:00:00Z","time_total":9e18,"http_code":99999999,\
            "exitcode":-9223372036854775808,"errormsg":"x","retry_after":1e300,"backoff":1e300}]
            """,
        ]
        let members = huge.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
        let lines = (1...3).map { number in
            """
            {"v":1,"type":"result","url":"http://a/\(number)","state":"failed",\
            "finished_at":"2200-12-31T23:59:59Z",\(members)}
            """
        }
        let late = lines[0].replacing("2200-12", with: "9999-12")
        let (_, store) = try replay(Array((lines + [late]).joined(separator: "\n").utf8))
        #expect(store.count == 3)
        #expect(problems.map(\.description) == ["run.ndjson:4: '9999-12-31T23:59:59Z' is no time"])
    }

    @Test func aLineThatIsNoneIsNamedAndTheOthersAreShown() throws {
        let good = """
            {"v":1,"type":"result","url":"http://a/1","state":"ok","finished_at":"2026-01-01T00:00:01Z","attempts":[]}
            """
        let text = [
            good, "{\"type\":\"event\",\"event\":\"started\",\"attempt\":1}", "{\"url\":\"http://a/2\"}", "nonsense",
            "",
            good.replacing("ok", with: "splendid"), good.replacing("2026-01", with: "2026-13"), good,
            String(good.dropLast(20)),
        ].joined(separator: "\n")
        let (_, store) = try replay(Array(text.utf8))
        #expect(store.count == 2)
        #expect(
            problems.map(\.description) == [
                "run.ndjson:3: not a record of fetchtop's", "run.ndjson:4: expected an object, column 1",
                "run.ndjson:6: unknown state 'splendid'", "run.ndjson:7: '2026-13-01T00:00:01Z' is no time",
                problems.last?.description,
            ])
        #expect(problems.last?.line == 9)
    }
}
