import Foundation
import TestSupport
import Testing

/// The built program's ways to say no: one clear line on standard error, nothing on standard output, the right exit code.
@Suite struct CommandLineTests {
    private struct Refusal {
        var arguments: [String]
        var input: String?
        var line: String
        var exitCode: CInt
    }

    @Test func everyRefusalIsOneLineAndAnExitCode() async throws {
        try await onFreshThread {
            let folder = try TemporaryFolder()
            try Data("retry = 1\nnonsense-option = 1\n".utf8).write(to: URL(filePath: folder.path + "/config"))
            let refusals: [Refusal] = [
                .init(
                    arguments: [], line: "nothing to fetch: give URLs, -i FILE, -i - or --demo (see fetchtop --help)",
                    exitCode: 2),
                .init(arguments: ["--nonsense-option"], line: "unknown option '--nonsense-option'", exitCode: 2),
                .init(arguments: ["http://h/[3-1]"], line: "'http://h/[3-1]': bad range at position 15", exitCode: 2),
                .init(
                    arguments: ["http://[::1"],
                    line: "'http://[::1': the bracket of the IPv6 address '[::1' is not closed: it opens at position 8",
                    exitCode: 2),
                .init(
                    arguments: ["htp://h"], line: "'htp://h': unsupported scheme 'htp' (only http and https)",
                    exitCode: 2),
                .init(
                    arguments: ["-I", "-d", "a", "h"],
                    line: "a HEAD request has no body: leave out --head, or the data", exitCode: 2),
                .init(
                    arguments: ["h", "--config", "\(folder.path)/config"],
                    line: "\(folder.path)/config:2: unknown option '--nonsense-option'", exitCode: 2),
                .init(
                    arguments: ["-i", "/nonexistent"], line: "/nonexistent: cannot read it: No such file or directory",
                    exitCode: 3),
                .init(arguments: ["-i", "/"], line: "/: cannot read it: Is a directory", exitCode: 3),
                .init(
                    arguments: ["-i", "-", "--summary", "none"], input: "",
                    line: "there is nothing to fetch: the input is empty",
                    exitCode: 3),
                .init(
                    arguments: ["-i", "-", "--strict-input", "--dry-run"],
                    input: (1...20).map { $0 == 1 ? "# list\nhtp://1\n" : "http://h/\($0)\n" }.joined(),
                    line: "standard input:2: unsupported scheme 'htp' (only http and https)", exitCode: 3),
                .init(
                    arguments: ["http://127.0.0.1:1/", "--results", "/nonexistent/results"],
                    line: "cannot write results to '/nonexistent/results': No such file or directory", exitCode: 4),
            ]
            for refusal in refusals {
                let outcome = try Executable.run(refusal.arguments, input: refusal.input)
                #expect(outcome.errors == "fetchtop: \(refusal.line)\n", "\(refusal.arguments)")
                #expect(outcome.output == "", "\(refusal.arguments)")
                #expect(outcome.ending == .exited(refusal.exitCode), "\(refusal.arguments)")
            }
        }
    }

    @Test func dryRunConvertsAnyFormatToJobsThatCanBeReadAgain() async throws {
        try await onFreshThread {
            let aria2 = "http://h/1\n  out=x\n  header=A: b\nhttp://h/2\n"
            let first = try Executable.run(["--dry-run", "-i", "-", "--input-format", "aria2"], input: aria2)
            #expect(first.ending == .exited(0) && first.errors == "")
            #expect(
                first.output == #"{"url":"http://h/1","header":["A: b"],"output":"x"}"# + "\n"
                    + #"{"url":"http://h/2"}"# + "\n")
            let second = try Executable.run(["--dry-run", "-i", "-"], input: first.output)
            #expect(second.output == first.output && second.ending == .exited(0))
            let bad = try Executable.run(["--dry-run", "http://h/[1-2]", "-i", "-"], input: "nonsense\nhttp://h/3\n")
            #expect(bad.output.split(separator: "\n").count == 3)
            #expect(bad.ending == .exited(1))
        }
    }

    @Test func duplicatesAreLeftOutAndCounted() async throws {
        try await onFreshThread {
            let list =
                #"{"url":"http://h/1"}"# + "\n" + #"{"url":"http://h/1"}"# + "\n" + #"{"url":"http://h/1","id":"x"}"#
            let outcome = try Executable.run(["--dry-run", "--dedupe", "http://h/[1-2]", "-i", "-"], input: list)
            #expect(outcome.output.split(separator: "\n").count == 3)
            #expect(outcome.errors == "fetchtop: left out 2 jobs given twice\n")
            #expect(outcome.ending == .exited(0))
        }
    }

    @Test func aScriptSteersAHeadlessRunAndItsExpectationsCount() async throws {
        try await onFreshThread {
            let folder = try TemporaryFolder()
            let script = try folder.write(
                "wait idle\nsnapshot \(folder.path)/frame.txt 140x20\nretry failed\nwait idle\nexpect failed == 0\n",
                to: "s.fts")
            let outcome = try Executable.run(
                ["--headless", "--script", script, "--retry", "0", "--summary", "none", "http://127.0.0.1:1/[1-3]"])
            #expect(outcome.ending == .exited(5))
            #expect(outcome.errors == "fetchtop: \(script):5: expected failed == 0; it is 3\n")
            #expect(outcome.output.split(separator: "\n").count == 6, "each retry has a record of its own")
            let frame = try folder.read("frame.txt")
            #expect(frame.split(separator: "\n", omittingEmptySubsequences: false).count == 21)
            #expect(frame.contains("DONE") && frame.contains("127.0.0.1:1/3"))
        }
    }

    @Test func aFileThatIsThereIsAListAndNotAHost() async throws {
        try await onFreshThread {
            let folder = try TemporaryFolder()
            try folder.write("http://h/1\nhttp://h/2\n", to: "urls.txt")
            let outcome = try Executable.run(["--dry-run", "urls.txt", "other.txt"], folder: folder.path)
            #expect(outcome.output.split(separator: "\n").map(\.utf8.count) == [20, 20, 26])
            #expect(outcome.output.hasSuffix(#"{"url":"http://other.txt"}"# + "\n"))
        }
    }

    @Test func versionAndHelpGoToStandardOutput() async throws {
        try await onFreshThread {
            for argument in ["-V", "--version", "-h", "--help", "--generate-completion-script=bash"] {
                let outcome = try Executable.run([argument])
                #expect(outcome.ending == .exited(0) && outcome.errors == "" && outcome.output.hasSuffix("\n"))
            }
            let version = try Executable.run(["-V"])
            #expect(version.output.contains("libcurl/") && version.output.contains("\nFeatures: "))
        }
    }
}
