import Foundation
import TestSupport
import Testing

@testable import fetchtop

/// What the user changes, in the built program: setup, keys, mouse, pasting, files.
@Suite struct EndToEndKeysTests {
    private func start(_ arguments: String, in tmux: Tmux, folder: TemporaryFolder) throws {
        try tmux.run("cd \(folder.path); clear; \(Executable.path) \(arguments); echo \"exit $?\"")
        try tmux.wait(for: "F1Help")
    }

    private func leave(_ tmux: Tmux) throws {
        try tmux.press("Q")
        try tmux.wait(until: "the shell again, or the question") { $0.contains("exit ") || $0.contains("in flight?") }
        if try tmux.screen().contains("in flight?") { try tmux.press("y") }
        try tmux.wait(for: "exit ")
    }

    @Test func theSetupIsSeenAtOnceKeptAndThereAgain() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: 100, height: 30, environment: ["XDG_STATE_HOME": folder["state"]])
            try start("'\(origin.url)/bytes/[1-3]'", in: tmux, folder: folder)
            try tmux.wait(until: "the number's column") { $0.contains("ID S CODE") }
            try tmux.press("F2")
            try tmux.wait(for: "Columns")
            try tmux.press("Space")
            try tmux.wait(until: "the column gone while the setup is open") {
                $0.contains("Columns") && !$0.contains("ID S CODE")
            }
            try tmux.press("Tab")
            try tmux.press("Tab")
            try tmux.press("Space")
            try tmux.press("Escape")
            try tmux.wait(for: "setup saved in")
            let saved = try folder.read("state/fetchtop/display")
            #expect(saved.contains("theme = dark") && saved.contains("columns = state code"))
            try leave(tmux)

            try start("'\(origin.url)/bytes/[1-3]'", in: tmux, folder: folder)
            try tmux.wait(until: "the table without numbers") { $0.contains("S CODE") && !$0.contains("ID S CODE") }
            try leave(tmux)
        }
    }

    @Test func aDamagedSetupIsNamedAndSetAside() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            try FileManager.default.createDirectory(
                atPath: folder["state/fetchtop"], withIntermediateDirectories: true)
            try folder.write("fps = lots\n", to: "state/fetchtop/display")
            let tmux = try Tmux(width: 160, height: 30, environment: ["XDG_STATE_HOME": folder["state"]])
            try start("'\(origin.url)/bytes/[1-3]'", in: tmux, folder: folder)
            try tmux.press("7")
            try tmux.wait(for: "line 1: not a number from 1 to 60: 'lots'")
            try tmux.press("F2")
            try tmux.wait(for: "Columns")
            try tmux.press("Space")
            try tmux.press("Escape")
            try tmux.wait(for: "display.damaged")
            #expect(try folder.read("state/fetchtop/display.damaged") == "fps = lots\n")
            try leave(tmux)
        }
    }

    @Test func keysAreThoseOfTheConfiguration() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            try folder.write("[keys]\npreset = htop\ncancel = X\nview errors = E\n", to: "config")
            let tmux = try Tmux(width: 100, height: 30)
            try start("--config config \(origin.url)/stall", in: tmux, folder: folder)
            try tmux.wait(until: "a footer without the key that was taken") { !$0.contains("F9Cancel") }
            try tmux.press("X")
            try tmux.wait(for: "Cancel this fetch?")
            try tmux.press("n")
            try tmux.press("E")
            try tmux.wait(for: "[6Errors]")
            try tmux.press("h")
            try tmux.wait(for: "type to search")
            try tmux.press("Escape")
            try tmux.wait(for: "[6Errors]")
            try leave(tmux)
        }
    }

    @Test func theMouseSelectsSortsSwitchesAndScrolls() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: 100, height: 30)
            try start("'\(origin.url)/bytes/[1-60]'", in: tmux, folder: folder)
            try tmux.wait(for: "60/60")
            func mouse(_ code: Int, at text: String, times: Int = 1) throws {
                let lines = try tmux.screen().split(separator: "\n", omittingEmptySubsequences: false)
                let row = try #require(lines.firstIndex { $0.contains(text) })
                let line = lines[row]
                let column = try #require(
                    line.range(of: text).map { line.distance(from: line.startIndex, to: $0.lowerBound) })
                try tmux.type(String(repeating: "\u{1B}[<\(code);\(column + 1);\(row + 1)M", count: times))
            }
            try mouse(0, at: "2Hosts")
            try tmux.wait(for: "[2Hosts]")
            try mouse(0, at: "1Fetches")
            try tmux.wait(for: "[1Fetches]")
            try mouse(0, at: "CODE")
            try tmux.wait(for: "sort code")
            try mouse(0, at: "F6Sort")
            try tmux.wait(for: "Order by")
            try mouse(0, at: "  id")
            try tmux.wait(for: "sort id")
            try tmux.wait(until: "the list from its start") { $0.contains("/bytes/1\n") && !$0.contains("/bytes/40\n") }
            for _ in 0..<20 { try mouse(65, at: "/bytes/") }
            try tmux.wait(for: "/bytes/60\n")
            try mouse(0, at: "/bytes/55\n".trimmingCharacters(in: .newlines))
            try tmux.wait(until: "the row under the cursor") { $0.contains(">     55 ") }
            // Both clicks at once: on a loaded machine two calls of tmux may be too far apart.
            try mouse(0, at: "/bytes/55", times: 2)
            try tmux.wait(for: "#55 GET")
            try tmux.press("Escape")
            try tmux.wait(until: "the details closed") { !$0.contains("#55 GET") }
            try tmux.press("M")
            try tmux.wait(for: "mouse off")
            try leave(tmux)
        }
    }

    @Test func aPasteIsOfferedAndFetched() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: 100, height: 30)
            try start("\(origin.url)/stall", in: tmux, folder: folder)
            try tmux.type("\u{1B}[200~\(origin.url)/bytes/1\r\nqQx\n\(origin.url)/bytes/2\n\u{1B}[201~")
            try tmux.wait(for: "Add 2 URLs?")
            try tmux.wait(for: "another word is left out")
            try tmux.press("y")
            try tmux.wait(for: "2/3 ")
            try leave(tmux)
        }
    }

    @Test func rowsAreWrittenToAFileThatIsReplacedOnlyAfterAQuestion() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: 100, height: 30)
            try start("'\(origin.url)/bytes/[1-30]?token=abc'", in: tmux, folder: folder)
            try tmux.wait(for: "30/30")
            try tmux.press("w")
            try tmux.type("rows.csv")
            try tmux.press("Enter")
            try tmux.wait(for: "30 rows written to 'rows.csv'")
            #expect(try folder.read("rows.csv").split(separator: "\n").count == 31)
            #expect(try folder.read("rows.csv").contains("token=***"))
            try tmux.press("w")
            try tmux.press("Up")
            try tmux.press("Enter")
            try tmux.wait(for: "Replace 'rows.csv'?")
            try tmux.press("n")
            try tmux.press("w")
            try tmux.type("no/such/rows")
            try tmux.press("Enter")
            try tmux.wait(for: "cannot write 'no/such/rows': No such file or directory")
            try leave(tmux)
        }
    }

    /// Every key of the table, in a terminal, by what it shows. What ends or suspends the run is tried elsewhere.
    @Test func everyKeyShowsWhatItDoes() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: 100, height: 30)
            try start(
                "-j 40 --parallel-max-host 40 '\(origin.url)/bytes/[1-60]' '\(origin.url)/status/404' '\(origin.url)/stall?[1-3]'",
                in: tmux, folder: folder)
            try tmux.wait(until: "what is in flight on top") { $0.contains("61/64") && $0.contains(">     62 ") }
            /// Keys, what must show then, and the keys that undo it.
            let steps: [(keys: [String], shows: String, undo: [String])] = [
                (["j"], ">     63", []), (["Down"], ">     64", []), (["Up", "k"], "1/64", []),
                (["G"], "64/64", []), (["g"], "1/64", []), (["End"], "64/64", []), (["Home"], "1/64", []),
                (["NPage"], ">", ["PPage"]), (["C-f"], ">", ["C-b"]), (["C-d"], ">", ["C-u"]),
                (["?"], "type to search", ["Escape"]), (["F1"], "one row up", ["F1"]),
                (["F2"], "Columns", ["Escape"]), (["S"], "Columns", ["Escape"]),
                (["/"], "Find:", ["Escape"]), (["F3"], "part of a URL", ["Escape"]),
                (["\\"], "Filter:", ["Escape"]), (["F4"], "state:recv", ["Escape"]),
                (["t"], "run 3/40", ["t"]), (["F5"], "run 3/40", ["F5"]),
                (["F6"], "Order by", ["Escape"]), ([">"], "sort id", ["<"]), (["I"], "sort attention inv", ["I"]),
                (["F"], "the cursor stays on its line", ["F"]), (["Z"], "FROZEN", ["Z"]),
                (["O"], "order held", ["O"]), (["P"], "FETCHING PAUSED", ["P"]), (["M"], "mouse off", ["M"]),
                (["L"], "Limits", ["Escape"]), (["]"], "45 fetches at once", ["["]), (["F8"], "45 fetches", ["F7"]),
                (["Space"], "1 tagged", ["U"]), (["c"], "tagged", ["U"]),
                (["x"], "Cancel this fetch?", ["n"]), (["F9"], "Cancel this fetch?", ["n"]),
                (["DC"], "Cancel this fetch?", ["Escape"]), (["R"], "queued again", []),
                ([":"], "Tab completes", ["Escape"]), (["a"], "Add URLs:", ["Escape"]),
                (["y"], "to copy: mark", ["Escape"]), (["Y"], "curl -L", ["Escape"]),
                (["w"], "Write rows to:", ["Escape"]), (["#"], "URL", ["#"]),
                (["2"], "[2Hosts]", []), (["3"], "[3Timeline]", []),
                (Array(repeating: "-", count: 14), "TIMELINE 1h00m", []), (["+"], "TIMELINE 30m00s", ["0"]),
                (["k", "Enter"], "[Timing]", ["Escape"]), (["4"], "[4Latency]", []),
                (["5"], "[5Map]", []), (["6"], "[6Errors]", []), (["7"], "[7Log]", []), (["8"], "[8Futures]", []),
                (["Tab"], "[1Fetches]", []), (["BTab"], "[8Futures]", ["1"]),
                (["Enter"], "GET \(origin.url)", ["Escape"]), (["C-l"], "F10Quit", []),
            ]
            for step in steps {
                for key in step.keys { try tmux.press(key) }
                try tmux.wait(until: "\(step.shows) after \(step.keys)") { $0.contains(step.shows) }
                for key in step.undo { try tmux.press(key) }
                // A key right behind Esc would be Alt and that key.
                guard step.undo == ["Escape"] else { continue }
                try tmux.wait(until: "\(step.shows) gone") { !$0.contains(step.shows) }
            }
            try tmux.type(":4711")
            try tmux.press("Enter")
            try tmux.wait(for: "there is no #4711")
            try tmux.type(":61")
            try tmux.press("Enter")
            try tmux.wait(for: ">     61 ")
            try leave(tmux)
        }
    }
}

