import Foundation
import TestSupport
import Testing

@testable import DemoServer
@testable import fetchtop

/// The built program in a real terminal, driven by keys.
@Suite struct EndToEndDashboardTests {
    /// Starts it in the shell of the terminal, and says afterwards how it ended and whether the terminal is as before.
    ///
    /// - Parameters:
    ///   - preparation: What the shell does before.
    ///   - status: Whose end is told: in a pipeline, that of the first.
    private func start(
        _ arguments: String, in tmux: Tmux, folder: TemporaryFolder, after preparation: String = "true",
        status: String = "$?"
    ) throws {
        try tmux.run("cd \(folder.path); \(preparation); clear; stty -a >before")
        try tmux.run("\(Executable.path) \(arguments); echo \"exit \(status)\"; stty -a >after")
    }

    /// A run in a terminal of the usual size, in a folder of its own.
    private func withTerminal(
        _ body: @escaping @Sendable (Tmux, TemporaryFolder) throws -> Void
    ) async throws {
        try await onFreshThread {
            let folder = try TemporaryFolder()
            try body(try Tmux(width: 120, height: 40), folder)
        }
    }

    private func expectRestored(_ tmux: Tmux, folder: TemporaryFolder, exit code: Int) throws {
        let screen = try tmux.wait(for: "exit \(code)\n\(Tmux.prompt)")
        #expect(!screen.contains("F1Help"))
        try #expect(folder.read("before") == folder.read("after"))
        // The other screen, the cursor, the mouse, the region that scrolls, and the title.
        let modes = try tmux.value("#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{scroll_region_upper}")
        #expect(modes == "0 1 0 0")
        let height = try #require(Int(tmux.value("#{pane_height}")))
        #expect(try tmux.value("#{scroll_region_lower}") == "\(height - 1)")
        #expect(try !tmux.value("#{pane_title}").contains("fetchtop"))
        try tmux.run("echo usable $((40 + 2))")
        try tmux.wait(for: "usable 42\n")
    }

    @Test func fiveHundredFetchesAreWatchedFilteredOpenedCancelledAndRetried() async throws {
        try await onFreshThread {
            let site = try Site(isGated: true)
            let tmux = try Tmux(width: 140, height: 45)
            try start(
                "-i list --cacert \(site.nginx.certificateAuthority) --results out", in: tmux, folder: site.folder)
            try tmux.wait(for: "499/500")

            try tmux.press("\\")
            try tmux.type("gated")
            try tmux.press("Enter")
            try tmux.wait(until: "the one row that the filter leaves") {
                $0.contains("filter gated (1)") && $0.contains(" 1 W ") && !$0.contains("/file-2")
            }
            try tmux.press("Enter")
            try tmux.wait(for: "#1 GET \(site.nginx.url)/gated/file-1")
            try tmux.press("Escape")
            try tmux.wait(until: "the details closed") { !$0.contains("#1 GET") }

            try tmux.press("F9")
            try tmux.wait(for: "Cancel this fetch?")
            try tmux.press("y")
            try tmux.wait(for: "500/500")
            try tmux.wait(for: " 1 - ")
            try site.nginx.openGate()
            try tmux.press("r")
            try tmux.wait(for: " 1 +  200")

            try tmux.press("F8")
            try tmux.wait(for: "55 fetches at once")
            try tmux.press("F7")
            try tmux.wait(for: "50 fetches at once")

            try tmux.press("q")
            try expectRestored(tmux, folder: site.folder, exit: 0)
            let last = Dictionary(
                try Record.results(in: site.folder.read("out")).map { ($0.url, $0.state) }, uniquingKeysWith: { $1 })
            #expect(last.count == 500 && last.values.allSatisfy { $0 == "ok" })
        }
    }

    @Test func theSummaryIsWrittenInTheFormThatWasAskedFor() async throws {
        try await withTerminal { tmux, folder in
            let nginx = try NginxServer(files: ["a": "aaa"])
            try start("--summary json '\(nginx.url)/a' 2>summary", in: tmux, folder: folder)
            try tmux.wait(for: "DONE")
            try tmux.press("q")
            try expectRestored(tmux, folder: folder, exit: 0)
            try #expect(folder.read("summary").hasPrefix(#"{"v":1,"type":"summary""#))
        }
    }

    @Test func suspendedItStopsItsWholePipeline() async throws {
        try await withTerminal { tmux, folder in
            let origin = try OriginServer()
            try start(
                "-j 1 '\(origin.url)/delay/200?[1-600]' | cat >seen", in: tmux, folder: folder,
                status: "${PIPESTATUS[0]}")
            try tmux.wait(for: "F1Help")
            try tmux.press("C-z")
            try tmux.wait(for: "Stopped")
            try tmux.run("clear; fg")
            try tmux.wait(for: "F1Help")
            try tmux.press("C-c")
            // What is typed before the shell has the terminal again would be lost.
            try tmux.wait(until: "the shell's prompt") { $0.contains(/unfinished[^>]*ready>/) }
            try tmux.run("stty -a >after; echo \"exit 0\"")
            try expectRestored(tmux, folder: folder, exit: 0)
        }
    }

