import FetchLoop
import Testing
import TestSupport

/// The head of a response without a body, where libcurl might have gone on to another hop, is delivered when the
/// transfer is over already: what a delegate does then must not end the transfer a second time.
@Suite(.timeLimit(.minutes(5))) struct LastHeadTests {
    private static func notModified(_ request: String) -> ScriptedServer.Answer {
        .text("HTTP/1.1 304 Not Modified\r\nX-Path: \(request.split(separator: " ")[1])\r\n\r\n")
    }

    @Test func cancelFromTheLastHeadIsSafe() async throws {
        let server = try await onFreshThread { try ScriptedServer(Self.notModified) }
        try await withClient { loop, client, _ in
            let receiver = HeadReceiver { transfer, _ in transfer.cancel() }
            let other = loop.spawn { try await client.fetch("\(server.url)/other") }
            _ = try client.start(HTTPRequest("\(server.url)/first"), delegate: receiver)
            _ = try await other.value
            try await loop.wait(for: "the slot") { client.activeCount == 0 }
            #expect(receiver.heads == 1)
            #expect(!receiver.isFinished)
            // Had the handle been given back twice, both of these would run on it.
            let answers = try await loop.gather(
                ["a", "b", "c"].map { path in { try await client.fetch("\(server.url)/\(path)").headers["X-Path"] } })
            #expect(answers == ["/a", "/b", "/c"])
            #expect(client.activeCount == 0)
        }
    }

    @Test func closeFromTheLastHeadIsSafe() async throws {
        let server = try await onFreshThread { try ScriptedServer(Self.notModified) }
        try await withClient { loop, client, _ in
            let receiver = HeadReceiver { _, client in client?.close() }
            receiver.client = client
            _ = try client.start(HTTPRequest("\(server.url)/"), delegate: receiver)
            try await loop.wait(for: "the end") { receiver.isFinished }
            #expect(receiver.heads == 1)
            #expect(client.activeCount == 0)
        }
    }
}

private final class HeadReceiver: TransferDelegate {
    private let onHead: (Transfer, AsyncHTTPClient?) -> Void
    var client: AsyncHTTPClient?
    var heads = 0
    var isFinished = false

    init(_ onHead: @escaping (Transfer, AsyncHTTPClient?) -> Void) { self.onHead = onHead }

    func transfer(_ transfer: Transfer, didReceive head: HTTPResponseHead) {
        heads += 1
        onHead(transfer, client)
    }

    func transfer(_ transfer: Transfer, didReceiveBody bytes: RawSpan) -> Transfer.BodyAction { .continue }

    func transfer(_ transfer: Transfer, didFinish summary: TransferSummary, error: HTTPClientError?) {
        isFinished = true
    }
}