/// What the terminal answers, byte by byte.
@Suite struct EndToEndBackgroundTests {
    private func paint(until needle: String, on terminal: PseudoTerminal) throws -> String {
        var text = ""
        return try waitUntil(
            "'\(needle)' on the terminal", instead: { "painted:\n\(text.debugDescription.suffix(600))" }
        ) {
            text += String(decoding: terminal.painted(within: .milliseconds(50)), as: UTF8.self)
            return text.contains(needle) ? text : nil
        }
    }

    @Test func aLightBackgroundIsAskedForAndFollowedWhenTheAnswerComes() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let terminal = try PseudoTerminal(width: 80, height: 24)
            let program = try Executable.start(
                ["\(origin.url)/stall"], input: .terminal, output: .terminal, errors: .null,
                environment: ["TERM": "xterm-256color", "COLORTERM": nil, "COLORFGBG": nil], terminal: terminal.path)
            let dark = Theme(Capabilities(colors: .palette256)).look(of: Style(.accent)).foreground
            let light = Theme(Capabilities(colors: .palette256, isLight: true)).look(of: Style(.accent)).foreground
            let before = try paint(until: "38;5;\(dark)m", on: terminal)
            #expect(before.contains("\u{1B}]11;?\u{1B}\\"))
            terminal.type("\u{1B}]11;rgb:fafa/fafa/fafa\u{1B}\\")
            _ = try paint(until: "38;5;\(light)m", on: terminal)
            terminal.type("\u{3}\u{3}")
            _ = try program.wait()
        }
    }
}
