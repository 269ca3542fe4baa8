import Foundation
import TestSupport
import Testing

/// Load and watch mode as one sees them: the header says what they do, and no share is more than all of it.
@Suite struct EndToEndLoadDashboardTests {
    private static let sizes = [(80, 24), (200, 50)]

    private func start(_ arguments: String, in tmux: Tmux, folder: TemporaryFolder) throws {
        try tmux.run("cd \(folder.path); clear; \(Executable.path) \(arguments); echo \"exit $?\"")
    }

    /// What is wrong with the figures of a screen: `12/50 24%`.
    private func complaints(_ screen: String) -> [Substring] {
        let counts = screen.matches(of: #/(\d+)/(\d+) (?:(\d+)%)?/#).filter { match in
            let (part, whole, percent) = (Int(match.1)!, Int(match.2)!, match.3.flatMap { Int($0) })
            return part > whole || (percent.map { $0 > 100 || $0 == 100 && part < whole } ?? false)
        }
        return counts.map(\.0)
    }

    @Test(arguments: sizes) func aLoadTestSaysHowManyOfHowMany(columns: Int, rows: Int) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: columns, height: rows)
            try start(
                "-n 3000 -j 4 --parallel-max-host 4 --results out '\(origin.url)/delay/2?[1-3]'", in: tmux,
                folder: folder)
            try tmux.wait(until: "the end") { screen in
                #expect(complaints(screen) == [], "\(screen)")
                return screen.contains("load 3000/3000 100%") && screen.contains("DONE")
            }
            try tmux.press("q")
            try tmux.wait(for: "exit 0")
            #expect(try Record.results(in: folder.read("out")).count == 3_000)
        }
    }

    @Test(arguments: sizes) func aTimedLoadTestSaysHowLongOfHowLong(columns: Int, rows: Int) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: columns, height: rows)
            try start("-z 3600 -j 4 --results out '\(origin.url)/delay/5'", in: tmux, folder: folder)
            let screen = try tmux.wait(until: "some are done") {
                $0.contains(#/load \S+ of (60m00s|1h00m)/#) && $0.contains(#/[1-9]\d+ done/#)
            }
            // In the header: of the fetch beside the list it may be said how much of it is there.
            let header = screen.split(separator: "\n", omittingEmptySubsequences: false).prefix(5)
            #expect(complaints(screen) == [] && !header.contains { $0.contains("%") }, "\(screen)")
            // The first Ctrl-C drains: what is in flight is finished and recorded, and nothing is left over.
            try tmux.press("C-c")
            try tmux.wait(until: "the end") { $0.contains("exit 0") || $0.contains("exit 7") }
            let states = try Record.results(in: folder.read("out")).map(\.state)
            #expect(states.count > 10 && states.allSatisfy { $0 == "ok" })
        }
    }

    @Test(arguments: sizes) func aWatchedListSaysWhichRoundItIsAndWhenTheNextBegins(columns: Int, rows: Int)
        async throws
    {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: columns, height: rows)
            try start("--every 3 --results out '\(origin.url)/bytes/[1-20]'", in: tmux, folder: folder)
            // The second round, or a later one: between two looks some time may pass.
            try tmux.wait(until: "the end of another round") { screen in
                #expect(complaints(screen) == [], "\(screen)")
                return screen.contains(#/round ([2-9]|\d\d+) 20\/20 next in \ds/#)
            }
            try tmux.press("C-c")
            try tmux.wait(for: "exit 0")
            #expect(try Record.results(in: folder.read("out")).count >= 40)
        }
    }
}
