@testable import FetchLoop
import Foundation
import Testing
import TestSupport

/// Who holds a client, who may end it, and from where.
@Suite(.timeLimit(.minutes(5))) struct ClientLifetimeTests {
    @Test func theEndOfAClientEndsWhatIsUnderWay() async throws {
        try await withClient { loop, _, base in
            await expectFailure("closed") {
                for try await _ in try AsyncHTTPClient(loop: loop).stream(HTTPRequest("\(base)/bytes/1")) {}
            }
        }
    }

    /// The core holds the loop, perhaps as the last: it may go nowhere but on the loop's thread.
    @Test func theCoreOfAClientThatEndsElsewhereGoesOnTheLoop() async throws {
        try await withLoop { loop in
            let isOnLoop = Locked([Bool]())
            let executor = loop.executor
            for round in 1...seedCount(400) {
                let last = makeClient(loop) { isOnLoop.withLock { $0.append(executor.isCurrent) } }
                Thread.detachNewThread { last.withLock { $0 = nil } }
                // The loop turns without a rest, so that it is done with the core before that thread is, now and then.
                while isOnLoop.withLock({ $0.count }) < round { await loop.yield() }
            }
            #expect(isOnLoop.withLock { $0 }.allSatisfy { $0 })
        }
    }

    /// A client that any thread may end, and that tells when its core does.
    private func makeClient(_ loop: EventLoop, onEnd: @escaping @Sendable () -> Void) -> Locked<AsyncHTTPClient?> {
        let canary = Canary(onEnd: onEnd)
        var configuration = AsyncHTTPClient.Configuration()
        configuration.defaults.prepare = { _ in withExtendedLifetime(canary) {} }
        return Locked(AsyncHTTPClient(loop: loop, configuration: configuration))
    }

    @Test func aClientThatEndsAfterItsLoopIsGoneAsWell() async throws {
        let ends = Locked(0)
        let client = try await withLoop { loop in
            makeClient(loop) { ends.withLock { $0 += 1 } }
        }
        #expect(ends.withLock { $0 } == 0)
        client.withLock { $0 = nil }
        #expect(ends.withLock { $0 } == 1)
    }

    /// The loop refuses posts already, and has not closed its clients yet.
    @Test func clientsMayEndElsewhereWhileTheirLoopCloses() async throws {
        let server = try await onFreshThread { try ScriptedServer { _ in .silence } }
        let ends = Locked(0)
        try await onFreshThread {
            let loop = try EventLoop()
            let others = (0..<20).map { _ in makeClient(loop) { ends.withLock { $0 += 1 } } }
            let client = AsyncHTTPClient(loop: loop)
            let ending = Ending {
                let done = DispatchSemaphore(value: 0)
                Thread.detachNewThread {
                    for other in others { other.withLock { $0 = nil } }
                    done.signal()
                }
                done.wait()
            }
            _ = try client.start(HTTPRequest(server.url), delegate: ending)
            try loop.run { await loop.yield() }
            try loop.close()
            #expect(ends.withLock { $0 } == 20)
            withExtendedLifetime(client) {}
        }
    }

    @Test func prepareMayCloseItsClient() async throws {
        try await withClient { loop, client, base in
            var request = client.request("\(base)/bytes/1")
            request.prepare = { _ in client.close() }
            await expectFailure("closed") { [request] in try await client.fetch(request) }
            #expect(client.activeCount == 0)
            #expect(client.shardCount == 0)
            #expect(client.connectionCount == 0)
        }
    }

    @Test func prepareMayCancelItsTransfer() async throws {
        try await withClient(maxClients: 1) { loop, client, base in
            let blocker = try client.start(client.request("\(base)/stall"), delegate: Nobody())
            nonisolated(unsafe) var queued: Transfer?
            var request = client.request("\(base)/stall")
            request.requestTimeout = .zero
            request.prepare = { _ in queued?.cancel() }
            queued = try client.start(request, delegate: Nobody())
            blocker.cancel()
            #expect(queued?.phase == .done)
            #expect(client.activeCount == 0)
            let count = try await client.fetch("\(base)/bytes/3").body.count
            #expect(count == 3)
        }
    }
}

private final class Canary: Sendable {
    private let onEnd: @Sendable () -> Void
    init(onEnd: @escaping @Sendable () -> Void) { self.onEnd = onEnd }
    deinit { onEnd() }
}

private final class Ending: TransferDelegate {
    private let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
    func transfer(_ transfer: Transfer, didReceive head: HTTPResponseHead) {}
    func transfer(_ transfer: Transfer, didReceiveBody bytes: RawSpan) -> Transfer.BodyAction { .continue }
    func transfer(_ transfer: Transfer, didFinish summary: TransferSummary, error: HTTPClientError?) { body() }
}