    @Test func theDemoIsAliveAtOnceAndCanBeLeft() async throws {
        try await withTerminal { tmux, folder in
            let count = DemoList.urls(at: (1...DemoList.hostCount).map { "host\($0)" }).count
            try start("--demo", in: tmux, folder: folder)
            try tmux.wait(until: "fetches of several states") {
                $0.contains("LIVE") && $0.contains("/\(count) ") && $0.contains(" R  200") && $0.contains(" W    -")
            }
            try tmux.press("q")
            try tmux.wait(for: "in flight?")
            try tmux.press("y")
            try expectRestored(tmux, folder: folder, exit: 7)
        }
    }

    @Test func theKeyboardIsTheTerminalWhileListAndRecordsArePipes() async throws {
        try await withTerminal { tmux, folder in
            let nginx = try NginxServer(files: ["a": "aaa", "b": "b"])
            try start(
                "-i - <urls | tee seen | wc -l", in: tmux, folder: folder, after: "mkfifo urls; exec 3<>urls",
                status: "${PIPESTATUS[0]}")
            try tmux.wait(for: "F1Help")
            let list = try ChildProcess(["sh", "-c", "cat >\"$0\"", folder["urls"]], input: .pipe)
            try list.write("\(nginx.url)/a\n\(nginx.url)/b\n")
            try tmux.wait(for: "2/2")
            try waitUntil("two records") { try Record.results(in: folder.read("seen")).count == 2 }
            try tmux.wait(for: " 2 +  200")
            try tmux.press("j")
            try tmux.press("Enter")
            try tmux.wait(for: "#2 GET \(nginx.url)/b")
            // Ctrl-C drains: the producer has not ended, so the run is unfinished, and resumable.
            try tmux.press("C-c")
            try expectRestored(tmux, folder: folder, exit: 7)
        }
    }

    @Test func aFrozenTerminalHoldsUpNoFetch() async throws {
        try await withTerminal { tmux, folder in
            let origin = try OriginServer()
            try start("--results out -j 4 '\(origin.url)/delay/5?[1-600]'", in: tmux, folder: folder)
            try tmux.wait(for: "F1Help")
            try tmux.freeze()
            try waitUntil("all records though nobody reads the terminal") {
                try Record.results(in: folder.read("out")).count == 600
            }
            #expect(try !tmux.screen().contains("600/600"))
            try tmux.thaw()
            try tmux.wait(for: "600/600")
            try tmux.press("q")
            try expectRestored(tmux, folder: folder, exit: 0)
        }
    }

    @Test func drawsAtEverySizeItIsGiven() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: 200, height: 50)
            try start("'\(origin.url)/bytes/[1-30]' \(origin.url)/stall", in: tmux, folder: folder)
            try tmux.wait(for: "30/31")
            try tmux.wait(for: "F10Quit")
            try tmux.resize(width: 20, height: 5)
            try tmux.wait(until: "one line of counts") { $0.hasPrefix("30/31") && !$0.contains("F10Quit") }
            try tmux.resize(width: 1, height: 1)
            try tmux.resize(width: 200, height: 50)
            try tmux.wait(until: "the whole screen again") {
                $0.hasPrefix("fetchtop") && $0.contains("30/31") && $0.contains("F10Quit")
            }
            try tmux.press("Q")
            try tmux.wait(for: "in flight?")
            try tmux.press("y")
            try expectRestored(tmux, folder: folder, exit: 7)
        }
    }

    @Test(arguments: [("TERM", 7, 143), ("INT", 7, 130)])
    func signalsDrainThenAbortAndRestoreTheTerminal(signal: String, drained: Int, aborted: Int) async throws {
        try await withTerminal { tmux, folder in
            let origin = try OriginServer()
            try start("-j 2 '\(origin.url)/delay/100?[1-1000]'", in: tmux, folder: folder)
            try tmux.wait(for: "/1000 ")
            let process = try #require(try tmux.foregroundProcess(named: "fetchtop"))
            kill(process, signal == "TERM" ? SIGTERM : SIGINT)
            try expectRestored(tmux, folder: folder, exit: drained)

            try start("\(origin.url)/stall", in: tmux, folder: folder)
            try tmux.wait(for: "0/1 ")
            let stalled = try #require(try tmux.foregroundProcess(named: "fetchtop"))
            kill(stalled, signal == "TERM" ? SIGTERM : SIGINT)
            try tmux.wait(for: "DRAINING")
            kill(stalled, signal == "TERM" ? SIGTERM : SIGINT)
            try expectRestored(tmux, folder: folder, exit: aborted)
        }
    }
}
