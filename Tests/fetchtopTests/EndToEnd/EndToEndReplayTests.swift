import TestSupport
import Testing

/// `--replay` through the built program.
@Suite struct EndToEndReplayTests {
    private func results(_ origin: OriginServer, in folder: TemporaryFolder) throws -> String {
        let urls = ["\(origin.url)/bytes/100?n=[1-20]", "\(origin.url)/status/404", "http://127.0.0.1:1/refused"]
        let run = try Executable.run(["--headless", "--retry", "0", "--results", folder["out"]] + urls)
        #expect(run.ending == .exited(1), "\(run.errors)")
        return folder["out"]
    }

    @Test func theSummaryIsThatOfTheRun() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let file = try results(origin, in: folder)
            let replay = try Executable.run(["--replay", file])
            #expect(replay.ending == .exited(1) && replay.output == "")
            #expect(replay.errors.hasPrefix("22 fetches in "), "\(replay.errors)")
            #expect(replay.errors.contains("ok 20  http errors 1  failed 1\n"), "\(replay.errors)")
            #expect(replay.errors.contains("status  200 20  404 1\n") && replay.errors.contains("errors  REFU 1\n"))
            let gated = try Executable.run(["--replay", file, "--fail-if", "failed>1", "--summary", "none"])
            #expect(gated.ending == .exited(5))
            #expect(gated.errors == "fetchtop: --fail-if 'failed>1': it is 2\n")
        }
    }

    @Test func aScriptLooksAtAllViews() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let file = try results(origin, in: folder)
            let views = ["fetches", "hosts", "timeline", "latency", "map", "errors", "log"]
            let lines = views.map { "view \($0)\nsnapshot \(folder.path)/\($0).txt 120x40" }
            let script = try folder.write("wait idle\n\(lines.joined(separator: "\n"))\nretry failed\n", to: "s.fts")
            let replay = try Executable.run(["--replay", file, "--headless", "--script", script, "--summary", "none"])
            #expect(replay.ending == .exited(1), "\(replay.errors)")
            #expect(replay.errors.contains("this run is over: a replay can only be looked at"))
            for view in views {
                let frame = try folder.read("\(view).txt")
                #expect(frame.contains("replay of \(file)".prefix(30)), "\(frame)")
                #expect(frame.contains("DONE"), "\(frame)")
            }
            #expect(try folder.read("errors.txt").contains("REFU"))
            #expect(try folder.read("fetches.txt").contains("/status/404"))
            #expect(try folder.read("timeline.txt").contains("/refused"))
            #expect(try folder.read("log.txt").contains("/status/404"))
        }
    }

    @Test func badLinesAreNamedAndAnEmptyFileIsAnError() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let file = try results(origin, in: folder)
            try folder.write("rubbish\n" + folder.read("out"), to: "bad")
            let bad = try Executable.run(["--replay", folder["bad"]])
            #expect(bad.errors.hasPrefix("fetchtop: \(folder["bad"]):1: expected an object, column 1\n22 fetches in "))
            let strict = try Executable.run(["--replay", folder["bad"], "--strict-input"])
            #expect(strict.ending == .exited(3))
            try folder.write("", to: "empty")
            let empty = try Executable.run(["--replay", folder["empty"]])
            #expect(empty.ending == .exited(3))
            #expect(empty.errors.hasPrefix("fetchtop: there is nothing to show: the file has no results\n"))
            let missing = try Executable.run(["--replay", folder["missing"]])
            #expect(missing.ending == .exited(3))
            #expect(missing.errors == "fetchtop: --replay '\(folder["missing"])': No such file or directory\n")
            for other in [["http://h/"], ["--results", "x"], ["--demo"], ["--every", "1s"]] {
                let refused = try Executable.run(["--replay", file] + other)
                #expect(refused.ending == .exited(2))
                #expect(refused.errors.contains("--replay shows a finished run and fetches nothing: leave out "))
            }
        }
    }

    @Test func theDashboardIsThereWhileTheFileIsRead() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            _ = try results(origin, in: folder)
            // The second half comes when the test says so.
            let lines = try folder.read("out").split(separator: "\n", omittingEmptySubsequences: false)
            try folder.write(lines.prefix(11).joined(separator: "\n"), to: "first")
            try folder.write("\n" + lines.dropFirst(11).joined(separator: "\n"), to: "second")
            let tmux = try Tmux(width: 120, height: 30)
            let producer = "{ cat first; while [ ! -e go ]; do sleep 0.02; done; cat second; }"
            try tmux.run("cd \(folder.path); clear; \(producer) | \(Executable.path) --replay -; echo \"exit $?\"")
            try tmux.wait(until: "how far it is") { $0.contains("READING") && $0.contains(#/reading \d/#) }
            try tmux.press("?")
            try tmux.wait(for: "Help")
            try tmux.press("Escape")
            try folder.write("", to: "go")
            try tmux.wait(until: "the end of the run") { $0.contains("DONE") && $0.contains("22/22") }
            try tmux.press("q")
            try tmux.wait(for: "exit 1")
        }
    }

    @Test func whoDoesNotWantToWaitForAFileLeaves() async throws {
        try await onFreshThread {
            let tmux = try Tmux(width: 120, height: 30)
            try tmux.run("clear; sleep 1000 | \(Executable.path) --replay -; echo \"exit $?\"")
            try tmux.wait(for: "READING")
            try tmux.press("q")
            // The pipe's other end lives on; it is not waited for.
            try tmux.wait(until: "the summary") { $0.contains("nothing was fetched") }
            try tmux.press("C-c")
            try tmux.wait(until: "the shell") { $0.contains("^C") && $0.contains(Tmux.prompt) }
        }
    }

    @Test func theDashboardShowsAFinishedRunUntilOneLeaves() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let file = try results(origin, in: folder)
            let tmux = try Tmux(width: 120, height: 30)
            try tmux.run("\(Executable.path) --replay \(file); echo \"exit $?\"")
            try tmux.wait(until: "the end of the run") { $0.contains("DONE") && $0.contains("22/22") }
            try tmux.press("6")
            try tmux.wait(for: "REFU")
            try tmux.press("q")
            try tmux.press("q")
            try tmux.wait(for: "exit 1")
        }
    }
}
