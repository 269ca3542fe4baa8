import Foundation
import TestSupport
import Testing

/// Load and watch mode through the built program.
@Suite struct EndToEndLoadTests {
    private struct Line: Decodable {
        var url: String
        var state: String
        var key: String?
        var repetition: Int?
        var previousState: String?
        var intendedAt: String?
        var timeIntended: Double?
        var timeTotal: Double?

        static func all(_ text: String) throws -> [Line] {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try text.split(separator: "\n").map { try decoder.decode(Line.self, from: Data($0.utf8)) }
        }
    }

    @Test func requestsRepeatTheListAndSayWhichRepetitionTheyAre() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let run = try Executable.run(["--headless", "-n", "7", "\(origin.url)/bytes/[1-3]"])
            #expect(run.ending == .exited(0), "\(run.errors)")
            let lines = try Line.all(run.output)
            #expect(lines.count == 7)
            #expect(lines.compactMap(\.repetition).sorted() == [1, 1, 1, 2, 2, 2, 3])
            #expect(lines.allSatisfy { $0.intendedAt == nil && $0.timeIntended == nil })
            #expect(run.errors.hasPrefix("7 fetches in "))
        }
    }

    @Test func aScheduleGivesBothLatencies() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let run = try Executable.run(
                ["--headless", "-z", "0.5", "--rate", "40/s", "-j", "1", "\(origin.url)/delay/100"])
            #expect(run.ending == .exited(0), "\(run.errors)")
            let lines = try Line.all(run.output)
            // All of the schedule are sent, though one at a time they take four times as long.
            #expect(lines.count == 20)
            #expect(lines.allSatisfy { $0.timeIntended! >= $0.timeTotal! && $0.intendedAt != nil })
            #expect(lines.map { $0.timeIntended! }.max()! > 1)
            #expect(run.errors.contains("ok from the intended start  p50 "), "\(run.errors)")
            let json = try Executable.run(
                ["--headless", "-n", "3", "--rate", "100/s", "--summary", "json", "\(origin.url)/bytes/1"])
            #expect(json.errors.contains(#""intended":{"count":3,"#), "\(json.errors)")
        }
    }

    @Test func aTimeThatIsUpLetsWhatRunsEnd() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let run = try Executable.run(
                ["--headless", "-z", "0.4", "-j", "3", "--summary", "json", "\(origin.url)/delay/30"])
            #expect(run.ending == .exited(0), "\(run.errors)")
            #expect(run.errors.contains(#""unfinished":0"#) && run.errors.contains(#""cancelled":0"#), "\(run.errors)")
            #expect(try Line.all(run.output).count >= 6)
        }
    }

    @Test func aWatchedListIsCheckedUntilCtrlCAndItsChangesAreTold() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let run = try Executable.start([
                "--headless", "--every", "0.1", "--retry", "0", "\(origin.url)/flaky/w/3", "\(origin.url)/bytes/5",
            ])
            try waitUntil("six checks of each", instead: { run.outputSoFar + run.errorsSoFar }) {
                try Line.all(String(run.outputSoFar.prefix { _ in true })).count { $0.url.hasSuffix("/5") } >= 6
            }
            run.signal(SIGINT)
            let outcome = try run.wait()
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            let lines = try Line.all(outcome.output)
            let flaky = lines.filter { $0.url.contains("flaky") }
            #expect(flaky.first?.state == "http_error" && flaky.first?.previousState == nil)
            let change = try #require(flaky.first { $0.previousState != nil && $0.previousState != $0.state })
            #expect(change.state == "ok" && (change.repetition ?? 0) > 1)
            #expect(outcome.errors.contains("http_error 503 -> ok 200 \(origin.url)/flaky/w/3"), "\(outcome.errors)")
            #expect(outcome.errors.contains("2 fetches, "), "\(outcome.errors)")
        }
    }

    @Test(arguments: [
        (["--every", "1", "-n", "3"], "--every goes on for ever, -n does not: give one of them"),
        (["--every", "1", "-z", "3"], "--every goes on for ever, -z does not: give one of them"),
        (["-z", "1", "--resume", "--results", "x"], "--resume: there is nothing left to do of -z"),
        (["--every", "1", "--resume", "--results", "x"], "--resume: there is nothing left to do of --every"),
        (["-n", "5", "-O"], "-n: a load test keeps no bodies; leave out -o, -O and --output-dir"),
        (["-z", "0"], "-z: a load test of no time at all"),
    ])
    func whatMakesNoSenseIsRefused(options: [String], reason: String) async throws {
        try await onFreshThread {
            let run = try Executable.run(options + ["http://127.0.0.1:1/"])
            #expect(run.ending == .exited(2))
            #expect(run.errors == "fetchtop: \(reason)\n")
        }
    }

    @Test func soManyRequestsGoOnWhereTheyStopped() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let results = folder["out"]
            let first = try Executable.run(
                ["--headless", "-n", "4", "--results", results, "\(origin.url)/bytes/1", "\(origin.url)/bytes/2"])
            #expect(first.ending == .exited(0), "\(first.errors)")
            let second = try Executable.run(
                [
                    "--headless", "-n", "10", "--results", results, "--resume", "\(origin.url)/bytes/1",
                    "\(origin.url)/bytes/2",
                ])
            #expect(second.ending == .exited(0), "\(second.errors)")
            let lines = try Line.all(folder.read("out"))
            #expect(lines.count == 10 && Set(lines.compactMap(\.key)).count == 10)
            #expect(lines.compactMap(\.repetition).sorted() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
        }
    }

    @Test func aDryRunShowsTheRepetitions() async throws {
        try await onFreshThread {
            let run = try Executable.run(["--dry-run", "-n", "5", "http://h/{a,b}"])
            #expect(run.output.split(separator: "\n").count == 5)
            let watch = try Executable.run(["--dry-run", "--every", "1", "http://h/{a,b}"])
            #expect(watch.output.split(separator: "\n").count == 2)
        }
    }
}
