import Foundation
import TestSupport
import Testing

/// Every option, in a run of the built program: what it is for must be seen.
@Suite struct OptionBehaviourTests {
    /// The servers that the cases fetch from, once for all of them.
    private struct Servers {
        let origin: OriginServer
        let nginx: NginxServer
        let scripted: ScriptedServer
        let words: [(String, String)]

        init() throws {
            origin = try OriginServer()
            nginx = try NginxServer(files: ["a": "a"])
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)], ofItemAtPath: nginx.path(of: "a"))
            // Both a proxy that answers everything itself and a server that proposes a name.
            scripted = try ScriptedServer { _ in
                .text(
                    "HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename=\"../named.txt\"\r\n"
                        + "Content-Length: 2\r\n\r\nok")
            }
            words = [
                ("ORIGIN", origin.url), ("NGINX", nginx.url), ("SECURE", nginx.secureURL), ("MUTUAL", nginx.mutualURL),
                ("SOCKET", nginx.unixSocket), ("SCRIPTED", scripted.url), ("PROXY", scripted.url),
                ("CERT", nginx.clientCertificate.certificate), ("KEY", nginx.clientCertificate.key),
                ("PORT", String(origin.port)), ("CA", nginx.certificateAuthority),
            ]
        }

        func filled(_ text: String) -> String {
            words.reduce(text) { text, word in text.replacing(word.0, with: word.1) }
        }
    }

    private static let servers = Result { try Servers() }

    @Test(arguments: OptionCase.all) func anOptionDoesWhatItSays(_ option: OptionCase) async throws {
        try await onFreshThread {
            let servers = try Self.servers.get()
            let folder = try TemporaryFolder()
            try folder.write("one\ntwo", to: "body")
            try folder.write("machine 127.0.0.1 login me password pw\n", to: "rc")
            try folder.write("machine 127.0.0.1 login me password pw\n", to: ".netrc")
            try folder.write("accept = 404\n", to: "settings")
            let run = OptionRun(
                try Executable.run(
                    ["--headless"] + option.arguments.map(servers.filled),
                    input: option.input.map { servers.filled($0).replacing("NAME", with: folder.name) },
                    environment: option.environment, folder: folder.path), in: folder)
            let holds = try option.check(run)
            #expect(holds, "\(run.outcome.ending)\n\(run.output)\n\(run.errors)")
        }
    }

    /// Options that are better tested elsewhere, and the tests that do.
    private static let elsewhere: [String: String] = [
        "demo": "theDemoIsAliveAtOnceAndCanBeLeft",
        "adaptive": "anAdaptiveRunSettlesAtWhatTheHostStands",
        "location-trusted": "ownCredentialsFollowNoRedirectToAnotherOriginUnlessItIsTrusted",
        "connect-timeout": "saysWhatFailedAndInWhichPhase",
        "cookie-jar": "cookiesThatServersSetAreSentBackAndKeptInTheJar",
        "hsts": "aHostThatAsksForHTTPSOnlyIsNeverAskedOtherwiseAgain",
        "alt-svc": "anAlternativeServiceIsRememberedAndUsed",
        "etag-store": "bodiesThatHaveNotChangedAreNotFetchedAgain",
        "exit-when-done": "theKeyboardIsTheTerminalWhileListAndRecordsArePipes",
        "script": "aScriptSteersAHeadlessRunAndItsExpectationsCount",
        "version": "versionAndHelpGoToStandardOutput",
        "help": "versionAndHelpGoToStandardOutput",
        "requests": "soManyRequestsRepeatTheListEachAFetchOfItsOwn",
        "duration": "forALengthOfTimeAllSlotsAreKeptBusyAndNothingIsLeftOver",
        "every": "aWatchedListIsCheckedUntilCtrlCAndItsChangesAreTold",
        "replay": "theSummaryIsThatOfTheRun",
        "verbose": "verboseTellsOfAttemptsConnectionsAndWaitsWithoutSecrets",
        "log": "aLogIsAppendedToWithTimesOfDay",
        "theme": "Display",
        "fps": "Display", "no-color": "Display", "ascii": "Display", "no-mouse": "Display",
    ]

    @Test func everyOptionOfTheParserHasATest() async throws {
        try await onFreshThread {
            let dump = try Executable.run(["--experimental-dump-help"]).output
            guard case .object(let tool) = try JSONValue(dump),
                case .array(let arguments)? = tool["command"]?["arguments"]
            else {
                Issue.record("no list of options: \(dump.prefix(200))")
                return
            }
            var missing: [String] = []
            var count = 0
            for argument in arguments {
                guard case .array(let names)? = argument["names"] else { continue }
                let long = names.compactMap { name -> String? in
                    guard name["kind"] == .string("long"), case .string(let text)? = name["name"] else { return nil }
                    return text
                }
                count += 1
                let isTested = long.contains { name in
                    OptionCase.all.contains { $0.names.contains(name) }
                        || Self.elsewhere[name].map { Self.tests.contains($0) } == true
                }
                if !isTested { missing.append(long.joined(separator: " ")) }
            }
            #expect(count > 80)
            #expect(missing == [], "a case in OptionCases.swift, or the name of a test in `elsewhere`")
        }
    }

    /// The names of all tests, as functions or in words.
    private static let tests: Set<String> = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var names: Set<String> = []
        for case let path as String in FileManager.default.enumerator(atPath: root.path) ?? .init()
        where path.hasSuffix(".swift") {
            let text = (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
            for match in text.matches(of: #/@Test(?:\([^\n]*\))?\s+func (\w+)\(/#) { names.insert(String(match.1)) }
            for match in text.matches(of: #/@Test\("([^"\n]+)"/#) { names.insert(String(match.1)) }
        }
        return names
    }()
}
