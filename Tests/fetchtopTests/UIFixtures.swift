import FetchLoop
import Foundation
import Testing

@testable import fetchtop

/// A run in the middle of its life, made of events: the same in every test and on every machine.
struct SampleRun {
    let store = FetchStore(clock: RunClock(startedAtUnixNanoseconds: 1_700_000_000_000_000_000))
    let index = RunIndex()
    let now = Moment.at(134_000)

    init(queued: Int = 40) {
        store.addObserver(index)
        index.log.append(.text("urls.txt:17: not a URL"), .error, at: .at(100))
        for index in 0..<60 { finished(index) }
        unresolved()
        refused()
        receiving("https://cdn.example.net/iso/debian-12.iso?token=0123456789abcdef", host: 1)
        receiving("https://cdn.example.net/日本語/\u{202E}gpj.exe", host: 1)
        waiting("https://api.example.com/v1/items?page=2")
        held("https://api.example.com/v1/items?page=3", .backingOff(until: .at(137_200)))
        held("https://user:pass@api.example.com/private", .paused)
        for index in 0..<queued {
            store.add(
                FetchJob(url: "https://bücher.example/shelf/\(index)/\(String(repeating: "long-", count: 20))"),
                at: .at(1000))
        }
        let host = store.hosts.find("bücher.example") ?? HostID(index: 0)
        store.setLimit(6, of: host)
        store.setGate(.retryAfter(until: .at(150_000)), of: host, at: .at(120_000))
    }

    private func finished(_ index: Int) {
        let started = Int64(1_000 + index * 2_000)
        let id = store.add(FetchJob(url: "https://h\(index % 5).example/file-\(index).bin"), at: .at(500))
        let length = Int64(40 + index * index % 977)
        start(id, at: started)
        store.apply(
            .head(
                ResponseHead(
                    status: status(index), expectedBytes: 4096,
                    rawHeaders: Array("Server: nginx\r\nSet-Cookie: a=b\r\n".utf8))),
            to: id, at: started + length / 2)
        store.apply(.received(4096), to: id, at: started + length)
        end(id, started: started, length: length, status: status(index))
    }

    private func status(_ index: Int) -> Int {
        index % 13 == 7 ? 503 : index % 11 == 5 ? 404 : index % 17 == 3 ? 304 : 200
    }

    private func start(_ id: FetchID, at milliseconds: Int64) {
        store.apply(.started(attempt: 1), to: id, at: milliseconds)
        store.apply(.phase(.connecting), to: id, at: milliseconds + 1)
    }

    private func end(_ id: FetchID, started: Int64, length: Int64, status: Int = 0, failure: FetchFailure? = nil) {
        var record = TransferRecord()
        record.statusCode = status
        record.httpVersion = "2"
        record.connectCount = 1
        record.remoteIP = "203.0.113.7"
        record.remotePort = 443
        record.localIP = "10.0.0.5"
        record.localPort = 51022
        record.tls = TLSRecord(
            version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256", applicationProtocol: "h2",
            certificates: [
                TLSRecord.Certificate(
                    subject: "CN = h.example", issuer: "CN = R11", serialNumber: "04ab",
                    alternativeNames: "DNS:h.example, DNS:\u{1B}[31mevil.example", validFrom: 1_690_000_000,
                    validUntil: 1_701_000_000)
            ])
        record.times.nameLookup = .milliseconds(3)
        record.times.connect = .milliseconds(12)
        record.times.appConnect = .milliseconds(25)
        if id.rawValue == 11 {
            record.redirectCount = 2
            record.redirects = [
                RedirectHop(status: 301, location: "https://h0.example/\u{1B}[2Jmoved?token=0123"),
                RedirectHop(status: 302, location: "/final"),
            ]
            record.effectiveURL = "https://h0.example/final"
        }
        if status > 0 { record.times.startTransfer = .milliseconds(max(26, length / 2)) }
        record.times.total = .milliseconds(length)
        let attempt = Attempt(
            number: 1, startedAt: .at(started), finishedAt: .at(started + length), failure: failure, record: record)
        store.apply(.attemptFinished(attempt), to: id, at: started + length)
        let state: FetchState = failure != nil ? .failed : status >= 400 ? .httpError : .succeeded
        store.apply(.finished(state), to: id, at: started + length)
    }

    private func refused() {
        let id = store.add(FetchJob(url: "http://closed.example:81/"), at: .at(900))
        start(id, at: 133_000)
        let failure = FetchFailure(
            kind: .refused, phase: .connect, exitCode: 7, message: "Failed to connect\u{1B}[2J to closed.example")
        end(id, started: 133_000, length: 4, failure: failure)
    }

    private func unresolved() {
        let id = store.add(FetchJob(url: "https://no-such.invalid/"), at: .at(900))
        start(id, at: 100_000)
        end(
            id, started: 100_000, length: 5_000,
            failure: FetchFailure(
                kind: .dns, phase: .dns, exitCode: 6, message: "Could not resolve host: no-such.invalid"))
    }

    private func receiving(_ url: String, host: Int) {
        let id = store.add(FetchJob(url: url), at: .at(600))
        start(id, at: 129_800)
        store.apply(.head(ResponseHead(status: 200, expectedBytes: 31_247_564, rawHeaders: [])), to: id, at: 130_013)
        store.apply(.received(19_084_083), to: id, at: 133_900)
    }

