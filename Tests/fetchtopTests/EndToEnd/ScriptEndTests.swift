import Foundation
import TestSupport
import Testing

/// Scripts that wait in vain, and those of runs that get no dashboard.
@Suite struct ScriptEndTests {
    private func start(
        _ text: String, _ words: [String], in folder: TemporaryFolder, input: ChildProcess.Stream = .null
    ) throws -> ChildProcess {
        try folder.write(text, to: "s.fts")
        return try Executable.start(
            ["--headless", "--summary", "none", "--retry", "0", "--script", "s.fts"] + words, input: input,
            folder: folder.path)
    }

    @Test func aWaitThatCannotComeTrueFailsItsLine() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let cases = [
                ("wait done>=10\n", "1: waited for done>=10; nothing is left to do: it is 1"),
                (
                    "\nwait idle\nwait failed>0\nexpect done == 1\n",
                    "3: waited for failed>0; nothing is left to do: it is 0"
                ),
                ("pause-all\nwait done>=1\n", "2: waited for done>=1; nothing is left to do: it is 0"),
                ("pause-all\nwait idle\n", "2: waited for idle; nothing is left to do: 0 in flight, 1 to come"),
            ]
            for (text, complaint) in cases {
                let folder = try TemporaryFolder()
                let outcome = try start(text, ["\(origin.url)/bytes/1"], in: folder).wait()
                #expect(outcome.ending == .exited(5), "\(text)")
                #expect(outcome.errors == "fetchtop: s.fts:\(complaint)\n")
            }
        }
    }

    /// A fetch that is paused on its way is waited for no longer than anything else that nobody lets go on.
    @Test func whatIsPausedInFlightIsNoReasonToWait() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let run = try start("wait active>=1\npause #1\nwait done>=1\n", ["\(origin.url)/stall-body/50"], in: folder)
            let outcome = try run.wait()
            #expect(outcome.ending == .exited(5))
            #expect(outcome.errors == "fetchtop: s.fts:3: waited for done>=1; nothing is left to do: it is 0\n")
        }
    }

    /// More may come, so that it waits; and a signal ends that.
    @Test func aSignalEndsAScriptThatWaits() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            for (text, word) in [("wait done>=10\n", "{\"v\":1"), ("wait idle\nwait 1h\n", "{\"v\":1")] {
                let folder = try TemporaryFolder()
                let isListOpen = text.hasPrefix("wait done")
                let run = try start(
                    text, isListOpen ? ["-i", "-"] : ["\(origin.url)/bytes/1"], in: folder,
                    input: isListOpen ? .pipe : .null)
                if isListOpen { try run.write("\(origin.url)/bytes/1\n") }
                try waitUntil("the first record", instead: { run.errorsSoFar }) { run.outputSoFar.hasPrefix(word) }
                run.signal(SIGTERM)
                let ending = try run.wait().ending
                #expect(ending == .exited(isListOpen ? 7 : 0))
            }
        }
    }

    /// With so few descriptors that nothing can be drawn, but fetches can be made.
    @Test func aScriptIsCarriedOutWithoutADashboardThatCannotBeDrawn() async throws {
        try await onFreshThread {
            let folder = try TemporaryFolder()
            try folder.write("wait idle\nexpect failed == 0\n", to: "s.fts")
            var outcomes: [ChildProcess.Outcome] = []
            for limit in 7...10 {
                let terminal = try PseudoTerminal()
                let run = try ChildProcess(
                    [
                        "bash", "-c", "ulimit -n \(limit); exec \"$@\"", "bash", Executable.path, "--no-config",
                        "--retry",
                        "0", "--summary", "none", "--script", "s.fts", "http://127.0.0.1:1/",
                    ], input: .terminal, output: .terminal, environment: ["TERM": "xterm"], folder: folder.path,
                    terminal: terminal.path)
                outcomes.append(try run.wait())
                withExtendedLifetime(terminal) {}
            }
            let undrawn = outcomes.filter { $0.errors.contains("going on without") }
            #expect(!undrawn.isEmpty, "\(outcomes)")
            for outcome in undrawn {
                #expect(outcome.ending == .exited(5))
                #expect(outcome.errors.hasSuffix("fetchtop: s.fts:2: expected failed == 0; it is 1\n"))
            }
        }
    }
}
