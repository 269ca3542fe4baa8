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

    @Test func everyFileThatCannotBeWrittenIsNamed() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            for (option, name) in [("--save-failed", "--save-failed"), ("--log", "--log"), ("--results", "results to")]
            {
                let run = try Executable.run(
                    ["--headless", option, "/dev/full", "--retry", "0", "\(origin.url)/status/404"])
                #expect(run.ending == .exited(option == "--log" ? 1 : 4))
                #expect(complaints(run) == ["fetchtop: cannot write \(name) '/dev/full': No space left on device"])
            }
            let program = "exec \"$@\" >/dev/full"
            for (options, name) in [([], "results to "), (["-w", "%{url}\n"], "to "), (["--dry-run"], "to ")] {
                let run = try ChildProcess.run(
                    ["sh", "-c", program, "sh", Executable.path, "--headless", "--no-config", "\(origin.url)/bytes/1"]
                        + options)
                #expect(run.ending == .exited(4))
                #expect(complaints(run) == ["fetchtop: cannot write \(name)standard output: No space left on device"])
            }
        }
    }

    @Test(arguments: [
        ("htp://a\nhttp://b:x\nc d\n", "none of the input's 3 lines can be used"),
        ("nonsense\n", "the input's only line cannot be used"), ("# nothing\n", "the input is empty"),
    ])
    func aListWithoutAUsableLineIsAnError(list: String, reason: String) async throws {
        try await onFreshThread {
            for options in [[], ["--dry-run"], ["--strict-input"], ["-n", "5"], ["--every", "9"]] {
                let run = try Executable.run(
                    ["--headless", "-i", "-", "--input-format", "urls"] + options, input: list)
                #expect(run.ending == .exited(3), "\(options) \(run.errors)")
                // The line that ends a strict run says it all.
                if options == ["--strict-input"], list.hasPrefix("#") == false { continue }
                #expect(complaints(run).last == "fetchtop: there is nothing to fetch: \(reason)", "\(options)")
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
                let reason = path == "/dev/full" ? "No space left on device" : "No such file or directory"
                #expect(complaints(run).first == "fetchtop: cannot write results to '\(path)': \(reason)")
            }
        }
    }
}
