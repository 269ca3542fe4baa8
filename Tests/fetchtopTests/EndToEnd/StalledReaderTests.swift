import Foundation
import TestSupport
import Testing

/// Whoever takes the results has stopped reading: two signals end the run all the same, as they end any other.
@Suite struct StalledReaderTests {
    /// A run of 2,000 whose results go to a pipe that nobody reads, and that has nothing else left to do.
    private func stalledRun(_ pipe: Foundation.Pipe, _ origin: OriginServer) throws -> ChildProcess {
        let run = try Executable.start(
            ["--headless", "--summary", "none", "\(origin.url)/bytes/1?[1-2000]"],
            output: .descriptor(pipe.fileHandleForWriting.fileDescriptor))
        // Before that a signal would end it.
        var readable = pollfd(fd: pipe.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        try waitUntil("the first results") { poll(&readable, 1, 0) == 1 }
        try waitUntil("all to be fetched", instead: { run.errorsSoFar }) {
            run.signal(SIGUSR1)
            return run.errorsSoFar.contains("2000/2000 100%")
        }
        return run
    }

    @Test(arguments: [[SIGINT, SIGINT], [SIGTERM, SIGTERM], [SIGINT, SIGTERM]])
    func twoSignalsEndIt(signals: [CInt]) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let pipe = Foundation.Pipe()
            let run = try stalledRun(pipe, origin)
            run.signal(signals[0])
            try waitUntil("word of the first signal", instead: { run.errorsSoFar }) {
                run.errorsSoFar.contains("once more to stop at once")
            }
            #expect(run.poll() == nil, "the first lets the results be taken")
            run.signal(signals[1])
            let outcome = try run.wait()
            #expect(outcome.ending == .exited(128 + signals[1]))
            #expect(outcome.errors.hasSuffix("not all results were written: nobody takes them\n"), "\(outcome.errors)")
            withExtendedLifetime(pipe) {}
        }
    }

    @Test func afterOneSignalTheReaderStillGetsEverything() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let pipe = Foundation.Pipe()
            let run = try stalledRun(pipe, origin)
            run.signal(SIGINT)
            try waitUntil("word of the signal") { run.errorsSoFar.contains("once more to stop at once") }
            try pipe.fileHandleForWriting.close()
            let bytes = try #require(try pipe.fileHandleForReading.readToEnd())
            #expect(bytes.count { $0 == 0x0A } == 2_000)
            #expect(try run.wait().ending == .exited(0))
        }
    }

    @Test func whoHasLeftByAKeyPressesControlCOnce() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: 120, height: 40)
            try tmux.run("cd \(folder.path)")
            try tmux.run(
                "\(Executable.path) --summary none '\(origin.url)/bytes/1?[1-2000]' > >(exec sleep 600); echo \"exit $?\""
            )
            try tmux.wait(for: "2000/2000 100%")
            try tmux.press("q")
            try tmux.press("q")
            try tmux.wait(for: "Ctrl-C leaves without them")
            try tmux.press("C-c")
            try tmux.wait(for: "exit 130\n")
        }
    }

    @Test(arguments: ["C-c", "INT"]) func aDashboardIsLeftTwice(how: String) async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let tmux = try Tmux(width: 120, height: 40)
            try tmux.run("cd \(folder.path)")
            try tmux.run(
                "\(Executable.path) --summary none '\(origin.url)/bytes/1?[1-2000]' > >(exec sleep 600); echo \"exit $?\""
            )
            try tmux.wait(for: "2000/2000 100%")
            let process = try #require(try tmux.foregroundProcess(named: "fetchtop"))
            // Signals that come together are one.
            try waitUntil("the end") {
                if how == "C-c" { try tmux.press("C-c") } else { kill(process, SIGINT) }
                return try tmux.screen().contains("exit ")
            }
            let screen = try tmux.wait(for: "exit 130\n")
            #expect(!screen.contains("F1Help"))
            #expect(try tmux.value("#{alternate_on} #{cursor_flag} #{mouse_any_flag}") == "0 1 0")
        }
    }
}