    private func waiting(_ url: String) {
        let id = store.add(FetchJob(url: url), at: .at(600))
        start(id, at: 132_100)
        store.apply(.phase(.waiting), to: id, at: 132_120)
    }

    private func held(_ url: String, _ kind: FetchEvent.Kind) {
        let id = store.add(FetchJob(url: url), at: .at(600))
        start(id, at: 131_000)
        var record = TransferRecord()
        record.statusCode = 503
        let attempt = Attempt(
            number: 1, startedAt: .at(131_000), finishedAt: .at(131_210), failure: nil, record: record,
            retryAfter: .seconds(1), backoff: .seconds(6))
        store.apply(.attemptFinished(attempt), to: id, at: 131_210)
        store.apply(kind, to: id, at: 131_210)
    }

    /// A controller over this run whose engine only takes notes.
    func controller(_ control: ControlRecorder = ControlRecorder()) -> Controller {
        control.store = store
        let controller = Controller(store: store, index: index, control: control) { [now] in now }
        controller.settle()
        return controller
    }

    func figures() -> RunFigures {
        var run = RunFigures()
        run.source = "urls.txt"
        run.concurrency = 256
        run.connections = 57
        run.meanTurn = .microseconds(300)
        run.maxTurn = .microseconds(2_100)
        run.loop.turns = 12_345
        run.loop.callbacks = 99_000
        run.loop.callbacksPerSecond = 1234
        run.loop.busyShare = 0.12
        run.loop.timerCount = 7
        run.loop.slowestName = "frame"
        run.loop.slowest = .microseconds(2_100)
        run.loop.turnHistogram = [100, 80, 40, 20, 10, 5, 2, 1]
        run.loop.watches = [("curl socket", 12), ("terminal", 1)]
        run.loop.entries = [
            LoopEntry(state: "pending", time: .milliseconds(4_200), name: "fetch #63", waitingFor: "fetch"),
            LoopEntry(state: "succeeded", time: .seconds(90), name: "list \u{1B}[2J"),
            LoopEntry(state: "waiting", time: .seconds(3), name: "a coroutine", waitingFor: "future \u{202E}page 3"),
            LoopEntry(state: "timer", time: .milliseconds(420), name: "back-off"),
        ]
        return run
    }

    func scene(_ controller: Controller, _ size: Size) -> Scene {
        SceneMaker(controller: controller) { figures() }.scene(for: size)
    }
}

/// Takes notes of what the controller asks the engine to do.
final class ControlRecorder: FetchControl {
    var store: FetchStore?
    var notes: [String] = []
    var concurrency = 256
    var isPaused = false
    var isDraining = false
    var isIdle = false

    private func note(_ text: String) -> Bool {
        notes.append(text)
        return true
    }

    func add(_ job: FetchJob) -> FetchID {
        notes.append("add \(job.url)")
        return FetchID(rawValue: 4711)
    }
    /// What the engine cannot cancel any more.
    var refused: Set<FetchID> = []
    func cancel(_ id: FetchID) -> Bool { note("cancel \(id)") && !refused.contains(id) }
    func retry(_ id: FetchID) -> Bool { note("retry \(id)") }
    func pause(_ id: FetchID) -> Bool { note("pause \(id)") }
    func resume(_ id: FetchID) -> Bool { note("resume \(id)") }
    func setConcurrency(_ count: Int) { concurrency = count }
    func setLimit(_ limit: Int, of host: HostID) { notes.append("limit \(host.rawValue) \(limit)") }
    func setRate(_ rate: RunOptions.StartRate?) { notes.append("rate \(rate?.count ?? 0)") }
    func pauseAll() { isPaused = true }
    func resumeAll() { isPaused = false }
    private var interrupts = 0
    func interrupt() -> Int {
        isDraining = true
        interrupts += 1
        return interrupts
    }
    func abort() { notes.append("abort") }
    var phasesAsked: [FetchID] = []
    func refreshPhases(of ids: [FetchID]) { phasesAsked = ids }
    func liveRecord(of id: FetchID) -> TransferRecord? { nil }
    var previews: [FetchID: BodyPreview] = [:]
    func preview(of id: FetchID) -> BodyPreview? { previews[id] }
}

/// Frames kept in files: `FETCHTOP_RECORD=1 swift test` writes them anew, and the difference is reviewed.
func expectGolden(_ grid: Grid, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
    let file = folder.appendingPathComponent(name + ".txt")
    let text = grid.plainRows().joined(separator: "\n") + "\n"
    if ProcessInfo.processInfo.environment["FETCHTOP_RECORD"] != nil {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
        return
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    guard golden != text else { return }
    let pairs = zip(
        golden.split(separator: "\n", omittingEmptySubsequences: false),
        text.split(separator: "\n", omittingEmptySubsequences: false))
    let difference = pairs.enumerated().filter { $0.element.0 != $0.element.1 }
        .map { "\($0.offset): - \($0.element.0)\n\($0.offset): + \($0.element.1)" }.joined(separator: "\n")
    Issue.record("\(name) differs:\n\(difference)", sourceLocation: sourceLocation)
}

/// Keys pressed one after another on a controller, by their names.
func press(_ keys: String..., on controller: Controller) {
    for name in keys {
        guard let key = Key(name) else {
            Issue.record("no key \(name)")
            continue
        }
        _ = controller.handle(key)
        controller.settle()
    }
}

/// Text typed into whatever is open.
func type(_ text: String, on controller: Controller) {
    for scalar in text.unicodeScalars { _ = controller.handle(Key(.character(scalar))) }
}
