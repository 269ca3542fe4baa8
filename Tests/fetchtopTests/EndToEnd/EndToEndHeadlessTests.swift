import Foundation
import TestSupport
import Testing

/// The built program without a dashboard, on real input from a real nginx.
@Suite struct EndToEndHeadlessTests {
    @Test func aScriptMayBringAllThereIsToFetch() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            try folder.write("add \(origin.url)/bytes/3\nwait idle\nexpect ok == 1\n", to: "own.fts")
            try folder.write("wait idle\n", to: "none.fts")
            let run = try Executable.run(
                ["--headless", "--script", "own.fts", "--results", "out", "--resume"], folder: folder.path)
            #expect(run.ending == .exited(0), "\(run.errors)")
            #expect(try Record.results(in: folder.read("out")).count == 1)
            let without = try Executable.run(["--headless", "--script", "none.fts"], folder: folder.path)
            #expect(without.ending == .exited(2))
            #expect(
                without.errors
                    == "fetchtop: nothing to fetch: give URLs, -i FILE or -i -, or add some in the script (add URL)\n")
        }
    }

    @Test func fiveHundredURLsOverHTTPAndHTTPSGiveFiveHundredRecords() async throws {
        try await onFreshThread {
            let site = try Site()
            let run = try Executable.run(
                [
                    "--headless", "-i", site.list, "--results", site.folder["out"], "--cacert",
                    site.nginx.certificateAuthority,
                ])
            #expect(run.ending == .exited(0), "\(run.errors)")
            #expect(run.output == "")
            let records = try Record.results(in: site.folder.read("out"))
            #expect(records.count == 500)
            #expect(Set(records.map(\.url)) == Set(site.urls))
            for record in records {
                #expect(record.state == "ok" && record.httpCode == 200 && record.exitcode == 0 && record.attempt == 1)
                #expect(record.sizeDownload == site.byteCount(of: record.url))
                let isSecure = record.url.hasPrefix("https")
                #expect(record.httpVersion == (isSecure ? "2" : "1.1"))
                #expect(record.timeStarttransfer! <= record.timeTotal!)
            }
        }
    }

    @Test func theListArrivesByOnePipeWhileRecordsLeaveByAnother() async throws {
        try await onFreshThread {
            let nginx = try NginxServer(files: ["a": "aaa", "b": "b"])
            let run = try Executable.start(["--headless", "-i", "-"], input: .pipe)
            for (number, name) in ["a", "b", "a?again"].enumerated() {
                // Each record is there before the next URL is written: nothing waits for the end of the list.
                try run.write("\(nginx.url)/\(name)\n")
                try waitUntil("record \(number + 1)", instead: { run.outputSoFar + run.errorsSoFar }) {
                    try Record.results(in: run.outputSoFar).count == number + 1
                }
            }
            run.closeInput()
            let outcome = try run.wait()
            #expect(outcome.ending == .exited(0))
            let results = try Record.results(in: outcome.output)
            #expect(results.map(\.url) == ["a", "b", "a?again"].map { "\(nginx.url)/\($0)" })
            #expect(results.map(\.sizeDownload) == [3, 1, 3])
        }
    }

    @Test func theFirstSignalDrainsAndTheSecondAborts() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            for (signal, code) in [(SIGTERM, Int32(143)), (SIGINT, 130), (SIGHUP, 129)] {
                let run = try Executable.start(["--headless", "-j", "2", "\(origin.url)/delay/50?[1-1000]"])
                try waitUntil("a record", instead: { run.errorsSoFar }) { run.outputSoFar.contains("\n") }
                run.signal(signal)
                let drained = try run.wait()
                #expect(drained.ending == .exited(7), "\(drained.errors)")
                let records = try Record.results(in: drained.output)
                #expect(records.count < 1000 && records.allSatisfy { $0.state == "ok" })

                let stalled = try Executable.start(["--headless", "\(origin.url)/delay/1", "\(origin.url)/stall"])
                try waitUntil("a record", instead: { stalled.errorsSoFar }) { stalled.outputSoFar.contains("\n") }
                stalled.signal(signal)
                try waitUntil("word of the drain") { stalled.errorsSoFar.contains("once more to stop at once") }
                #expect(stalled.poll() == nil)
                stalled.signal(signal)
                #expect(try stalled.wait().ending == .exited(code))
            }
        }
    }

    @Test func underNohupAHangUpIsNothing() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let run = try ChildProcess(
                ["nohup", Executable.path, "--headless", "--no-config", "-j", "2", "\(origin.url)/delay/20?[1-40]"])
            try waitUntil("a record", instead: { run.errorsSoFar }) { run.outputSoFar.contains("\n") }
            for _ in 1...2 { run.signal(SIGHUP) }
            let outcome = try run.wait()
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            #expect(try Record.results(in: outcome.output).count == 40)
        }
    }

    @Test func saysWhatFailedAndInWhichPhase() async throws {
        try await onFreshThread {
            let nginx = try NginxServer(files: ["a": "a"])
            let origin = try OriginServer()
            let dead = try DeadHost()
            let halfHead = try ScriptedServer { _ in .last(Array("HTTP/1.1 200 OK\r\nContent-Le".utf8)) }
            let stalling = try ScriptedServer { _ in .text("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx") }
            let silent = try ScriptedServer { _ in .silence }
            let refused = "http://127.0.0.1:\(try freePort())/"
            // Too long for a name in DNS: refused by the resolver without asking anybody.
            let nameless = "http://\(String(repeating: "n", count: 64)).invalid/"
            let expected = [
                "\(dead.url)/": (28, "connect"), refused: (7, "connect"), nameless: (6, "dns"),
                "\(nginx.secureURL)/a": (60, "tls"), "\(origin.url)/reset": (56, "response"),
                "\(origin.url)/hangup": (52, "response"), "\(origin.url)/hangup-body": (18, "body"),
                "\(halfHead.url)/": (8, "response"), "\(stalling.url)/": (28, "body"),
                "\(silent.url)/": (28, "response"),
            ]
            let run = try Executable.run(
                ["--headless", "--retry", "0", "--connect-timeout", "0.5", "-m", "2"] + expected.keys.sorted())
            #expect(run.ending == .exited(1), "\(run.errors)")
            let records = try Record.results(in: run.output)
            #expect(records.count == expected.count)
            for record in records {
                let (exitcode, phase) = try #require(expected[record.url])
                #expect(
                    record.state == "failed" && record.httpCode == (phase == "body" || exitcode == 8 ? 200 : nil),
                    "\(record)")
                #expect(record.exitcode == exitcode, "\(record)")
                #expect(record.failPhase == phase, "\(record)")
                #expect(record.errormsg?.isEmpty == false)
            }
        }
    }

    @Test func namesBeyondASCIIAreFetchedWhateverTheLocale() async throws {
        try await onFreshThread {
            let nginx = try NginxServer(files: ["a": "aaa"])
            let port = nginx.url.split(separator: ":").last!
            let run = try Executable.run(
                [
                    "--headless", "--resolve", "xn--mnchen-3ya.example:\(port):127.0.0.1",
                    "http://m\u{FC}nchen.example:\(port)/a",
                ], environment: ["LC_ALL": "C"])
            #expect(run.ending == .exited(0), "\(run.output)")
        }
    }

    @Test func whatTheRunPostsIsNotPostedAgainAfterALostConnection() async throws {
        try await onFreshThread {
            let server = try ScriptedServer { _ in .last([]) }
            let options = ["--headless", "--retry-delay", "0.01", "\(server.url)/"]
            for (arguments, method, count) in [
                (["-d", "a=1"], "POST", 1), (["-X", "PATCH"], "PATCH", 1), ([], "GET", 3),
            ] {
                let before = server.requests.count
                let record = try #require(Record.results(in: Executable.run(options + arguments).output).first)
                #expect(record.state == "failed" && record.method == method)
                #expect(server.requests.count - before == count, "\(method)")
            }
        }
    }

    @Test func fewDescriptorsMeanFewerAtOnceAndNoFailures() async throws {
        try await onFreshThread {
            let nginx = try NginxServer(files: ["a": "aaa"])
            let arguments = ["--headless", "-j", "500", "--parallel-max-host", "500", "\(nginx.url)/a?[1-600]"]
            let run = try ChildProcess.run(
                ["sh", "-c", "ulimit -n 64; exec \"$0\" \"$@\"", Executable.path] + arguments)
            #expect(run.ending == .exited(0), "\(run.errors)")
            #expect(run.errors.contains("only 64 files may be open (ulimit -n): 16 connections at once\n"))
            #expect(try Record.results(in: run.output).count == 600)
        }
    }

    @Test func closedStandardDescriptorsAreNotTakenForFiles() async throws {
        try await onFreshThread {
            let nginx = try NginxServer(files: ["a": "aaa"])
            let command = "exec \"$0\" --headless --summary none"
            let noOutput = try ChildProcess.run([
                "sh", "-c", "\(command) \"$1\" >&-", Executable.path, "\(nginx.url)/a",
            ])
            #expect(noOutput.ending == .exited(4))
            #expect(noOutput.errors == "fetchtop: cannot write results to standard output: Bad file descriptor\n")
            let noInput = try ChildProcess.run(["sh", "-c", "\(command) -i - <&-", Executable.path])
            #expect(noInput.ending == .exited(3))
            #expect(noInput.errors.contains("standard input: cannot read"), "\(noInput.errors)")
            #expect(noInput.errors.contains("Bad file descriptor"))
            let noErrors = try ChildProcess.run(
                ["sh", "-c", "\(command) \"$1\" http:// 2>&-", Executable.path, "\(nginx.url)/a"])
            #expect(noErrors.ending == .exited(2))
        }
    }

    @Test func aBadCertificateIsAcceptedOnlyWhenAsked() async throws {
        try await onFreshThread {
            let nginx = try NginxServer(files: ["a": "a"])
            #expect(try Executable.run(["--headless", "-k", "\(nginx.secureURL)/a"]).ending == .exited(0))
            #expect(try Executable.run(["--headless", "--retry", "0", "\(nginx.secureURL)/a"]).ending == .exited(1))
        }
    }

    @Test func whatWasKilledIsResumedWithoutLossOrRepetition() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let urls = (1...200).map { "\(origin.url)/delay/10/\($0)" }
            let list = try folder.write(urls.joined(separator: "\n") + "\n", to: "list")
            let arguments = ["--headless", "-j", "4", "-i", list, "--results", folder["out"]]
            let first = try Executable.start(arguments)
            try waitUntil("a third of the records", instead: { first.errorsSoFar }) {
                ((try? folder.read("out")) ?? "").count { $0 == "\n" } > 60
            }
            first.signal(SIGKILL)
            #expect(try first.wait().ending == .signalled(SIGKILL))
            let kept = try Record.results(in: folder.read("out")).map(\.url)
            #expect(kept.count < 200)

            let second = try Executable.run(arguments + ["--resume"])
            #expect(second.ending == .exited(0), "\(second.errors)")
            let all = try Record.results(in: folder.read("out")).map(\.url)
            #expect(all.sorted() == urls.sorted())
            #expect(Array(all.prefix(kept.count)) == kept)
        }
    }

    @Test func stopsWhenNobodyReadsTheRecords() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let run = try ChildProcess.run([
                "bash", "-c", "{ \"$0\" --headless \"$1\"; echo \"exit $?\" >&2; } | head -n 1 >/dev/null",
                Executable.path, "\(origin.url)/delay/5?[1-3000]",
            ])
            #expect(run.errors.contains("exit 4\n"), "\(run.errors)")
        }
    }
}
