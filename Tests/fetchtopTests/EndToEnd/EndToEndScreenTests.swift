import Foundation
import TestSupport
import Testing

/// What depends on the terminal around the program: its locale, its size, what is pasted into it.
@Suite struct EndToEndScreenTests {
    private func leave(_ tmux: Tmux) throws {
        try tmux.press("Q")
        try tmux.wait(for: "in flight?")
        try tmux.press("y")
        try tmux.wait(for: Tmux.prompt)
    }

    @Test(
        arguments: [
            (["LC_ALL": "C", "LANG": "C.UTF-8"], true), (["LC_ALL": "de_DE.ISO-8859-1"], true),
            (["LC_ALL": "", "LANG": ""], false), (["LC_ALL": "", "LANG": "C"], false), ([:], false),
        ] as [([String: String], Bool)])
    func withAnotherCharacterSetAllIsASCII(locale: [String: String], isASCII: Bool) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let tmux = try Tmux(width: 100, height: 30, environment: locale)
            try tmux.run("\(Executable.path) -j 1 '\(origin.url)/stall?q=ü[1-3]'")
            let screen = try tmux.wait(until: "the dashboard") { $0.contains("F10Quit") && $0.contains("/stall") }
            #expect(screen.utf8.allSatisfy { $0 < 0x80 } == isASCII, "\(screen)")
            try leave(tmux)
        }
    }

    @Test(arguments: [("TERM=dumb", "TERM is 'dumb'"), ("env -u TERM", "TERM is not set")])
    func whyThereIsNoDashboardIsSaid(how: String, reason: String) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let tmux = try Tmux(width: 160, height: 24)
            try tmux.run("clear; \(how) \(Executable.path) \(origin.url)/bytes/1; echo \"exit $?\"")
            let screen = try tmux.wait(for: "exit 0\n\(Tmux.prompt)")
            #expect(screen.contains("fetchtop: no dashboard: \(reason)"))
            try tmux.run("clear; \(how) \(Executable.path) --headless \(origin.url)/bytes/1; echo \"exit $?\"")
            #expect(try !tmux.wait(for: "exit 0\n\(Tmux.prompt)").contains("no dashboard"))
        }
    }

    @Test func aTerminalOfOneCellShowsHowItGoes() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let tmux = try Tmux(width: 80, height: 24)
            try tmux.run("\(Executable.path) -j 1 '\(origin.url)/stall?[1-3]'")
            try tmux.wait(for: "F10Quit")
            try tmux.resize(width: 1, height: 1)
            try tmux.wait(until: "the state's letter") { $0.trimmingCharacters(in: .whitespacesAndNewlines) == "R" }
            try tmux.resize(width: 80, height: 24)
            try tmux.wait(for: "F10Quit")
            try leave(tmux)
        }
    }

    @Test func aReplayOfADamagedFileSaysSo() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            _ = try Executable.run(
                ["--headless", "--results", "r", "\(origin.url)/bytes/[1-5]"], folder: folder.path)
            let whole = try folder.read("r")
            try folder.write(String(whole.dropLast(40)), to: "r")
            let tmux = try Tmux(width: 100, height: 24)
            try tmux.run("cd \(folder.path); clear; \(Executable.path) --replay r")
            let screen = try tmux.wait(until: "the end of reading") { $0.contains("DONE") }
            #expect(screen.contains("4/4") && screen.contains("1 bad line "), "\(screen)")
            try tmux.press("7")
            try tmux.wait(for: "r:5: ")
            try tmux.press("Q")
            try tmux.wait(for: Tmux.prompt)
        }
    }

    @Test func rowsAreNotWrittenOverTheRunsOwnResults() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: 100, height: 24)
            try tmux.run("cd \(folder.path); clear; \(Executable.path) --results r \(origin.url)/bytes/[1-3]")
            try tmux.wait(for: "DONE")
            try tmux.press("w")
            try tmux.wait(for: "Write rows to")
            try tmux.type("./r")
            try tmux.press("Enter")
            try tmux.wait(for: "the run writes to it")
            // What finishes afterwards is still recorded where it belongs.
            try tmux.type(":add \(origin.url)/bytes/4")
            try tmux.press("Enter")
            try tmux.wait(for: "4/4")
            try tmux.press("Q")
            try tmux.wait(for: Tmux.prompt)
            #expect(try Record.results(in: folder.read("r")).count == 4)
        }
    }

    @Test func theCurlCommandNamesNoCertificatesThatNobodyNamed() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let tmux = try Tmux(
                width: 160, height: 30, environment: ["SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt"])
            try tmux.run("\(Executable.path) \(origin.url)/bytes/1")
            try tmux.wait(for: "DONE")
            try tmux.press("Y")
            let screen = try tmux.wait(for: "curl -L 'http://")
            #expect(!screen.contains("--cacert"))
            try tmux.press("Escape")
            // An Escape and a key that follow at once are one key with Alt.
            try tmux.wait(until: "the end of the overlay") { !$0.contains("curl -L") }
            try tmux.press("Q")
            try tmux.wait(for: Tmux.prompt)
        }
    }
}
