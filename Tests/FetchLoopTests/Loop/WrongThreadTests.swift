import FetchLoop
import Foundation
import Testing
import TestSupport

import class TestSupport.Pipe

/// What belongs to a loop's thread and is used on another: the compiler refuses it, and where it was talked out of that,
/// the process ends with a message that names the call. Tornado: undefined behaviour, but for `add_callback`.
@Suite struct WrongThreadTests {
    /// What is tried on another thread.
    enum Misuse: String, CaseIterable, Codable {
        case onNextTurn = "EventLoop.onNextTurn"
        case after = "EventLoop.after"
        case watch = "EventLoop.watch"
        case onSignal = "EventLoop.onSignal"
        case spawn = "EventLoop.spawn"
        case stop = "EventLoop.stop"
        case metrics = "EventLoop.metrics"
        case suspendedCoroutines = "EventLoop.suspendedCoroutines"
        case cancelTimer = "LoopTimer.cancel"
        case cancelWatch = "Watch.cancel"
        case cancelSignalWatch = "SignalWatch.cancel"
        case put = "A queue, lock, event or condition of an EventLoop"
        case settle = "Settling a Future"
        case whenDone = "Future.whenDone"
        case stream = "AsyncHTTPClient.stream"
        case activeCount = "AsyncHTTPClient's counts"
        case close = "AsyncHTTPClient.close"
    }

    /// Made on the loop; used elsewhere, in spite of the compiler.
    private struct Stolen: @unchecked Sendable {
        let loop: EventLoop
        let promise: Promise<Void>
        let timer: LoopTimer
        let watch: Watch
        let signalWatch: SignalWatch
        let queue: AsyncQueue<Int>
        let client: AsyncHTTPClient

        func use(_ misuse: Misuse) throws {
            switch misuse {
            case .onNextTurn: loop.onNextTurn {}
            case .after: loop.after(.seconds(1)) {}
            case .watch: _ = try loop.watch(0, for: .read) { _ in }
            case .onSignal: _ = try loop.onSignal(SIGUSR1) {}
            case .spawn: loop.spawn {}
            case .stop: loop.stop()
            case .metrics: _ = loop.metrics
            case .suspendedCoroutines: _ = loop.suspendedCoroutines
            case .cancelTimer: timer.cancel()
            case .cancelWatch: watch.cancel()
            case .cancelSignalWatch: signalWatch.cancel()
            case .put: try queue.putNow(1)
            case .settle: promise.trySucceed(())
            case .whenDone: promise.future.whenDone { _ in }
            case .stream: _ = try client.stream(HTTPRequest("http://127.0.0.1:1/"))
            case .activeCount: _ = client.activeCount
            case .close: client.close()
            }
        }
    }

    static func misuse(_ misuse: Misuse) async throws {
        try await withLoop { loop in
            let pipe = try Pipe()
            let stolen = Stolen(
                loop: loop, promise: Promise(on: loop), timer: loop.after(.seconds(1000)) {},
                watch: try loop.watch(pipe.readEnd, for: .read) { _ in },
                signalWatch: try loop.onSignal(SIGUSR2) {}, queue: AsyncQueue(on: loop),
                client: AsyncHTTPClient(loop: loop))
            try await loop.runBlocking { try stolen.use(misuse) }.value
        }
    }

    @Test(arguments: Misuse.allCases)
    func endsTheProcessWithAMessage(misuse: Misuse) async throws {
        let ending = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [misuse] in
            try await WrongThreadTests.misuse(misuse)
        }
        let message = String(decoding: ending?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("FetchLoop: \(misuse.rawValue)"))
        #expect(message.contains("must run on its event loop's thread; from others, use LoopExecutor.post"))
    }

    @Test func postIsForEveryThread() async throws {
        try await withLoop { loop in
            let promise = Promise<Bool>(on: loop)
            nonisolated(unsafe) let kept = promise
            let executor = loop.executor
            try await loop.runBlocking { _ = executor.post { kept.trySucceed(executor.isCurrent) } }.value
            let isCurrent = try await promise.future.value
            #expect(isCurrent)
        }
    }

    /// Between runs a loop may change hands.
    @Test func aLoopThatDoesNotRunMayBeHandedOver() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            nonisolated(unsafe) let handedOver = loop
            let done = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                handedOver.onNextTurn { handedOver.stop() }
                try? handedOver.run()
                done.signal()
            }
            done.wait()
            let value = try loop.run { 1 }
            #expect(value == 1)
            try loop.close()
        }
    }
}
