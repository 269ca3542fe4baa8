import Foundation
import TestSupport
import Testing

/// The fixtures themselves: when one of these fails, look here before at what failed with them.
@Suite struct FixtureTests {
    @Test func processReadsWritesAndExits() async throws {
        try await onFreshThread {
            let cat = try ChildProcess.run(["sh", "-c", "cat; echo oops >&2; exit 3"], input: "hello\n")
            #expect(cat.output == "hello\n" && cat.errors == "oops\n" && cat.ending == .exited(3))
            let sleeping = try ChildProcess(["sleep", "1000"])
            sleeping.signal(SIGTERM)
            #expect(try sleeping.wait().ending == .signalled(SIGTERM))
            #expect(throws: POSIXError.self) { try ChildProcess(["/nonexistent/program"]) }
        }
    }

    @Test func processRunsOnATerminalOfItsOwn() async throws {
        try await onFreshThread {
            let terminal = try PseudoTerminal(width: 77, height: 11)
            let process = try ChildProcess(
                ["sh", "-c", "stty size </dev/tty"], input: .terminal, output: .terminal, errors: .terminal,
                terminal: terminal.path)
            var painted: [UInt8] = []
            try waitUntil("the size") {
                painted += terminal.painted(within: .milliseconds(10))
                return String(decoding: painted, as: UTF8.self).contains("11 77")
            }
            #expect(try process.wait().ending == .exited(0))
        }
    }

    @Test func nginxServesOverHTTPAndHTTPS() async throws {
        try await onFreshThread {
            let nginx = try NginxServer(files: ["a": "content of a"])
            for url in [nginx.url, nginx.secureURL] {
                let curl = try ChildProcess.run(
                    ["curl", "-sS", "--cacert", nginx.certificateAuthority, "-w", " %{http_version}", "\(url)/a"])
                #expect(curl.output == (url == nginx.url ? "content of a 1.1" : "content of a 2"), "\(curl.errors)")
            }
        }
    }

    @Test func tmuxRunsAShell() async throws {
        try await onFreshThread {
            let tmux = try Tmux(width: 90, height: 20)
            try tmux.run("stty size; tput cols")
            try tmux.wait(for: "20 90\n90\n")
            try tmux.resize(width: 60, height: 10)
            try tmux.run("stty size")
            try tmux.wait(for: "10 60")
        }
    }
}
