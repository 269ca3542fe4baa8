import Foundation
import TestSupport
import Testing

/// Passwords and tokens of URLs are shown nowhere and kept nowhere, except where a run needs them again.
@Suite struct EndToEndSecretsTests {
    private static let secrets = ["hunter2", "s3cret", "fr4gment", "J4r", "J3ssion", "c0de", "cGF5"]

    /// Two URLs with all that can be in one, one of them a failure; the origin redirects to a token of its own.
    private static func urls(_ origin: OriginServer) -> [String] {
        let authority = "me:hunter2@" + origin.url.dropFirst("http://".count)
        let target = "http://\(authority)/status/404?token=s3cret%23access_token=fr4gment"
        return [
            "http://\(authority)/bytes/3?token=s3cret#access_token=fr4gment",
            "http://\(authority)/redirect-to?url=\(target)", "http://me:hunter2@127.0.0.1:1/?api_key=s3cret",
            "http://me:hunter2@127.0.0.1:1/a;jsessionid=J3ssion/eyJhbGciOiJub25l.cGF5/?To%6ben=s3cret&code=c0de",
        ]
    }

    private func hasSecret(_ text: String) -> Bool { Self.secrets.contains { text.contains($0) } }

    private func run(_ arguments: [String], in folder: TemporaryFolder) throws -> ChildProcess.Outcome {
        try Executable.run(["--headless", "--retry", "1", "--retry-delay", "0.01"] + arguments, folder: folder.path)
    }

