import FetchLoop
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct StreamingTests {
    @Test(arguments: SuiteServer.allCases)
    func headComesBeforePiecesAndOnlyFromTheLastHop(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            var statuses: [Int] = []
            var byteCount = 0
            let response = try await client.fetch(
                client.request("\(base)/redirect-to?url=/chunked/5000/100"), onHead: { statuses.append($0.status) }
            ) { bytes in
                #expect(statuses == [200])
                byteCount += bytes.byteCount
            }
            #expect(statuses == [200])
            #expect(byteCount == 5000)
            #expect(response.body.isEmpty)
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func theHeadComesEarlyToWhoWantsTheBodyWholeToo(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            var heads: [HTTPResponseHead] = []
            var request = client.request("\(base)/redirect-to?url=/chunked/5000/100")
            let response = try await client.fetch(request, onHead: { heads.append($0) }, onBody: nil)
            #expect(heads == [response.head])
            #expect(response.body.count == 5000)
            request.maxBodyBytes = 4999
            await expectFailure("bodyTooLarge") { [request] in
                try await client.fetch(request, onHead: { heads.append($0) }, onBody: nil)
            }
            #expect(heads.map(\.status) == [200, 200])
        }
    }

    @Test(arguments: ["POST", "PUT"], [nil, 3000] as [Int64?])
    func producedBodiesAreSentChunkedOrWithTheirLength(method: String, length: Int64?) async throws {
        try await withClient { loop, client, base in
            let pieces = Pieces(count: 3, size: 1000)
            let executor = loop.executor
            let body = HTTPBody.stream(length: length) {
                #expect(executor.isCurrent, "the producer is a coroutine of the client's loop")
                return pieces.next()
            }
            let echo = try await Echo(client.fetch(HTTPRequest("\(base)/echo", method: method, body: body)))
            #expect(echo.body.count == 3000)
            #expect(echo["Content-Length"] == length.map { "\($0)" })
            #expect((echo["Transfer-Encoding"] == "chunked") == (length == nil))
        }
    }

    @Test func aProducerThatFailsFailsTheFetch() async throws {
        try await withClient { _, client, base in
            struct Broken: Error {}
            let body = HTTPBody.stream(length: nil) { throw Broken() }
            do {
                _ = try await client.fetch(HTTPRequest("\(base)/echo", method: "POST", body: body))
                Issue.record("must throw")
            } catch HTTPClientError.bodyProducer {}
        }
    }

    @Test func aPausedTransferStopsAndTheRefusedPieceComesAgain() async throws {
        try await withClient { loop, client, base in
            let receiver = PausingReceiver(loop: loop)
            let transfer = try client.start(HTTPRequest("\(base)/bytes/300000"), delegate: receiver)
            try await receiver.paused.future.value
            #expect(transfer.isPaused)
            #expect(transfer.phase == .receive)
            #expect(transfer.expectedBytes == 300_000)
            transfer.resume()
            let got4 = try await receiver.finished.future.value
            #expect(got4 == 300_000)
            #expect(transfer.phase == .done)
        }
    }

    /// Before its head arrives, in the middle of it, and after it.
    @Test(arguments: SuiteServer.allCases)
    func aTransferMayBePausedAtAnyMoment(server: SuiteServer) async throws {
        try await withClient(server) { loop, client, base in
            for turns in 0..<40 {
                let receiver = PausingReceiver(loop: loop, pauses: false)
                let transfer = try client.start(client.request("\(base)/bytes/2000"), delegate: receiver)
                for _ in 0..<turns / 2 { await loop.yield() }
                transfer.pause()
                // Sometimes long enough for the head to arrive meanwhile.
                if turns % 2 == 0 { try await loop.sleep(for: .milliseconds(1)) } else { await loop.yield() }
                transfer.resume()
                let count = try await receiver.finished.future.value
                #expect(count == 2000)
                #expect(receiver.head?.status == 200)
                #expect(receiver.head?.headers["Content-Length"] == "2000")
            }
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func expectContinueWaitsAndAnEarlyAnswerEndsTheRequest(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            var request = client.request(
                "\(base)/upload", method: "POST", body: .bytes([UInt8](repeating: 1, count: 100_000)))
            request.expectContinue = true
            let got5 = try await client.fetch(request).status
            #expect(got5 == 200)
            request = client.request("\(base)/early/413", method: "POST", body: request.body)
            request.expectContinuePatiently()
            let got6 = try await client.fetch(request, raiseError: false).status
            #expect(got6 == 413)
        }
    }

    @Test func closeFromInsideACallbackIsSafe() async throws {
        try await withClient { loop, client, base in
            let receiver = ClosingReceiver(client)
            _ = try client.start(HTTPRequest("\(base)/bytes/300000"), delegate: receiver)
            let other = loop.spawn { try await client.fetch("\(base)/stall") }
            await expectFailure("closed") { try await other.value }
            #expect(receiver.ending != nil)
            #expect(client.activeCount == 0)
            await expectFailure("closed") { try await client.fetch("\(base)/bytes/3") }
        }
    }

    /// Nothing else comes by which libcurl could notice.
    @Test func cancelFromInsideACallbackFreesTheSlotOfATransferThatStalls() async throws {
        try await withClient { loop, client, base in
            let receiver = CancellingReceiver()
            var request = client.request("\(base)/stall-body")
            request.requestTimeout = .zero
            receiver.transfer = try client.start(request, delegate: receiver)
            try await loop.wait(for: "a piece") { receiver.pieces > 0 }
            for _ in 0..<4 { await loop.yield() }
            #expect(client.activeCount == 0)
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func cancelFromInsideACallbackIsSafe(server: SuiteServer) async throws {
        try await withClient(server) { loop, client, base in
            let receiver = CancellingReceiver()
            receiver.transfer = try client.start(client.request("\(base)/bytes/300000"), delegate: receiver)
            try await loop.wait(for: "the slot") { client.activeCount == 0 }
            #expect(receiver.pieces == 1)
            #expect(!receiver.isFinished)
            let got7 = try await client.fetch("\(base)/bytes/3").body.count
            #expect(got7 == 3)
        }
    }
}

/// Pieces of a body; used on one loop only.
private final class Pieces: @unchecked Sendable {
    private var left: Int
    private let size: Int
    init(count: Int, size: Int) { (left, self.size) = (count, size) }
    func next() -> [UInt8]? {
        guard left > 0 else { return nil }
        left -= 1
        return [UInt8](repeating: 120, count: size)
    }
}

private final class PausingReceiver: TransferDelegate {
    let paused: Promise<Void>
    let finished: Promise<Int>
    private(set) var head: HTTPResponseHead?
    private var count = 0
    private var hasPaused: Bool

    init(loop: EventLoop, pauses: Bool = true) {
        paused = Promise(on: loop)
        finished = Promise(on: loop)
        hasPaused = !pauses
    }

    func transfer(_ transfer: Transfer, didReceive head: HTTPResponseHead) { self.head = head }

    func transfer(_ transfer: Transfer, didReceiveBody bytes: RawSpan) -> Transfer.BodyAction {
        if !hasPaused && count > 0 {
            hasPaused = true
            paused.trySucceed(())
            return .pause
        }
        count += bytes.byteCount
        return .continue
    }

    func transfer(_ transfer: Transfer, didFinish summary: TransferSummary, error: HTTPClientError?) {
        if let error { finished.tryFail(error) } else { finished.trySucceed(count) }
    }
}

private final class CancellingReceiver: TransferDelegate {
    var transfer: Transfer?
    var pieces = 0
    var isFinished = false

    func transfer(_ transfer: Transfer, didReceiveBody bytes: RawSpan) -> Transfer.BodyAction {
        pieces += 1
        transfer.cancel()
        return .continue
    }

    func transfer(_ transfer: Transfer, didFinish summary: TransferSummary, error: HTTPClientError?) {
        isFinished = true
    }
}

private final class ClosingReceiver: TransferDelegate {
    let client: AsyncHTTPClient
    var ending: String?

    init(_ client: AsyncHTTPClient) { self.client = client }

    func transfer(_ transfer: Transfer, didReceiveBody bytes: RawSpan) -> Transfer.BodyAction {
        client.close()
        return .continue
    }

    func transfer(_ transfer: Transfer, didFinish summary: TransferSummary, error: HTTPClientError?) {
        ending = error.map { "\($0)" } ?? "whole"
    }
}
