import FetchLoop
import Testing

@testable import fetchtop

/// A client whose answers are written in the test, on the loop's clock: with a virtual clock an hour takes no time.
final class FakeTransferClient: TransferClient {
    enum Script {
        case answer(Int, after: Duration = .milliseconds(10), bytes: Int = 10, headers: String = "")
        case fail(FailureKind, after: Duration = .milliseconds(10))
        case hang
        /// The order cannot even be started.
        case refuse
    }

    struct Start: Equatable {
        var url: String
        var at: Moment
    }

    let loop: EventLoop
    let time: RunTime
    /// What happens to a fetch of this URL, on its attempt number (from 1).
    var script: (_ url: String, _ attempt: Int) -> Script
    private(set) var starts: [Start] = []
    private(set) var open: [FetchID: FakeTransfer] = [:]
    /// How long an answer took by libcurl's clock, which is not the loop's.
    var total: Duration?
    /// What hosts speak, by name.
    var httpVersions: [String: String] = [:]
    private(set) var mostOpen = 0
    private(set) var mostOpenByHost: [String: Int] = [:]
    private var attempts: [FetchID: Int] = [:]

    init(loop: EventLoop, time: RunTime, script: @escaping (String, Int) -> Script) {
        self.loop = loop
        self.time = time
        self.script = script
    }

    func start(_ order: TransferOrder, handler: any TransferHandler) throws(FetchFailure) -> any RunningTransfer {
        starts.append(Start(url: order.url, at: time.moment(loop.now)))
        attempts[order.id, default: 0] += 1
        let transfer = FakeTransfer(order: order, client: self, handler: handler)
        let script = script(order.url, attempts[order.id]!)
        if case .refuse = script {
            throw FetchFailure(kind: .invalidURL, phase: .policy, exitCode: 3, message: "malformed URL")
        }
        #expect(open[order.id] == nil, "a fetch has one transfer at a time")
        open[order.id] = transfer
        mostOpen = max(mostOpen, open.values.count { !$0.isPaused })
        let host = hostName(ofURL: order.url)
        let ofHost = open.values.count { !$0.isPaused && hostName(ofURL: $0.order.url) == host }
        mostOpenByHost[host] = max(mostOpenByHost[host] ?? 0, ofHost)
        transfer.begin(script)
        return transfer
    }

    func close(_ id: FetchID) { open[id] = nil }

    func startTimes(_ isIncluded: (String) -> Bool = { _ in true }) -> [Double] {
        starts.filter { isIncluded($0.url) }.map { Double($0.at.nanoseconds) * 1e-9 }
    }
}

final class FakeTransfer: RunningTransfer {
    let order: TransferOrder
    private unowned let client: FakeTransferClient
    private let handler: any TransferHandler
    private var timer: LoopTimer?
    private var pending: FakeTransferClient.Script?
    private(set) var isPaused = false
    var state = FetchState.resolving
    var record = TransferRecord()

    init(order: TransferOrder, client: FakeTransferClient, handler: any TransferHandler) {
        self.order = order
        self.client = client
        self.handler = handler
    }

    func begin(_ script: FakeTransferClient.Script) {
        switch script {
        case .answer(_, let delay, _, _), .fail(_, let delay):
            pending = script
            timer = client.loop.after(delay) { [unowned self] in finish() }
        case .hang, .refuse: break
        }
    }

    private func finish() {
        guard !isPaused, let script = pending else { return }
        pending = nil
        client.close(order.id)
        switch script {
        case .answer(let status, _, let byteCount, let headers):
            handler.transferDidConnect(order.id)
            let head = ResponseHead(
                status: status, expectedBytes: Int64(byteCount),
                rawHeaders: Array("HTTP/1.1 \(status) X\r\n\(headers)\r\n".utf8))
            handler.transfer(order.id, didReceive: head)
            let bytes = [UInt8](repeating: 0x61, count: byteCount)
            _ = handler.transfer(order.id, didReceiveBody: bytes.span.bytes)
            record.statusCode = status
            record.times.total = client.total
            record.httpVersion = client.httpVersions[hostName(ofURL: order.url)]
            record.sizeDownload = Int64(byteCount)
            handler.transfer(order.id, didFinish: record, failure: nil)
        case .fail(let kind, _):
            let failure = FetchFailure(kind: kind, phase: .connect, exitCode: 7, message: "scripted failure")
            handler.transfer(order.id, didFinish: record, failure: failure)
        case .hang, .refuse: break
        }
    }

    func cancel() {
        timer?.cancel()
        pending = nil
        client.close(order.id)
    }

    func pause() { isPaused = true }

    func resume() {
        isPaused = false
        if pending != nil, timer?.isPending == false { client.loop.onNextTurn { [unowned self] in finish() } }
    }
}

/// A scheduler over a fake client and a clock that jumps, with the counts checked after every event.
final class SchedulerBench {
    let loop: EventLoop
    let client: FakeTransferClient
    let store: FetchStore
    let scheduler: FetchScheduler

    init(
        _ change: (inout RunOptions) -> Void = { _ in },
        script: @escaping (String, Int) -> FakeTransferClient.Script = { _, _ in .answer(200) }
    ) throws {
        loop = try EventLoop(clock: .virtual)
        var options = RunOptions()
        change(&options)
        let time = RunTime(origin: loop.now)
        client = FakeTransferClient(loop: loop, time: time, script: script)
        store = FetchStore(clock: RunClock(startedAtUnixNanoseconds: 784_111_777_000_000_000))
        store.addObserver(CountsCheck())
        scheduler = FetchScheduler(
            loop: loop, store: store, client: client, time: time, options: options, random: SeededRandom(seed: 11))
    }

    @discardableResult
    func add(_ urls: String..., priority: Int32 = 0) -> FetchID { add(urls, priority: priority).last! }

    @discardableResult
    func add(_ urls: [String], priority: Int32 = 0) -> [FetchID] {
        urls.map { url in
            var job = FetchJob(url: url)
            if priority != 0 { job.values.priority = priority }
            return scheduler.add(job)
        }
    }

    func at(_ delay: Duration, _ body: @escaping () -> Void) { loop.after(delay) { body() } }

    /// Runs until nothing is left to do, or for so long of the loop's time.
    func run(for limit: Duration = .seconds(100_000), stopsWhenIdle: Bool = true) throws {
        let timer = loop.after(limit) { [unowned loop] in loop.stop() }
        scheduler.onPump = { [unowned self] in
            if stopsWhenIdle && scheduler.isIdle { loop.stop() }
        }
        scheduler.setNeedsPump()
        try loop.run()
        timer.cancel()
    }

    func states() -> String {
        String((0..<store.count).map { store[FetchID(index: $0)].state.letter })
    }
}