    @Test(arguments: [
        ["--events", "--include-headers", "-v", "--log", "log", "--summary", "json"], ["--results-format", "csv"],
        ["-w", "%{url} %{url_effective} %{redirect_url} %{errormsg} %{json} %header{location}\n"], ["--dry-run"],
        ["-L", "--max-redirs", "0", "--include-headers"], ["--progress", "line", "--fail-early"],
    ])
    func whatIsShownAndRecordedHasNone(options: [String]) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let job = #"{"url":"\#(origin.url)/echo","header":["Authorization: Bearer hunter2"],"cookie":"sid=J4r","#
            try folder.write(
                Self.urls(origin).joined(separator: "\n") + "\n" + job + #""data":"password=s3cret"}"# + "\n",
                to: "list")
            let run = try run(options + ["--input-format", "ndjson", "-i", "list"] + Self.urls(origin), in: folder)
            let log = (try? folder.read("log")) ?? ""
            #expect(!hasSecret(run.output + run.errors + log), "\(run.output)\n\(run.errors)\n\(log)")
            #expect((run.output + log).contains("http://me:***@127.0.0.1"), "\(run.output)\n\(run.errors)")
        }
    }

    @Test func whatFailedKeepsThemInAFileOfItsOwnersAlone() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let urls = Self.urls(origin)
            _ = try run(urls + ["--save-failed", "failed"], in: folder)
            let again = try run(["-i", "failed", "--dry-run"], in: folder)
            #expect(again.output.split(separator: "\n").count == 3)
            #expect(try folder.read("failed").contains("me:hunter2@127.0.0.1:1/?api_key=s3cret"))
            let mode = try FileManager.default.attributesOfItem(atPath: folder["failed"])[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func aResumedRunKnowsItsJobsByWhatIsMasked() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let authority = origin.url.dropFirst("http://".count)
            // They differ only in what is masked.
            let urls = (1...40).map { "http://me:hunter2\($0 / 20)@\(authority)/bytes/\($0 % 20)?token=s3cret\($0)" }
            try folder.write(urls.prefix(25).joined(separator: "\n"), to: "list")
            func go() throws -> ChildProcess.Outcome {
                try run(["-i", "list", "--results", "out", "--resume"], in: folder)
            }
            #expect(try go().ending == .exited(0))
            try folder.write(urls.joined(separator: "\n"), to: "list")
            #expect(try go().errors.contains("done before: 25"))
            #expect(try go().errors.contains("nothing left to do: 40 done before"))
            let records = try folder.read("out")
            #expect(try Record.results(in: records).count == 40)
            #expect(!hasSecret(records))
            // Killed in the middle, it repeats nothing that was recorded either.
            let slow = (1...6).map { "http://me:hunter2@\(authority)/delay/\($0 * 100)?token=s3cret\($0)" }
            try folder.write(slow.joined(separator: "\n"), to: "list")
            let arguments = ["--headless", "-i", "list", "--results", "killed", "--resume", "--summary", "none"]
            let killed = try Executable.start(arguments, folder: folder.path)
            _ = try waitUntil("a record") { (try? Record.results(in: folder.read("killed")))?.first }
            killed.signal(SIGKILL)
            _ = try killed.wait()
            #expect(try Executable.run(arguments, folder: folder.path).ending == .exited(0))
            let keys = try folder.read("killed").split(separator: "\n").compactMap { line in
                if case .string(let key)? = try JSONValue(line)["key"] { key } else { nil }
            }
            #expect(keys.count == 6 && Set(keys).count == 6)
        }
    }

    @Test func rememberedTagsAreOfTheRealURL() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let authority = origin.url.dropFirst("http://".count)
            let urls = (1...2).map { "http://me:hunter2@\(authority)/etag/x?token=s3cret\($0)" }
            // A line of before there were keys.
            try folder.write(#"{"url":"\#(urls[1])","etag":"\"old\""}"# + "\n", to: "tags")
            func codes(_ urls: [String]) throws -> [String] {
                try run(["--etag-store", "tags", "-w", "%{http_code} ", "-j", "1"] + urls, in: folder).output
                    .split(separator: " ").map(String.init)
            }
            #expect(try codes([urls[0]]) == ["200"])
            #expect(try codes(urls) == ["304", "200"])
            #expect(try codes(urls) == ["304", "304"])
            let tags = try folder.read("tags")
            #expect(!hasSecret(tags), "\(tags)")
        }
    }

    @Test(arguments: [false, true])
    func ownCredentialsFollowNoRedirectToAnotherOriginUnlessItIsTrusted(isTrusted: Bool) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let other = try OriginServer()
            let folder = try TemporaryFolder()
            let url = "\(origin.url)/redirect-to?url=\(other.url)/echo"
            try folder.write(#"{"url":"\#(url)","headers":{"X-Auth-Token":"hunter2"}}"#, to: "list")
            let key = [
                "-H", "X-Api-Key: s3cret", "-H", "X-Mine: yes", "-H", "User-Agent: Bot (+mailto:bot@example.com)", "-O",
                "--output-dir", ".",
            ]
            _ = try run(
                (isTrusted ? ["--location-trusted"] : []) + key + ["-i", "list", "--results", "r"], in: folder)
            let echo = try folder.read("redirect-to")
            #expect(echo.contains("hunter2") == isTrusted, "\(echo)")
            #expect(echo.contains("yes") && echo.contains("s3cret") == isTrusted, "\(echo)")
            #expect(echo.contains("mailto:bot@example.com"), "\(echo)")
        }
    }

    @Test(arguments: [
        "http://me:hunter2@[::1/", "me:hunter 2@h:x", "gopher://me:hunter2@h", "http://me:hunter2@h:999999",
    ])
    func aProxyThatCannotBeIsNamedWithoutItsPassword(proxy: String) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let option = try run(["-x", proxy, "\(origin.url)/bytes/1"], in: folder)
            #expect(option.ending != .exited(0))
            #expect(!(option.output + option.errors).contains("hunter"), "\(option.output)\(option.errors)")
            let variable = try Executable.run(
                ["--headless", "--retry", "0", "\(origin.url)/bytes/1"], environment: ["http_proxy": proxy],
                folder: folder.path)
            #expect(variable.ending == .exited(1))
            #expect(!(variable.output + variable.errors).contains("hunter"), "\(variable.output)\(variable.errors)")
        }
    }
}
