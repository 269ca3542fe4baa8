import Foundation
import TestSupport
import Testing

/// Every exit code and which of two has the last word: 2, 3, 4, 130/143, 5, 7, 1.
@Suite struct EndToEndExitCodeTests {
    private func code(_ arguments: [String], input: String? = nil) throws -> (Int32, String) {
        let run = try Executable.run(["--headless", "--retry", "0", "--summary", "none"] + arguments, input: input)
        guard case .exited(let code) = run.ending else { return (-1, run.errors) }
        return (code, run.errors)
    }

    /// Starts a run in which a fetch hangs and the others are done, and sends signals one by one: each when the one before
    /// has been answered.
    private func interrupted(_ arguments: [String], by signals: CInt..., records: Int) throws -> ChildProcess.Ending {
        let run = try Executable.start(["--headless", "--retry", "0", "--summary", "none", "--events"] + arguments)
        try waitUntil("the others to be done", instead: { run.outputSoFar + run.errorsSoFar }) {
            run.outputSoFar.count(of: "\"type\":\"result\"") == records
                && run.outputSoFar.contains("\"event\":\"started\"")
        }
        for (number, signal) in signals.enumerated() {
            run.signal(signal)
            guard number == 0, signals.count > 1 else { continue }
            try waitUntil("word of the drain", instead: { run.errorsSoFar }) {
                run.errorsSoFar.contains("once more to stop at once")
            }
        }
        return try run.wait().ending
    }

    @Test func eachCodeByItself() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let good = "\(origin.url)/bytes/1"
            #expect(try code([good]).0 == 0)
            #expect(try code([good, "\(origin.url)/status/404"]).0 == 1)
            #expect(try code([good, "http://127.0.0.1:1/"]).0 == 1)
            #expect(try code([good, "--nonsense"]).0 == 2)
            #expect(try code(["-i", "/nonexistent"]).0 == 3)
            #expect(try code(["-i", "-"], input: "").0 == 3)
            #expect(try code(["-i", "-", "--strict-input"], input: "\(good)\nhtp://x\n").0 == 3)
            #expect(try code(["-i", "-"], input: "\(good)\nhtp://x\n").0 == 1)
            #expect(try code([good, "--results", "/nonexistent/x"]).0 == 4)
            #expect(try code([good, "--results", "/dev/full"]).0 == 4)
            #expect(try code([good, "--save-failed", "/nonexistent/x"]).0 == 4)
            #expect(try code([good, "-o", "/proc/nothing/x"]).0 == 4)
            #expect(try code([good, "--fail-if", "ok>0"]).0 == 5)
            #expect(try code(["\(origin.url)/stall", good, "--deadline", "0.3"]).0 == 7)
        }
    }

    @Test func signalsDrainThenAbort() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let hanging = ["\(origin.url)/bytes/1", "\(origin.url)/stall"]
            #expect(try interrupted(hanging, by: SIGINT, SIGINT, records: 1) == .exited(130))
            #expect(try interrupted(hanging, by: SIGTERM, SIGTERM, records: 1) == .exited(143))
            #expect(try interrupted(hanging, by: SIGINT, SIGTERM, records: 1) == .exited(143))
            // One at a time and the first not done: what is in flight ends, the rest is left for --resume.
            let slow = ["-j", "1", "\(origin.url)/delay/300", "\(origin.url)/bytes/1"]
            #expect(try interrupted(slow, by: SIGINT, records: 0) == .exited(7))
        }
    }

    @Test func ofTwoReasonsTheGraverIsTheCode() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let (good, bad) = ("\(origin.url)/bytes/1", "\(origin.url)/status/404")
            #expect(try code(["--nonsense", "-i", "/nonexistent"]).0 == 2)
            #expect(
                try code(["-i", "-", "--strict-input", "--results", "/dev/full"], input: "\(good)\nhtp://x\n").0 == 3)
            #expect(try code([good, "--results", "/dev/full", "--fail-if", "ok>0"]).0 == 4)
            let hanging = "\(origin.url)/stall"
            #expect(
                try interrupted(["-o", "/proc/nothing/x", good, hanging], by: SIGINT, SIGINT, records: 1) == .exited(4))
            for (signal, code) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
                #expect(
                    try interrupted(["--fail-if", "failed>0", bad, hanging], by: signal, signal, records: 1)
                        == .exited(code))
            }
            #expect(try code([bad, hanging, "--deadline", "0.3", "--fail-if", "failed>0"]).0 == 5)
            #expect(try code([bad, hanging, "--deadline", "0.3"]).0 == 7)
            #expect(try code([bad, good]).0 == 1)
        }
    }

    @Test func usr1ShowsALineAndTheRunGoesOn() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let run = try Executable.start(
                ["--headless", "--summary", "none", "\(origin.url)/bytes/1", "\(origin.url)/delay/1500"])
            try waitUntil("the first record") { run.outputSoFar.contains("\n") }
            for _ in 1...2 { run.signal(SIGUSR1) }
            try waitUntil("a line", instead: { run.errorsSoFar }) { run.errorsSoFar.contains("\n") }
            let outcome = try run.wait()
            #expect(outcome.ending == .exited(0))
            #expect(outcome.errors.hasPrefix("1/2 50% ok 1 fail 0 in flight 1 "), "\(outcome.errors)")
        }
    }

    @Test func aReaderThatGoesAwayIsCodeFourAndNotASignal() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            for form in [[], ["--results-format", "csv", "--results", "-"], ["-w", "%{url}\\n"]] {
                let run = try ChildProcess.run(
                    [
                        "bash", "-c", "{ \"$0\" --headless \"$@\"; echo \"exit $?\" >&2; } | head -n 1 >/dev/null",
                        Executable.path, "\(origin.url)/delay/2?[1-2000]",
                    ] + form)
                #expect(
                    run.errors.contains("to standard output: Broken pipe")
                        && run.errors.hasSuffix("exit 4\n"),
                    "\(run.errors)")
            }
        }
    }
}

extension String {
    fileprivate func count(of text: String) -> Int { components(separatedBy: text).count - 1 }
}
