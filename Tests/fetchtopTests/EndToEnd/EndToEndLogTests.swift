import Foundation
import TestSupport
import Testing

/// What a run says about itself: `-v`, `--log`, `--progress`, the summary.
@Suite struct EndToEndLogTests {
    @Test func verboseTellsOfAttemptsConnectionsAndWaitsWithoutSecrets() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let authority = origin.url.dropFirst("http://".count)
            let run = try Executable.run([
                "--headless", "-v", "--retry-delay", "0.05", "--summary", "none", "-j", "1",
                "http://user:hunter2@\(authority)/flaky/v/1", "\(origin.url)/bytes/3?token=s3cret",
                "http://127.0.0.1:1/refused",
            ])
            #expect(run.ending == .exited(1))
            let lines = run.errors.split(separator: "\n").map(String.init)
            #expect(lines.allSatisfy { $0.hasPrefix("* ") }, "\(run.errors)")
            #expect(!run.errors.contains("hunter2") && !run.errors.contains("s3cret"))
            func said(_ text: String) -> Bool { lines.contains { $0.contains(text) } }
            #expect(said("* #1 attempt 1 starts: http://user:***@\(authority)/flaky/v/1"), "\(run.errors)")
            #expect(said("* #1 answers 503, "))
            #expect(said("new connection to 127.0.0.1 port \(origin.port)"))
            #expect(said("reused connection to 127.0.0.1 port \(origin.port)"))
            #expect(said("* #1 waits "))
            #expect(said("* #1 attempt 2 ended: 200, "))
            #expect(said("* #1 ended: ok"))
            #expect(said("* #2 attempt 1 starts: \(origin.url)/bytes/3?token=***"))
            #expect(said("* #3 attempt 1 failed at connect: "))
            #expect(said("* the list is read: 3 fetches"))
        }
    }

    @Test func aLogIsAppendedToWithTimesOfDay() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            for _ in 1...2 {
                let run = try Executable.run([
                    "--headless", "--log", folder["log"], "--summary", "none", "\(origin.url)/bytes/1",
                ])
                #expect(run.errors == "")
            }
            let lines = try folder.read("log").split(separator: "\n").map(String.init)
            #expect(lines.count { $0.contains(" #1 ended: ") } == 2)
            let time = try Regex(#"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z "#)
            #expect(lines.allSatisfy { $0.firstMatch(of: time) != nil })
            let refused = try Executable.run(["--headless", "--log", "/no/such/folder/log", "\(origin.url)/bytes/1"])
            #expect(refused.ending == .exited(4))
            #expect(refused.errors == "fetchtop: cannot write '/no/such/folder/log': No such file or directory\n")
        }
    }

    @Test func aLogThatCannotBeWrittenIsNoReasonToStop() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let run = try Executable.run(
                ["--headless", "--log", "/dev/full", "--summary", "none", "\(origin.url)/bytes/[1-5]"])
            #expect(run.ending == .exited(0))
            #expect(run.errors == "fetchtop: cannot write --log '/dev/full': No space left on device\n")
            #expect(try Record.results(in: run.output).count == 5)
        }
    }

    @Test func anOriginThatAsksForAPauseIsInTheLog() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let run = try Executable.start(
                ["--headless", "-v", "-j", "1", "\(origin.url)/status/429?retry-after=30", "\(origin.url)/bytes/1"])
            let words = "* 127.0.0.1:\(origin.port) asked to be left alone for 30s\n"
            try waitUntil("word of it", instead: { run.errorsSoFar }) { run.errorsSoFar.contains(words) }
            run.signal(SIGINT)
            let outcome = try run.wait()
            #expect(outcome.ending == .exited(7))
            #expect(outcome.errors.contains("* nothing new starts; 0 in flight\n"), "\(outcome.errors)")
        }
    }

    // MARK: - Progress

    @Test func onATerminalOneLineIsDrawnAnewAndTakenAwayAtTheEnd() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let terminal = try PseudoTerminal(width: 60, height: 10)
            let run = try Executable.start(
                ["--headless", "--results", "/dev/null", "\(origin.url)/delay/600?[1-7]"],
                output: .null, errors: .terminal, environment: ["TERM": "xterm"], terminal: terminal.path)
            var painted: [UInt8] = []
            try waitUntil("its end", instead: { String(decoding: painted, as: UTF8.self) }) {
                painted += terminal.painted(within: .milliseconds(50))
                return run.poll() != nil
            }
            painted += terminal.painted(within: .milliseconds(500))
            let text = String(decoding: painted, as: UTF8.self)
            #expect(text.contains("\r\u{1B}[K0/7 0% ok 0 fail 0 in flight 6"), "\(text.debugDescription)")
            // Nothing of it is left: the summary follows the last erasure.
            let last = text.split(separator: "\r\u{1B}[K", omittingEmptySubsequences: false).last ?? ""
            #expect(last.hasPrefix("7 fetches in "), "\(text.debugDescription)")
            let drawn = text.split(separator: "\r\u{1B}[K").filter { $0.hasPrefix("0/7") }
            #expect(drawn.allSatisfy { $0.count < 60 })
        }
    }

    @Test(arguments: [["--progress", "none"], ["--progress", "line"], []])
    func whereItWouldOnlyDisturbThereIsNoSuchLine(options: [String]) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let terminal = try PseudoTerminal()
            // A dumb terminal cannot take a line back.
            let run = try Executable.start(
                ["--headless", "--summary", "none", "--results", "/dev/null", "\(origin.url)/delay/400"] + options,
                output: .null, errors: .terminal, environment: ["TERM": options.isEmpty ? "dumb" : "xterm"],
                terminal: terminal.path)
            try waitUntil("its end") { run.poll() != nil }
            #expect(terminal.painted(within: .milliseconds(100)) == [])
        }
    }

    @Test func linesForLogsComeByThemselves() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let run = try Executable.start(["--headless", "--progress", "line", "\(origin.url)/stall"])
            try waitUntil("a line", instead: { run.errorsSoFar }) { run.errorsSoFar.contains("\n") }
            #expect(run.errorsSoFar.hasPrefix("0/1 0% ok 0 fail 0 in flight 1 0/s "), "\(run.errorsSoFar)")
            run.signal(9)
            _ = try run.wait()
        }
    }

    // MARK: - Grammar

    @Test func oneFetchIsNotOneFetches() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let arguments = ["--headless", "--results", folder["out"], "\(origin.url)/bytes/1"]
            #expect(try Executable.run(arguments).errors.hasPrefix("1 fetch in "))
            let again = try Executable.run(arguments + ["--resume"])
            #expect(again.errors == "nothing left to do: 1 done before\n" && again.ending == .exited(0))
            let more = try Executable.run(arguments + ["\(origin.url)/bytes/2", "--resume"])
            #expect(
                more.errors.hasPrefix("1 fetch in ") && more.errors.contains("\ndone before: 1\n"), "\(more.errors)")
            let empty = try Executable.run(["--headless", "-i", "-"], input: "# nothing\n")
            #expect(
                empty.errors == "fetchtop: there is nothing to fetch: the input is empty\nnothing was fetched\n")
            let bad = String(repeating: "htp://x\n", count: 21) + "\(origin.url)/bytes/1\n"
            #expect(
                try Executable.run(["--headless", "-i", "-"], input: bad).errors.contains("fetchtop: 1 more bad line\n")
            )
        }
    }

    // MARK: - curl's spellings

    @Test func headersWithoutAValueAreSentAndRemovedOnesAreNot() async throws {
        try await onFreshThread {
            let server = try ScriptedServer { _ in .text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
            let run = try Executable.run([
                "--headless", "-H", "X-Empty;", "-H", "User-Agent:", "-H", "X-Full: 1", "\(server.url)/",
            ])
            #expect(run.ending == .exited(0), "\(run.errors)")
            let request = server.requests[0]
            #expect(request.contains("\r\nX-Empty:\r\n") && request.contains("\r\nX-Full: 1\r\n"), "\(request)")
            #expect(!request.contains("User-Agent"))
            let list = #"{"url":"\#(server.url)/job","header":["X-Empty;","X-Full:"]}"#
            let jobs = try Executable.run(
                ["--headless", "-H", "X-Empty: run", "-H", "X-Full: 1", "-i", "-"], input: list)
            #expect(jobs.ending == .exited(0), "\(jobs.errors)")
            #expect(server.requests[1].contains("\r\nX-Empty:\r\n") && !server.requests[1].contains("X-Full"))
            let dry = try Executable.run(["--dry-run", "-i", "-"], input: list)
            #expect(dry.output == list + "\n")
        }
    }

    @Test func aCertificatesKeyIsOpenedWithThePassphraseBehindItsName() async throws {
        try await onFreshThread {
            let nginx = try NginxServer(files: ["a": "a"])
            let folder = try TemporaryFolder()
            let made = try ChildProcess.run([
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-keyout", folder["key"], "-out", folder["c:rt"],
                "-passout", "pass:o:pen", "-subj", "/CN=us",
            ])
            try #require(made.ending == .exited(0), "\(made.errors)")
            let name = folder.path + "/c\\:rt"
            for (passphrase, code) in [("o:pen", Int32(0)), ("wrong", 1)] {
                let run = try Executable.run([
                    "--headless", "-k", "-E", "\(name):\(passphrase)", "--key", folder["key"], "\(nginx.secureURL)/a",
                ])
                #expect(run.ending == .exited(code), "\(run.errors)\(run.output)")
                #expect(try Record.results(in: run.output).first?.exitcode == (code == 0 ? 0 : 58))
            }
            let missing = try Executable.run(["-E", "/no/such:x", "https://h/"])
            #expect(
                missing.errors.hasPrefix("fetchtop: --cert: ") && missing.errors.contains("/no/such'")
                    || missing.errors.contains("/no/such:"))
        }
    }
}
