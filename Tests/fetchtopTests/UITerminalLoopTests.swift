import FetchLoop
import TestSupport
import Testing

@testable import fetchtop

/// The terminal on a loop, at the other end of which the test sits. In this suite because ncurses has one screen.
extension CursesScreenTests {
    private static func terminal(_ loop: EventLoop, _ far: PseudoTerminal) throws -> Terminal {
        try Terminal(loop: loop, path: far.path, type: "xterm-256color", preferences: DisplayPreferences())
    }

    /// Lets the loop turn as long as it wants to, for as many timer ticks.
    private static func tick(_ loop: EventLoop, _ count: Int) async throws {
        for _ in 0..<count { try await loop.sleep(for: .milliseconds(1)) }
    }

    private static func noise(_ size: Size, _ random: inout SeededGenerator) -> Grid {
        var grid = Grid(size)
        for y in 0..<size.rows {
            for x in 0..<size.columns { grid.put("\(Int.random(in: 0...9, using: &random))", x: x, y: y) }
        }
        return grid
    }

    @Test func aStalledTerminalCostsNoTurns() async throws {
        try await withLoop { loop in
            let far = try PseudoTerminal(width: 120, height: 40)
            let terminal = try Self.terminal(loop, far)
            var random = SeededGenerator(seed: 1)
            var frames = 0
            while !terminal.hasBacklog, frames < 200 {
                terminal.show(Self.noise(Size(columns: 120, rows: 40), &random))
                frames += 1
            }
            #expect(terminal.hasBacklog)
            let turns = loop.metrics.turns
            try await Self.tick(loop, 50)
            // A tick is a few turns; a loop that spins makes thousands.
            #expect(loop.metrics.turns - turns < 500)
            var isDrained = false
            terminal.onDrain = { isDrained = true }
            while !isDrained {
                _ = far.painted(within: .zero)
                try await Self.tick(loop, 1)
            }
            #expect(!terminal.hasBacklog)
            terminal.close()
        }
    }

    @Test func aTerminalThatHungUpIsLeftAloneAndCostsNoTurns() async throws {
        try await withLoop { loop in
            var far: PseudoTerminal? = try PseudoTerminal(width: 80, height: 24)
            let terminal = try Self.terminal(loop, try #require(far))
            var goneCount = 0
            terminal.onGone = { goneCount += 1 }
            far = nil
            while goneCount == 0 { try await Self.tick(loop, 1) }
            let turns = loop.metrics.turns
            try await Self.tick(loop, 50)
            #expect(loop.metrics.turns - turns < 500)
            #expect(goneCount == 1)
            // Nothing of this may fail or write to a descriptor that is somebody else's by now.
            terminal.show(Grid(Size(columns: 80, rows: 24)))
            terminal.setTitle("x")
            terminal.leave()
            terminal.close()
        }
    }

    @Test func aBusyLoopCanLookForKeysItself() async throws {
        try await withLoop { loop in
            let far = try PseudoTerminal(width: 80, height: 24)
            let terminal = try Self.terminal(loop, far)
            var keys: [Key] = []
            terminal.onInput = { events in
                for event in events { if case .key(let key) = event { keys.append(key) } }
            }
            terminal.look()
            #expect(keys.isEmpty)
            far.type("j")
            while keys.isEmpty { terminal.look() }
            #expect(keys == [Key(.character("j"))])
            // Looking often must not put off the moment from which an ESC is a key by itself.
            far.type("\u{1B}")
            while keys.count < 2 {
                terminal.look()
                try await Self.tick(loop, 1)
            }
            #expect(keys.last == Key(.escape))
            terminal.close()
        }
    }

    @Test func aStormOfSizesSendsOnlyWhatTheAllowListKnows() async throws {
        try await withLoop { loop in
            let far = try PseudoTerminal(width: 80, height: 24)
            let terminal = try Self.terminal(loop, far)
            let run = SampleRun()
            let controller = run.controller()
            var random = SeededGenerator(seed: 2)
            var list = EscapeAllowList()
            for step in 0..<60 {
                let isEnd = step % 15 == 0
                far.resize(
                    width: isEnd ? (step % 2 == 0 ? 1 : 500) : .random(in: 1...200, using: &random),
                    height: isEnd ? (step % 2 == 0 ? 1 : 200) : .random(in: 1...60, using: &random))
                _ = terminal.refreshSize()
                terminal.show(render(run.scene(controller, terminal.size), terminal.size, terminal.capabilities))
                while true {
                    let bytes = far.painted(within: .zero)
                    try list.check(bytes)
                    if bytes.isEmpty, !terminal.hasBacklog { break }
                    try await Self.tick(loop, 1)
                }
            }
            #expect(list.isAtRest)
            #expect(terminal.rejectedSequences == 0)
            terminal.close()
        }
    }
}
