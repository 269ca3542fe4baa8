import Testing

@testable import fetchtop

@Suite struct OutputPumpTests {
    @Test func bytesWaitForATerminalThatDoesNotRead() {
        var pump = OutputPump()
        pump.enqueue(Array("hello".utf8))
        var taken = ""
        pump.pump { bytes in
            if !taken.isEmpty { return .wouldBlock }
            taken = String(decoding: bytes.prefix(2), as: UTF8.self)
            return .bytes(2)
        }
        #expect(taken == "he")
        #expect(pump.hasBacklog)
        #expect(pump.backlogBytes == 3)
        pump.pump { .bytes($0.count) }
        #expect(!pump.hasBacklog)
        #expect(pump.writtenBytes == 5)
    }

    @Test func aTerminalThatHungUpIsNeverTriedAgain() {
        var pump = OutputPump()
        pump.enqueue([97])
        pump.pump { _ in .gone }
        #expect(pump.isGone)
        #expect(!pump.hasBacklog)
        pump.enqueue([97])
        pump.pump { _ in
            Issue.record("written to a terminal that is gone")
            return .gone
        }
    }

    @Test func aSequenceOutsideTheListIsHeldBackInDebugBuilds() {
        var pump = OutputPump()
        pump.enqueue(Array("\u{1B}]52;c;aGk=\u{7}".utf8))
        #expect(pump.violations.count == 1)
        #expect(!pump.hasBacklog)
    }
}

@Suite struct EscapeAllowListTests {
    @Test(arguments: [
        "\u{1B}[2J", "\u{1B}[1;31m", "\u{1B}[?1049h\u{1B}[22;0;0t", "\u{1B}(B", "\u{1B}[38;5;12m", "\u{1B}7\u{1B}8",
        "\u{1B}]0;fetchtop 5/10\u{7}", "\u{1B}[?2026$p", "\r\n\u{8}", "日本 é ▇",
    ])
    func whatAScreenNeedsPasses(text: String) throws {
        var list = EscapeAllowList()
        try list.check(text.utf8)
        #expect(list.isAtRest)
    }

    @Test(arguments: [
        "\u{1B}]52;c;x\u{7}", "\u{1B}]8;;http://x\u{7}", "\u{1B}P+q\u{1B}\\", "\u{1B}_x\u{1B}\\", "\u{1B}[14t",
        "\u{1B}c",
        "\u{1B}[?9999h", "\u{7}", "\u{9B}31m", "\u{202E}", "\u{1B}#8", "\u{200B}", "\u{1B}[5i",
    ])
    func whatAScreenNeverNeedsDoesNot(text: String) {
        var list = EscapeAllowList()
        #expect(throws: EscapeAllowList.Violation.self) { try list.check(text.utf8) }
    }
}

/// ncurses keeps global state: one screen at a time.
@Suite(.serialized) struct CursesScreenTests {
    private func screen(_ terminal: String, _ size: Size = Size(columns: 20, rows: 3)) throws -> CursesScreen {
        try CursesScreen(terminals: [terminal], preferences: DisplayPreferences(), size: size)
    }

    @Test(arguments: ["xterm-256color", "xterm", "tmux-256color", "screen", "linux", "vt100", "xterm-mono"])
    func framesBecomeBytesOnTheAllowList(terminal: String) throws {
        let screen = try screen(terminal)
        var list = EscapeAllowList()
        var grid = Grid(Size(columns: 20, rows: 3))
        for (step, role) in Role.allCases.enumerated() {
            for (offset, surface) in Surface.allCases.enumerated() {
                grid.put(
                    "日e\u{301}x", x: (step + offset) % 18, y: (step + offset) % 3,
                    style: Style(role: role, surface: surface))
            }
            try list.check(screen.paint(grid))
        }
        try list.check(screen.sequences.enter)
        try list.check(screen.sequences.leave)
        try list.check(screen.sequences.title("fetchtop \u{1B}]52;x 1/2"))
        #expect(list.isAtRest)
    }

    @Test func anUnchangedFrameCostsNoBytes() throws {
        let screen = try screen("xterm-256color")
        var grid = Grid(Size(columns: 20, rows: 3))
        grid.put("hello", x: 2, y: 1)
        #expect(String(decoding: screen.paint(grid), as: UTF8.self).contains("hello"))
        #expect(screen.paint(grid).isEmpty)
        grid.put("j", x: 2, y: 1)
        let change = screen.paint(grid)
        #expect(!change.isEmpty)
        #expect(change.count < 40)
    }

    @Test func aResizedScreenIsPaintedAnew() throws {
        let screen = try screen("xterm-256color")
        _ = screen.paint(Grid(Size(columns: 20, rows: 3)))
        screen.resize(to: Size(columns: 60, rows: 10))
        var grid = Grid(Size(columns: 60, rows: 10))
        grid.put("far", x: 50, y: 9)
        #expect(String(decoding: screen.paint(grid), as: UTF8.self).contains("far"))
    }

    @Test(arguments: ["xterm-256color", "tmux-256color", "linux", "vt100"])
    func theScrollingRegionIsTheWholeTerminal(terminal: String) throws {
        let screen = try screen(terminal, Size(columns: 120, rows: 40))
        let first = String(decoding: screen.paint(Grid(Size(columns: 120, rows: 40))), as: UTF8.self)
        #expect(first.contains("\u{1B}[1;40r"))
        #expect(!first.contains("\u{1B}[1;24r"))
        #expect(String(decoding: screen.sequences.leave, as: UTF8.self).contains("\u{1B}[r"))
    }

    @Test(arguments: ["linux", "vt100", "xterm-256color", "tmux-256color"])
    func whatIsSwitchedOnIsSwitchedOff(terminal: String) throws {
        let sequences = try screen(terminal).sequences
        let leave = String(decoding: sequences.leave, as: UTF8.self)
        for mode in String(decoding: sequences.enter + sequences.mouseOn, as: UTF8.self).matches(of: /\[\?([0-9]+)h/) {
            #expect(leave.contains("[?\(mode.1)l"))
        }
    }

    @Test func anUnknownTerminalFallsBackToTheNextName() throws {
        let screen = try CursesScreen(
            terminals: ["no-such-terminal", "xterm-256color"], preferences: DisplayPreferences(),
            size: Size(columns: 10, rows: 2))
        #expect(screen.terminal == "xterm-256color")
        #expect(screen.capabilities.colors == .palette256)
        #expect(throws: CursesScreen.Unusable.self) {
            _ = try CursesScreen(
                terminals: ["dumb"], preferences: DisplayPreferences(), size: Size(columns: 1, rows: 1))
        }
    }
}
