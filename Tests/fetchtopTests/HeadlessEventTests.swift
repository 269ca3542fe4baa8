import FetchLoop
import Foundation
import TestSupport
import Testing

@testable import fetchtop

/// What the store shows of states: each change, with the number of its fetch.
private final class StateChanges: FetchObserver {
    private(set) var changes: [String] = []
    private var states: [FetchID: FetchState] = [:]

    func store(_ store: FetchStore, didApply event: FetchEvent) {
        let state = store[event.id].state
        if states.updateValue(state, forKey: event.id) != state { changes.append("\(event.id.rawValue) \(state.word)") }
    }
}

@Suite struct HeadlessEventTests {
    /// Runs a bench whose events and results go to a file, and returns that file's lines.
    private func lines(of bench: SchedulerBench) throws -> [JSONValue] {
        let folder = try TemporaryFolder()
        let output = RecordOutput(
            loop: bench.loop, file: try OpenFile(folder["out"], .truncate), synchronizes: false)
        bench.store.addObserver(EventRecorder(output: output))
        bench.store.addObserver(ResultRecorder(output: output, format: ResultRecord()))
        bench.add((0..<12).map { "http://h\($0 % 3)/\($0)" })
        try bench.run(stopsWhenIdle: false)
        output.finish { [loop = bench.loop] _ in loop.stop() }
        try bench.loop.run()
        return try folder.read("out").split(separator: "\n").map { try JSONValue($0) }
    }

    private func text(_ value: JSONValue?) -> String { if case .string(let text)? = value { text } else { "" } }
    private func number(_ value: JSONValue?) -> Int { if case .integer(let number)? = value { number } else { -1 } }

    @Test(arguments: 1...10) func everyStateOfEveryFetchCanBeToldFromTheFile(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let bench = try SchedulerBench { options in
            options.concurrency.total = 4
            options.retry.delay = .milliseconds(30)
        }
        bench.client.script = { _, attempt in
            attempt == 1 ? .answer(503, after: .milliseconds(40)) : .answer(200, after: .milliseconds(60))
        }
        let changes = StateChanges()
        bench.store.addObserver(changes)
        for step in 1...80 {
            let (choice, index) = (Int.random(in: 0..<7, using: &random), Int.random(in: 0..<12, using: &random))
            bench.at(.milliseconds(step * 9)) {
                let (scheduler, id) = (bench.scheduler, FetchID(index: index))
                switch choice {
                case 0: scheduler.cancel(id)
                case 1: scheduler.retry(id)
                case 2: scheduler.pause(id)
                case 3...4: scheduler.resume(id)
                case 5: scheduler.setPriority(Int32(step), of: id)
                default:
                    if bench.store[id].state.isFinished {
                        scheduler.checkAgain(id, round: bench.store[id].repetition + 1)
                    }
                }
            }
        }
        let lines = try lines(of: bench)
        var states: [Int: String] = [:]
        var told: [String] = []
        for line in lines {
            let (fetch, state) = (number(line["fetch"]), text(line["state"]))
            if states.updateValue(state, forKey: fetch) != state { told.append("\(fetch) \(state)") }
        }
        #expect(told == changes.changes)
        #expect(told.count > 40)
    }

    @Test func loadAndWatchModeTellWhatWasIntendedAndWhatIsCheckedAgain() throws {
        let bench = try SchedulerBench { options in
            options.load.requests = 12
            options.rate.starts = .init(count: 100, per: .seconds(1))
        }
        bench.at(.seconds(1)) { bench.scheduler.checkAgain(FetchID(index: 3), round: 2) }
        let lines = try lines(of: bench)
        let intended = lines.filter { text($0["event"]) == "intended" }
        #expect(intended.count == 13)
        #expect(text(intended[1]["intended_at"]) == "1994-11-06T08:49:37.010000Z")
        let again = lines.filter { text($0["event"]) == "checked_again" }
        #expect(again.count == 1 && number(again[0]["repetition"]) == 2 && text(again[0]["state"]) == "queued")
        let schema = try JSONSchema(
            String(
                contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                    .deletingLastPathComponent().appending(path: "docs/records.schema.json"), encoding: .utf8))
        for line in lines { #expect(schema.complaints(about: line) == []) }
    }
}
