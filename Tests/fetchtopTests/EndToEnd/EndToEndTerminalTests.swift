import Foundation
import TestSupport
import Testing

/// Terminals that behave badly, and the program that must not care.
@Suite struct EndToEndTerminalTests {
    private func start(_ arguments: [String], on terminal: PseudoTerminal, folder: TemporaryFolder) throws
        -> ChildProcess
    {
        try Executable.start(
            arguments, input: .terminal, output: .terminal, errors: .terminal,
            environment: ["TERM": "xterm-256color"], folder: folder.path, terminal: terminal.path)
    }

    private func resultCount(_ folder: TemporaryFolder) -> Int {
        (try? Record.results(in: folder.read("out")).count) ?? 0
    }

    @Test func resultsGoOnWhileNobodyReadsTheTerminal() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let terminal = try PseudoTerminal(width: 200, height: 50)
            let process = try start(
                ["--results", "out", "-j", "8", "--parallel-max-host", "8", "\(origin.url)/delay/4?[1-800]"],
                on: terminal, folder: folder)
            // Nothing is read from the first byte on: the terminal's buffer is full after a frame or two.
            try waitUntil("every result") { resultCount(folder) == 800 }
            #expect(process.poll() == nil)
            // Read again, it shows what is true now, and takes keys.
            var screen = ""
            try waitUntil("the latest state") {
                screen += String(decoding: terminal.painted(within: .milliseconds(20)), as: UTF8.self)
                return screen.contains("800/800")
            }
            terminal.type("q")
            try waitUntil("the end") {
                _ = terminal.painted(within: .milliseconds(5))
                return process.poll() != nil
            }
            #expect(process.poll() == .exited(0))
        }
    }

    @Test func aTerminalThatReadsByteByByteGetsWholeSequencesAndTheRunItsResults() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let terminal = try PseudoTerminal(width: 100, height: 30)
            let process = try start(
                [
                    "--results", "out", "--exit-when-done", "-j", "8", "--parallel-max-host", "8",
                    "\(origin.url)/delay/2?[1-300]",
                ],
                on: terminal, folder: folder)
            var bytes: [UInt8] = []
            while process.poll() == nil {
                bytes += terminal.painted(within: .milliseconds(1), atMost: 1)
            }
            while true {
                let rest = terminal.painted(within: .milliseconds(1), atMost: 1)
                if rest.isEmpty { break }
                bytes += rest
            }
            #expect(process.poll() == .exited(0))
            #expect(resultCount(folder) == 300)
            #expect(String(decoding: bytes, as: UTF8.self).contains("\u{1B}[?1049l"))
        }
    }

    /// - Parameter how: `close` hangs the line up, `HUP` is what a dying session's leader sends.
    @Test(arguments: ["close", "HUP"])
    func aTerminalThatHangsUpEndsTheDashboardAndNotTheRun(how: String) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            var terminal: PseudoTerminal? = try PseudoTerminal(width: 120, height: 40)
            let process = try start(
                ["--results", "out", "-j", "4", "--parallel-max-host", "4", "\(origin.url)/delay/10?[1-400]"],
                on: try #require(terminal), folder: folder)
            try waitUntil("some results") {
                _ = terminal?.painted(within: .milliseconds(5))
                return resultCount(folder) > 20
            }
            if how == "close" { terminal = nil } else { process.signal(SIGHUP) }
            let outcome = try process.wait()
            #expect(outcome.ending == .exited(0))
            #expect(resultCount(folder) == 400)
        }
    }

    /// Nobody could let go on what is paused, and nobody would see a watched list.
    @Test(arguments: [["P"], ["p"], ["--every", "1"]])
    func nothingIsLeftBehindThatNobodyCanEnd(how: [String]) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let terminal = try PseudoTerminal(width: 120, height: 40)
            let isWatched = how.count > 1
            let what = isWatched ? how + ["\(origin.url)/bytes/[1-9]"] : ["-j", "2", "\(origin.url)/drip/20/40?[1-9]"]
            let process = try start(what + ["--results", "out", "--events"], on: terminal, folder: folder)
            var screen = ""
            func wait(for what: String, until isThere: () throws -> Bool) throws {
                try waitUntil(what, instead: { String(screen.suffix(2_000)) }) {
                    screen += String(decoding: terminal.painted(within: .milliseconds(5)), as: UTF8.self)
                    return try isThere()
                }
            }
            func records() -> String { (try? folder.read("out")) ?? "" }
            if isWatched {
                try wait(for: "a second round") { records().contains("\"event\":\"checked_again\"") }
            } else {
                try wait(for: "two in flight") { records().count { $0 == "\n" } > 12 && screen.contains("/9") }
                terminal.type(how[0])
                try wait(for: "the pause") {
                    how == ["P"] ? screen.contains("FETCHING PAUSED") : records().contains("\"event\":\"paused\"")
                }
            }
            process.signal(SIGHUP)
            let outcome = try process.wait()
            #expect(outcome.ending == .exited(isWatched ? 0 : 7))
            #expect(resultCount(folder) >= (isWatched ? 9 : how == ["P"] ? 1 : 8))
        }
    }

    @Test func withoutAFileForResultsAHangUpDrains() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            var terminal: PseudoTerminal? = try PseudoTerminal(width: 120, height: 40)
            let process = try start(
                ["-j", "2", "\(origin.url)/delay/20?[1-2000]"], on: try #require(terminal), folder: folder)
            var screen = ""
            try waitUntil("some fetches") {
                screen += String(decoding: terminal?.painted(within: .milliseconds(5)) ?? [], as: UTF8.self)
                return screen.contains("/2000")
            }
            terminal = nil
            #expect(try process.wait().ending == .exited(7))
        }
    }

    @Test func aStormOfSizesIsSurvived() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let terminal = try PseudoTerminal(width: 80, height: 24)
            let process = try start(
                ["--results", "out", "-j", "8", "--parallel-max-host", "8", "\(origin.url)/delay/4?[1-400]"],
                on: terminal, folder: folder)
            var random = SeededGenerator(seed: 5)
            let sizes: [(UInt16, UInt16)] = [(1, 1), (500, 200), (20, 5), (0, 0), (200, 50), (3, 90), (300, 2)]
            while resultCount(folder) < 400 {
                let size = sizes.randomElement(using: &random) ?? (80, 24)
                terminal.resize(width: size.0, height: size.1)
                process.signal(SIGWINCH)
                _ = terminal.painted(within: .milliseconds(2))
            }
            terminal.resize(width: 90, height: 24)
            process.signal(SIGWINCH)
            var screen = ""
            try waitUntil("a whole picture at the last size") {
                screen += String(decoding: terminal.painted(within: .milliseconds(20)), as: UTF8.self)
                return screen.contains("F10") && screen.contains("400/400")
            }
            terminal.type("q")
            try waitUntil("the end") {
                _ = terminal.painted(within: .milliseconds(5))
                return process.poll() == .exited(0)
            }
        }
    }

    private func startInShell(_ arguments: String, _ tmux: Tmux, _ folder: TemporaryFolder) throws {
        try tmux.run(
            "cd \(folder.path); clear; stty -a >before; \(Executable.path) \(arguments); echo \"exit $?\"; stty -a >after"
        )
    }

    @Test func suspendedItGivesTheTerminalToTheShellAndTakesItBack() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: 100, height: 30)
            try tmux.run("cd \(folder.path); clear; stty -a >before")
            try tmux.run("\(Executable.path) \(origin.url)/stall")
            try tmux.wait(for: "F10Quit")
            try tmux.press("C-z")
            try tmux.wait(for: "Stopped")
            try tmux.run("stty -a >between; echo usable $((40 + 2))")
            try tmux.wait(for: "usable 42\n")
            try #expect(folder.read("between") == folder.read("before"))
            try tmux.run("fg")
            try tmux.wait(until: "the dashboard again") { $0.contains("F10Quit") && $0.hasPrefix("fetchtop") }
            try tmux.press("Q")
            try tmux.wait(for: "in flight?")
            try tmux.press("y")
            // What is typed before the shell has the terminal again would be lost.
            try tmux.wait(until: "the shell's prompt") { $0.contains(/unfinished[^>]*ready>/) }
            try tmux.run("stty -a >after; echo back $((40 + 3))")
            try tmux.wait(for: "back 43\n")
            try #expect(folder.read("after") == folder.read("before"))
        }
    }

    /// 40 is one of the real-time signals.
    @Test(arguments: [SIGSEGV, SIGABRT, SIGQUIT, SIGUSR2, SIGALRM, SIGXCPU, 40])
    func whateverEndsTheProcessLeavesAUsableTerminal(signal: Int32) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: 100, height: 30, environment: ["SWIFT_BACKTRACE": "enable=no"])
            try tmux.run("ulimit -c 0")
            try startInShell("\(origin.url)/stall", tmux, folder)
            try tmux.wait(for: "F10Quit")
            let process = try #require(try tmux.foregroundProcess(named: "fetchtop"))
            // What a library says before it goes down is not lost with the screen.
            try "last words\n".write(toFile: "/proc/\(process)/fd/2", atomically: false, encoding: .utf8)
            kill(process, signal)
            let screen = try tmux.wait(for: "exit \(128 + signal)\n\(Tmux.prompt)")
            #expect(!screen.contains("F10Quit"))
            try #expect(folder.read("before") == folder.read("after"))
            try tmux.run("echo usable $((40 + 2))")
            try tmux.wait(for: "usable 42\n")
        }
    }

    @Test(arguments: [false, true])
    func aSignalAsksForAStatusLineInTheLog(hasErrorFile: Bool) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: 100, height: 30)
            try startInShell("\(origin.url)/stall" + (hasErrorFile ? " 2>errors" : ""), tmux, folder)
            try tmux.wait(for: "F10Quit")
            let process = try #require(try tmux.foregroundProcess(named: "fetchtop"))
            try tmux.press("7")
            try tmux.wait(for: "[7Log]")
            kill(process, SIGUSR1)
            let line = "0/1 0% ok 0 fail 0 in flight 1 "
            try tmux.wait(for: line)
            if hasErrorFile {
                try waitUntil("the line in the file") { (try? folder.read("errors").hasPrefix(line)) == true }
            }
            try tmux.press("Q")
            try tmux.wait(for: "in flight?")
            try tmux.press("y")
            try tmux.wait(for: "exit 7\n\(Tmux.prompt)")
        }
    }

    @Test func whatLibrariesWriteToStandardErrorStandsInTheLog() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: 100, height: 30)
            try startInShell("\(origin.url)/stall", tmux, folder)
            try tmux.wait(for: "F10Quit")
            let process = try #require(try tmux.foregroundProcess(named: "fetchtop"))
            try tmux.press("7")
            try tmux.wait(for: "[7Log]")
            try "a library \u{1B}[2J complains\nhalf a".write(
                toFile: "/proc/\(process)/fd/2", atomically: false, encoding: .utf8)
            try tmux.wait(for: "a library ^[[2J complains")
            try " line\n".write(toFile: "/proc/\(process)/fd/2", atomically: false, encoding: .utf8)
            try tmux.wait(for: "half a line")
            try tmux.press("Q")
            try tmux.wait(for: "in flight?")
            try tmux.press("y")
            // Given back: the summary is on the normal screen, from standard error.
            let screen = try tmux.wait(for: "exit 7\n\(Tmux.prompt)")
            #expect(!screen.contains("complains") && screen.contains("1"))
        }
    }
}
