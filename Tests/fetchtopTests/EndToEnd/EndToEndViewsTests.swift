import Foundation
import TestSupport
import Testing

@testable import fetchtop

/// Every view in a real terminal, over hundreds of live fetches against the demo's origin. One run serves all sizes.
@Suite struct EndToEndViewsTests {
    /// What each view shows once it lives.
    private static let signs: [(key: String, tab: String, signs: [String])] = [
        ("1", "[1Fetches]", ["ID S CODE", " R  200"]),
        ("2", "[2Hosts]", ["RUN/LIM", "127.0.0."]),
        ("3", "[3Timeline]", ["TIMELINE", "in flight", "wwww"]),
        ("4", "[4Latency]", ["p99.9", "by powers of two"]),
        ("5", "[5Map]", ["fetches", "R", "W"]),
        ("6", "[6Errors]", ["COUNT SHARE ERROR", "%"]),
        ("7", "[7Log]", ["TIME     EVENT", "#"]),
        ("8", "[8Futures]", ["turn mean", "slowest", "curl socket"]),
    ]

    @Test func everyViewLivesAtEverySize() async throws {
        try await onFreshThread {
            let folder = try TemporaryFolder()
            let origin = try OriginServer()
            let tmux = try Tmux(width: 80, height: 24, environment: ["XDG_STATE_HOME": folder["state"]])
            // The demo ends some time; these do not, so that there is life however slow the machine is.
            let endless = "'\(origin.url)/stall?[1-3]' '\(origin.url)/drip/1000000/50?[1-3]'"
            try tmux.run(
                "cd \(folder.path); clear; \(Executable.path) --demo \(endless) --results out -j 120; echo \"exit $?\"")
            try tmux.wait(for: "F10Quit")
            for (width, height) in [(80, 24), (200, 50)] {
                try tmux.resize(width: width, height: height)
                for view in Self.signs {
                    try tmux.press(view.key)
                    let screen = try tmux.wait(until: "\(view.tab) at \(width)x\(height)") { screen in
                        screen.contains(view.tab) && screen.contains("F10Quit")
                            && view.signs.allSatisfy(screen.contains)
                    }
                    Self.expectFrame(screen, width: width, height: height)
                }
                try openDetails(tmux, width: width)
            }
            try steer(tmux)
            try tmux.press("Q")
            try tmux.wait(for: "in flight?")
            try tmux.press("y")
            try tmux.wait(for: "exit 7")
            #expect(try Record.results(in: folder.read("out")).count > 20)
        }
    }

