import FetchLoop
import TestSupport
import Testing

@testable import fetchtop

@Suite("Scripts") struct ScriptTests {
    // MARK: Reading

    @Test("Statements, comments, blank lines")
    func reads() throws {
        let script = try Script(
            name: "s",
            text: """
                # a session
                pause-all

                  wait 200ms
                wait idle
                wait done>=10 timeout 5s
                wait failed > 1% timeout 1m
                expect failed == 0
                expect idle
                snapshot a frame.txt
                snapshot frame.txt 100x30
                cancel #7
                retry where state:failed
                """)
        let condition = try RunCondition("done>=10")
        #expect(
            script.lines == [
                .init(number: 2, statement: .command(.pauseAll)),
                .init(number: 4, statement: .sleep(.milliseconds(200))),
                .init(number: 5, statement: .wait(.idle, timeout: nil)),
                .init(number: 6, statement: .wait(.condition(condition), timeout: .seconds(5))),
                .init(number: 7, statement: .wait(.condition(try RunCondition("failed > 1%")), timeout: .seconds(60))),
                .init(number: 8, statement: .expect(.condition(try RunCondition("failed == 0")))),
                .init(number: 9, statement: .expect(.idle)),
                .init(number: 10, statement: .snapshot(path: "a frame.txt", Size(columns: 80, rows: 24))),
                .init(number: 11, statement: .snapshot(path: "frame.txt", Size(columns: 100, rows: 30))),
                .init(number: 12, statement: .command(.cancel(.id(FetchID(rawValue: 7))))),
                .init(number: 13, statement: .command(.retry(.matching("state:failed")))),
            ])
    }

    @Test(
        "What is wrong is named with its line, before anything runs",
        arguments: [
            ("\nfrobnicate 3", "s:2: unknown command 'frobnicate'"), ("wait", "s:1: '' compares nothing"),
            ("wait soon", "s:1: 'soon' compares nothing"), ("wait done>=1 timeout x", "s:1: not a length of time"),
            ("expect bad > 1", "s:1: unknown figure 'bad'"), ("snapshot", "s:1: snapshot needs a file"),
            ("snapshot f 0x24", "s:1: '0x24' is no size"), ("snapshot f 99999x2", "s:1: '99999x2' is no size"),

            ("key NoSuchKey", "s:1: "), ("parallel-max x", "s:1: "), ("filter state:(", "s:1: "),
        ])
    func refuses(text: String, message: String) {
        #expect {
            try Script(name: "s", text: text)
        } throws: { error in
            "\(error)".hasPrefix(message)
        }
    }

    @Test("--script is read with the command line")
    func option() throws {
        try withTemporaryFile("wait idle\n") { path in
            let script = try plan("h", "--script", path).script
            #expect(script?.lines.count == 1)
        }
        try withTemporaryFile("nonsense\n") { path in
            #expect(usageError("h", "--script", path) == "\(path):1: unknown command 'nonsense'")
        }
        #expect(
            usageError("h", "--script", "/nonexistent")
                == "--script: cannot read '/nonexistent': No such file or directory")
    }

    // MARK: Running

    /// Runs a script over jobs whose URL says how they end, on a virtual clock.
    private func run(_ text: String, _ paths: [String], retries: Int = 0) throws -> Outcome {
        let loop = try EventLoop(clock: .virtual)
        var options = RunOptions()
        options.concurrency.total = 2
        options.retry.count = retries
        let client = FakeTransferClient(loop: loop, time: RunTime(origin: loop.now)) { url, attempt in
            if url.hasSuffix("flaky") { return attempt == 1 ? .answer(503) : .answer(200) }
            return url.hasSuffix("hang") ? .hang : .answer(200)
        }
        let jobs = paths.map { FetchJob(url: "http://h/\($0)") }
        let session = Session(
            loop: loop, options: options, client: client, source: SequenceSource(loop: loop, jobs: jobs))
        let controller = Controller(store: session.store, control: SessionControl(session)) { session.now }
        let runner = ScriptRunner(
            script: try Script(name: "s", text: text), session: session, controller: controller,
            frames: SceneMaker(controller: controller) { RunFigures() }, capabilities: .plain)
        var messages: [String] = []
        runner.onMessage = { messages.append($0.string) }
        runner.onEnd = { _ in session.close { loop.stop() } }
        session.onIdle = { runner.check() }
        session.start()
        runner.start()
        try loop.run()
        session.onIdle = {}
        return Outcome(end: runner.outcome, session: session, client: client, messages: messages)
    }

    private struct Outcome {
        var end: ScriptRunner.Outcome?
        var session: Session
        var client: FakeTransferClient
        var messages: [String]
    }

    @Test("pause-all in the first line is in time, and waits go on when what they wait for has happened")
    func waits() throws {
        let outcome = try run(
            "pause-all\nwait 5s\nexpect done == 0\nresume-all\nwait done>=3\nparallel-max 9\nwait idle\nexpect ok == 10\n",
            Array(repeating: "x", count: 10))
        #expect(outcome.end == .finished)
        #expect(outcome.client.starts.allSatisfy { $0.at >= Moment(nanoseconds: 5_000_000_000) })
        #expect(outcome.session.scheduler.concurrency == 9)
    }

    @Test("Failed fetches are retried without a question")
    func retries() throws {
        let outcome = try run(
            "wait idle\nexpect failed == 2\nretry failed\nwait idle\nexpect failed == 0\nexpect ok == 3",
            ["flaky", "x", "flaky"])
        #expect(outcome.end == .finished)
    }

    @Test("An expectation in vain names its line and what is")
    func expectation() throws {
        let outcome = try run("wait idle\n\nexpect failed == 0\nwait 1h", ["flaky"])
        #expect(outcome.end == .failed("s:3: expected failed == 0; it is 1"))
        #expect(outcome.session.now < Moment(nanoseconds: 60_000_000_000))
    }

    @Test("A wait in vain ends at its timeout, and no sooner")
    func timeout() throws {
        let outcome = try run("wait done >= 2 timeout 30s", ["x", "hang"])
        #expect(outcome.end == .failed("s:1: waited 30.0 seconds for done >= 2; it is 1"))
        #expect(outcome.session.now >= Moment(nanoseconds: 30_000_000_000))
        let idle = try run("wait idle timeout 1s", ["hang"])
        #expect(idle.end == .failed("s:1: waited 1.0 seconds for idle; 1 in flight, 0 to come"))
    }

    @Test("quit needs no confirmation, cancel neither; what could not be done is said")
    func quits() throws {
        let outcome = try run(
            "cancel #1\nwait active>0\ncancel #1\nexpect cancelled == 1\ncancel #1\nquit\nexpect done > 100",
            ["hang", "hang"])
        #expect(outcome.end == .quit)
        #expect(outcome.messages == ["s:1: nothing to cancel", "s:5: nothing to cancel"])
    }

    @Test("A command that fails ends the script")
    func badCommand() throws {
        let outcome = try run("wait idle\nhost-limit nowhere 3\nwait 1h", ["x"])
        #expect(outcome.end == .failed("s:2: no such host: 'nowhere'"))
    }

    @Test("A snapshot is the frame as text, of the size asked for")
    func snapshot() throws {
        try withTemporaryFile("") { path in
            let outcome = try run("wait idle\nfilter state:ok\nsnapshot \(path) 130x12\nwait idle", ["x", "flaky"])
            #expect(outcome.end == .finished)
            let lines = String(decoding: try FileBytes.read(path), as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count == 13)
            #expect(lines[0].hasPrefix("fetchtop"))
            #expect(lines.contains { $0.contains("h/x") })
            #expect(!lines.contains { $0.contains("flaky") })
            #expect(lines.allSatisfy { $0.count <= 130 })
        }
        let outcome = try run("snapshot /nonexistent/frame", ["x"])
        #expect(outcome.end == .failed("s:1: cannot write '/nonexistent/frame': No such file or directory"))
    }

    @Test("Keys mean in a script what they mean on the keyboard")
    func keys() throws {
        let outcome = try run("wait idle\nkey \\\nkey o\nkey k\nkey Enter\nkey Space", ["x", "flaky"])
        #expect(outcome.end == .finished)
    }
}
