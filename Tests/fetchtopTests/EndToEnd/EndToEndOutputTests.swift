import Foundation
import TestSupport
import Testing

/// What the built program writes, in all its forms: records, CSV, events, write-out, summaries, lists.
@Suite struct EndToEndOutputTests {
    private func object(_ line: Substring) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    /// How many cells a line of CSV has: commas between quotation marks do not count.
    private static func cells(_ line: Substring) -> Int {
        var isQuoted = false
        var count = 1
        for character in line {
            if character == "\"" { isQuoted.toggle() }
            if character == ",", !isQuoted { count += 1 }
        }
        return count
    }

    private func run(_ arguments: [String], input: String? = nil) throws -> ChildProcess.Outcome {
        try Executable.run(["--headless", "--retry", "0", "--summary", "none"] + arguments, input: input)
    }

    @Test func writeOutTakesTheRecordsPlaceAndAFileMayHoldIt() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let urls = ["\(origin.url)/bytes/5", "\(origin.url)/status/404", "http://127.0.0.1:1/"]
            let format = "%{http_code} %{size_download} %{exitcode} %{state} %{urlnum}\\n"
            let plain = try run(["-j", "1", "-w", format] + urls)
            #expect(plain.ending == .exited(1))
            let lines = plain.output.split(separator: "\n")
            #expect(lines.count == 3 && lines[0] == "200 5 0 ok 0" && lines[2] == "000 0 7 failed 2", "\(plain.output)")
            #expect(lines[1].hasPrefix("404 ") && lines[1].hasSuffix(" 0 http_error 1"))
            let file = try folder.write("%{stderr}%{onerror}%{errormsg}\\n%{stdout}", to: "format")
            let errors = try run(["-w", "@\(file)", "--results", folder["out"]] + urls)
            #expect(
                errors.output == "" && errors.errors.contains("refused\n") || errors.errors.contains("connect"),
                "\(errors.errors)")
            #expect(try Record.results(in: folder.read("out")).count == 3)
            let header = try run(["-w", "%header{content-type}|%{header_json}\\n", urls[0]])
            #expect(header.output.hasPrefix("application/octet-stream|{\""), "\(header.output)")
            let whole = try run(["-w", "%{json}\\n", urls[0]])
            #expect(try object(whole.output[...])["size_download"] as? Int == 5)
        }
    }

    @Test func csvHasAHeadingAndOneLineAFetch() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            for (results, isFile) in [(folder["out.csv"], true), ("-", false)] {
                let outcome = try run(
                    [
                        "--results-format", "csv", "--results", results, "\(origin.url)/bytes/[1-3]",
                        "http://127.0.0.1:1/a,b",
                    ])
                let text = try isFile ? folder.read("out.csv") : outcome.output
                let lines = text.split(separator: "\n")
                #expect(lines.count == 5)
                let columns = lines[0].split(separator: ",").map(String.init)
                #expect(columns.prefix(3) == ["v", "type", "id"] && columns.contains("time_total"))
                for line in lines { #expect(Self.cells(line) == columns.count, "\(line)") }
                #expect(text.contains(",\"http://127.0.0.1:1/a,b\","))
            }
        }
    }

    @Test func eventsComeInTheirOrderAmongTheResults() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let outcome = try run([
                "--retry", "1", "--retry-delay", "0.02", "--events", "\(origin.url)/flaky/e/1",
            ])
            #expect(outcome.ending == .exited(0))
            let lines = try outcome.output.split(separator: "\n").map(object)
            let names = lines.map { $0["event"] as? String ?? $0["type"] as? String ?? "" }
            #expect(
                names == [
                    "added", "started", "phase", "head", "attempt_finished", "backing_off", "requeued", "started",
                    "phase",
                    "head", "attempt_finished", "result",
                ])
            #expect(
                lines.dropLast().allSatisfy {
                    $0["fetch"] as? Int == 1 && ($0["at"] as? String)?.hasSuffix("Z") == true
                })
            #expect(lines[4]["http_code"] as? Int == 503 && lines[7]["attempt"] as? Int == 2)
            let times = lines.dropLast().compactMap { $0["at"] as? String }
            #expect(times == times.sorted())
        }
    }

    @Test func headersAreRecordedWhenAsked() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let with = try object(try run(["--include-headers", "\(origin.url)/bytes/1"]).output[...])
            #expect((with["headers"] as? [String: [String]])?["content-length"] == ["1"])
            let without = try object(try run(["\(origin.url)/bytes/1"]).output[...])
            #expect(without["headers"] == nil)
        }
    }

    @Test func theSummaryAsJSONCountsEverything() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let outcome = try Executable.run([
                "--headless", "--retry", "0", "--summary", "json", "--results", "/dev/null",
                "\(origin.url)/bytes/100?[1-4]", "\(origin.url)/status/404", "http://127.0.0.1:1/",
            ])
            let summary = try object(outcome.errors[...])
            #expect(summary["type"] as? String == "summary" && summary["exit_code"] as? Int == 1)
            #expect(summary["fetches"] as? Int == 6)
            let states = try #require(summary["state"] as? [String: Int])
            #expect(states["ok"] == 4 && states["http_error"] == 1 && states["failed"] == 1)
            #expect(states.values.reduce(0, +) == 6)
            #expect(summary["http_code"] as? [String: Int] == ["200": 4, "404": 1])
            #expect(summary["errors"] as? [String: Int] == ["REFU": 1])
            let latency = try #require(summary["latency"] as? [String: [String: [String: Any]]])
            #expect(
                latency["ok"]?["total"]?["count"] as? Int == 4 && latency["failed"]?["total"]?["count"] as? Int == 2)
            let hosts = try #require(summary["hosts"] as? [[String: Any]])
            #expect(hosts.reduce(0) { $0 + ($1["fetches"] as? Int ?? 0) } == 6)
        }
    }

    @Test func whatFailedIsAListThatCanBeRunAgain() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let list =
                #"{"url":"\#(origin.url)/flaky/s/1","header":["X-A: 1"],"tag":"t"}"# + "\n"
                + "{\"url\":\"\(origin.url)/bytes/1\"}\n"
            #expect(try run(["-i", "-", "--save-failed", folder["failed"]], input: list).ending == .exited(1))
            #expect(try folder.read("failed") == list.split(separator: "\n")[0] + "\n")
            let again = try run(["-i", folder["failed"], "--save-failed", folder["empty"]])
            #expect(again.ending == .exited(0))
            #expect(try object(again.output[...])["tag"] as? String == "t")
            #expect(try folder.read("empty") == "")
        }
    }

    @Test func aDeadlineEndsTheRunAndResumeDoesTheRest() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let arguments = ["-j", "1", "--results", folder["out"], "\(origin.url)/delay/100?[1-20]"]
            let cut = try run(["--deadline", "0.5"] + arguments)
            #expect(cut.ending == .exited(7))
            #expect(try Record.results(in: folder.read("out")).count < 20)
            let rest = try run(["--resume", "--parallel-max-host", "20", "-j", "20"] + arguments.dropFirst(2))
            #expect(rest.ending == .exited(0), "\(rest.errors)")
            let urls = try Record.results(in: folder.read("out")).map(\.url)
            #expect(urls.count == 20 && Set(urls).count == 20)
        }
    }

    // MARK: - Gates

    @Test func gatesSayWhyTheyTripped() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let (good, bad) = ("\(origin.url)/bytes/1?[1-9]", "\(origin.url)/status/500")
            for (gate, words) in [
                (["--fail-if", "failed>5%"], "--fail-if 'failed>5%': it is 1 of 10"),
                (["--fail-if", "p50>=0ms"], "--fail-if 'p50>=0ms': it is "),
                (["--fail-if", "code_5xx > 0", "--fail-if", "ok<9"], "--fail-if 'code_5xx > 0': it is 1"),
                (["--fail-if", "bytes>5"], "--fail-if 'bytes>5': it is "),
                (["--max-failures", "0"], "--max-failures: 1 of "), (["--fail-early"], "--fail-early: #"),
            ] {
                let outcome = try run(gate + [good, bad])
                #expect(outcome.ending == .exited(5), "\(gate)")
                #expect(
                    outcome.errors.hasPrefix("fetchtop: \(words)") && outcome.errors.count { $0 == "\n" } == 1,
                    "\(outcome.errors)")
            }
            for gate in [["--fail-if", "failed>10%"], ["--max-failures", "1"], ["--max-failures", "50%"]] {
                #expect(try run(gate + [good, bad]).ending == .exited(1), "\(gate)")
            }
        }
    }

    @Test func failEarlyLeavesTheRestAlone() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let outcome = try run([
                "--fail-early", "-j", "1", "\(origin.url)/status/500", "\(origin.url)/delay/20?[1-50]",
            ])
            #expect(try Record.results(in: outcome.output).count <= 2)
            #expect(outcome.ending == .exited(5))
        }
    }

    // MARK: - Requests and times

    @Test func requestOptionsReachTheServer() async throws {
        try await onFreshThread {
            let server = try ScriptedServer { _ in .text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
            func request(_ options: String...) throws -> String {
                let outcome = try run(options + ["\(server.url)/"])
                #expect(outcome.ending == .exited(0), "\(outcome.errors)")
                return server.requests.last ?? ""
            }
            #expect(try request("-X", "PURGE").hasPrefix("PURGE / HTTP/1.1\r\n"))
            #expect(try request("-I").hasPrefix("HEAD / "))
            #expect(try request("-d", "a=1", "-d", "b=2").hasSuffix("\r\n\r\na=1&b=2"))
            let json = try request("--json", "{}")
            #expect(json.contains("Content-Type: application/json\r\n") && json.hasSuffix("{}"))
            #expect(try request("-A", "me").contains("\r\nUser-Agent: me\r\n"))
            #expect(try request("-e", "http://from/").contains("\r\nReferer: http://from/\r\n"))
            #expect(try request("-b", "a=1", "-b", "b=2").contains("\r\nCookie: a=1; b=2\r\n"))
            #expect(try request("-u", "me:x").contains("\r\nAuthorization: Basic bWU6eA==\r\n"))
            #expect(try request("--oauth2-bearer", "t0k").contains("\r\nAuthorization: Bearer t0k\r\n"))
            #expect(try request("-r", "0-9").contains("\r\nRange: bytes=0-9\r\n"))
            #expect(try request("--compressed").contains("\r\nAccept-Encoding: "))
        }
    }

    @Test func timesThatAreUpAreFailuresOfTheirPhase() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let total = try run(["-m", "0.2", "\(origin.url)/stall"])
            let record = try #require(try Record.results(in: total.output).first)
            #expect(record.exitcode == 28 && record.failPhase == "response" && total.ending == .exited(1))
            let queued = try run([
                "-j", "1", "--queue-timeout", "0.2", "\(origin.url)/delay/700", "\(origin.url)/bytes/1",
            ])
            let waited = try #require(try Record.results(in: queued.output).first)
            #expect(waited.failPhase == "queue" && waited.state == "failed" && waited.attempt == 0)
            let stalled = try run(["-y", "1", "-Y", "1", "\(origin.url)/stall-body"])
            #expect(try Record.results(in: stalled.output).first?.exitcode == 28)
        }
    }

    @Test func whatCountsAsSuccessCanBeChosen() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            #expect(try run(["--accept", "200,404", "\(origin.url)/status/404"]).ending == .exited(0))
            #expect(try run(["--accept", "404", "\(origin.url)/bytes/1"]).ending == .exited(1))
        }
    }

    @Test func prioritiesDecideWhoGoesFirst() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let list = [1, 3, 2].map { #"{"url":"\#(origin.url)/bytes/\#($0)","priority":\#($0)}"# + "\n" }.joined()
            let folder = try TemporaryFolder()
            try folder.write(list, to: "list")
            let outcome = try run(["-j", "1", "--order", "priority", "-i", folder["list"]])
            #expect(try Record.results(in: outcome.output).compactMap(\.sizeDownload) == [3, 2, 1])
        }
    }
}
