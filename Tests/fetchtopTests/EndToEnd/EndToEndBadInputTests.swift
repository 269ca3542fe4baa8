import Foundation
import TestSupport
import Testing

/// What a user gets wrong: one clear line that names it, and the exit code that belongs to it.
@Suite struct EndToEndBadInputTests {
    /// The complaint's line: the only one that is not the summary.
    private func complaints(_ run: ChildProcess.Outcome) -> [String] {
        run.errors.split(separator: "\n").map(String.init).filter { $0.hasPrefix("fetchtop: ") }
    }

    @Test func anUnknownOptionIsNamed() async throws {
        try await onFreshThread {
            let run = try Executable.run(["--headles", "http://127.0.0.1/"])
            #expect(run.ending == .exited(2) && run.output == "")
            #expect(complaints(run).count == 1)
            #expect(complaints(run).first?.contains("--headles") == true, "\(run.errors)")
        }
    }

    @Test func anUnreadableListIsNamed() async throws {
        try await onFreshThread {
            for path in ["/nonexistent/list.txt", "/tmp"] {
                let run = try Executable.run(["--headless", "-i", path])
                #expect(run.ending == .exited(3), "\(run.errors)")
                #expect(complaints(run).count == 1)
                #expect(complaints(run).first?.contains(path) == true, "\(run.errors)")
            }
        }
    }

    @Test func anEmptyListIsAnError() async throws {
        try await onFreshThread {
            let run = try Executable.run(["--headless", "-i", "-"], input: "\n# nothing\n")
            #expect(run.ending == .exited(3))
            #expect(complaints(run).count == 1, "\(run.errors)")
        }
    }

    @Test func aMalformedURLIsNamedByItsLineAndTheRestIsFetched() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            var lines = (1...20).map { "\(origin.url)/bytes/\($0)" }
            lines[16] = "http://exa mple:port/"
            let list = try folder.write(lines.joined(separator: "\n") + "\n", to: "list")
            let run = try Executable.run(["--headless", "-i", list])
            #expect(run.ending == .exited(1))
            #expect(complaints(run).count == 1)
            #expect(complaints(run).first?.contains("\(list):17: ") == true, "\(run.errors)")
            #expect(try Record.results(in: run.output).filter { $0.state == "ok" }.count == 19)

            let strict = try Executable.run(["--headless", "--strict-input", "-i", list])
            #expect(strict.ending == .exited(3))
            #expect(complaints(strict).first?.contains("\(list):17: ") == true, "\(strict.errors)")
        }
    }

    @Test func aResultFileThatCannotBeWrittenIsNamed() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            for path in ["/nonexistent/out.ndjson", "/dev/full"] {
                let run = try Executable.run(["--headless", "--results", path, "\(origin.url)/bytes/1"])
                #expect(run.ending == .exited(4), "\(run.errors)")
                #expect(complaints(run).count == 1, "\(run.errors)")
                #expect(complaints(run).first?.contains(path == "/dev/full" ? "No space left" : path) == true)
            }
        }
    }
}