    /// The lines that stand still stand where they should, and none is wider than the terminal.
    private static func expectFrame(_ screen: String, width: Int, height: Int) {
        let lines = screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.first?.hasPrefix("fetchtop  demo") == true)
        #expect(lines.dropLast(lines.last?.isEmpty == true ? 1 : 0).count == height)
        #expect(lines.contains { $0.hasPrefix("F1Help") })
        #expect(lines.allSatisfy { CharacterWidth.columns(of: $0) <= width })
    }

    /// Each tab of the details, over a response that tries to take the terminal over.
    private func openDetails(_ tmux: Tmux, width: Int) throws {
        try tmux.press("1")
        try filter("url~/headers/", tmux)
        // The first of them is done, so that it has a head.
        try tmux.wait(until: "a response with hostile headers") { $0.contains(" +  200") }
        try tmux.press("g", "Enter")
        for (tab, sign) in [
            ("Timing", "receive"), ("Headers", "^[[2J^[[H^[]52;c;aGk=^G"), ("TLS", "plain http"),
            ("Redirects", "no redirects"), ("Attempts", "try 1"), ("Body", "look at the fields"),
        ] {
            // The newest bodies are kept, and that of the fetch one looks at.
            if tab == "Body" { try tmux.press("r") }
            let screen = try tmux.wait(until: "the tab \(tab)") { $0.contains("[\(tab)]") && $0.contains(sign) }
            let lines = screen.split(separator: "\n", omittingEmptySubsequences: false)
            if width == 200 {
                // The line between table and details is straight, whatever stands beside it.
                let columns = Set(
                    lines.compactMap { line in
                        line.firstIndex(of: "│").map { CharacterWidth.columns(of: String(line[..<$0])) }
                    })
                #expect(columns.count == 1, "\(screen)")
            }
            try tmux.press("l")
        }
        // Not Escape: with the backslash that follows it would be one sequence.
        try tmux.press("q")
        try filter("", tmux)
        try tmux.press("g")
    }

    private func filter(_ text: String, _ tmux: Tmux) throws {
        try tmux.press("\\")
        try tmux.wait(for: "Filter: ")
        try tmux.press("C-u")
        if !text.isEmpty { try tmux.type(text) }
        try tmux.press("Enter")
        try tmux.wait(until: "the filter \(text)") {
            !$0.contains("Filter: ") && $0.contains(text.isEmpty ? "filter -" : "filter \(text.prefix(8))")
        }
    }

    /// What one does in the views: from the errors, hosts and map to the fetches behind, a limit, the log's past.
    private func steer(_ tmux: Tmux) throws {
        try tmux.press("6")
        try tmux.wait(until: "errors") { $0.contains("[6Errors]") && $0.contains("%") }
        try tmux.press("Enter")
        try tmux.wait(until: "the fetches of the group") { $0.contains("[1Fetches]") && $0.contains("filter state:") }
        try filter("", tmux)

        try tmux.press("2")
        try tmux.wait(for: "RUN/LIM")
        try tmux.press("j", "L")
        try tmux.wait(for: "at once from 127.0.0.")
        try tmux.press("Enter")
        try tmux.wait(for: "At once from 127.0.0.")
        try tmux.press("C-u")
        try tmux.type("3")
        try tmux.press("Enter")
        try tmux.wait(for: "3 at once from 127.0.0.")
        try tmux.wait(for: "/3 ")

        try tmux.press("3")
        try tmux.wait(for: "[3Timeline]")
        for _ in 0..<14 { try tmux.press("+") }
        try tmux.wait(for: "TIMELINE 100ms")
        try tmux.press("h")
        try tmux.wait(until: "the past") { $0.contains(/TIMELINE 100ms +\S+ back/) }
        try tmux.press("End", "0")
        try tmux.wait(until: "now again, and all of it") { $0.contains("+ - h l") && !$0.contains("100ms") }
        // The fetch of the row, beside its bar, and back.
        try tmux.press("k", "k", "Enter")
        try tmux.wait(until: "the details of the marked row") { screen in
            guard screen.contains("[Timing]"), let row = screen.firstMatch(of: />\ \S\ (\d+)\ /) else { return false }
            return screen.contains("#\(row.1) GET ")
        }
        try tmux.press("q")
        try tmux.wait(until: "the timeline alone") { !$0.contains("[Timing]") && $0.contains("[3Timeline]") }
        // The columns of another table.
        try tmux.press("2", "F2")
        try tmux.wait(for: "Columns of Hosts")
        try tmux.press("Space")
        try tmux.wait(until: "the column gone") { !$0.contains("RUN/LIM   WAIT") }
        try tmux.press("Space", "F2")
        try tmux.wait(until: "as before") { $0.contains("RUN/LIM   WAIT") && !$0.contains("Columns of") }
        // Hundreds at once by an expression.
        try tmux.press("1", ":")
        try tmux.type("cancel where state:queued url~delay")
        try tmux.press("Enter")
        try tmux.wait(until: "the question about them, or none left") {
            $0.contains(/Cancel \d+ fetches/) || $0.contains("Cancel this fetch?") || $0.contains("nothing to cancel")
        }
        try tmux.press("n")

        try tmux.press("7")
        try tmux.wait(for: "[7Log]")
        try tmux.press("Up", "Up")
        try tmux.wait(for: "below: End follows again")
        try tmux.press("End")
        try tmux.wait(until: "the tail") { !$0.contains("below: End") }

        try tmux.press("5")
        try tmux.wait(for: "[5Map]")
        try tmux.press("Enter")
        try tmux.wait(for: "[1Fetches]")
    }
}
