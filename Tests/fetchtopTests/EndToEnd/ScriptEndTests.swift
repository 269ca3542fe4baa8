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

    /// When the script is over nobody can let go on what it paused.
    @Test(arguments: [
        ("pause-all\n", "bytes/1"), ("wait active>=1\npause #1\n", "stall-body/50"),
        // Still only later.
        ("wait active>=1\npause-all\n", "delay/300?[1-2]"),
    ])
    func aScriptThatLeavesThingsPausedEndsTheRun(text: String, path: String) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let outcome = try start(text, ["-j", "1", "\(origin.url)/\(path)"], in: folder).wait()
            #expect(outcome.ending == .exited(7))
            #expect(outcome.errors == "fetchtop: the script is over, and what is left is paused: stopping\n")
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
            // How few those are depends on what the process has open by itself.
            var undrawn: ChildProcess.Outcome?
            var limit = 4
            while undrawn == nil, limit < 40 {
                let terminal = try PseudoTerminal()
                let run = try ChildProcess(
                    [
                        "bash", "-c", "ulimit -n \(limit); exec \"$@\"", "bash", Executable.path, "--no-config",
                        "--retry", "0", "--summary", "none", "--script", "s.fts", "http://127.0.0.1:1/",
                    ], input: .terminal, output: .terminal, environment: ["TERM": "xterm"], folder: folder.path,
                    terminal: terminal.path)
                let outcome = try run.wait()
                withExtendedLifetime(terminal) {}
                if outcome.errors.contains("going on without") { undrawn = outcome }
                limit += 1
            }
            let outcome = try #require(undrawn)
            #expect(outcome.ending == .exited(5))
            #expect(outcome.errors.hasSuffix("fetchtop: s.fts:2: expected failed == 0; it is 1\n"))
        }
    }
}
