import FetchLoop
import Testing
import TestSupport

/// Transfers that end in the same turn in which others of their multi handle are cancelled: libcurl counts those that
/// run, and the end of one must not get lost in the count.
@Suite(.timeLimit(.minutes(5))) struct CancelledNeighbourTests {
    private static func answer(_ request: String) -> ScriptedServer.Answer {
        request.hasPrefix("GET /hang")
            ? .silence : .text("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }

    /// From the head: libcurl is calling. From the body: a timer fires at the start of the next turn, before the finished
    /// transfers are asked for.
    @Test(arguments: ["head", "timer"])
    func theEndOfATransferThatCancelsAnotherIsTold(place: String) async throws {
        let server = try await onFreshThread { try ScriptedServer(Self.answer) }
        try await withClient { loop, client, _ in
            let straggler = try client.start(HTTPRequest("\(server.url)/hang"), delegate: Ending())
            try await loop.wait(for: "the request that is never answered") { straggler.phase == .wait }
            let winner = Ending()
            if place == "head" {
                winner.onHead = { straggler.cancel() }
            } else {
                winner.onBody = { loop.after(.zero) { straggler.cancel() } }
            }
            _ = try client.start(HTTPRequest("\(server.url)/quick"), delegate: winner)
            try await loop.wait(for: "the end of the quick transfer") { winner.count == 1 }
            #expect(winner.error == nil)
            #expect(client.activeCount == 0)
        }
    }

    /// More ends in one turn than are handed out in one, and the first of them cancels everything that is slow.
    @Test func endsThatWaitForTheNextTurnAreTold() async throws {
        try await withClient { loop, client, _ in
            let listener = try TCPListener(on: loop)
            let gate = AsyncEvent(on: loop)
            var waiting = 0
            let server = loop.spawn {
                while let connection = try await listener.accept() {
                    loop.spawn {
                        let request = String(decoding: try await connection.read() ?? [], as: UTF8.self)
                        waiting += 1
                        if request.contains("/hang") { try await loop.sleep(for: .seconds(1000)) }
                        try await gate.wait()
                        try await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                        try await loop.sleep(for: .seconds(1000))
                    }
                }
            }
            let url = "http://127.0.0.1:\(listener.port)"
            let stragglers = try (0..<40).map { _ in try client.start(HTTPRequest("\(url)/hang"), delegate: Ending()) }
            let quick = (0..<20).map { _ in Ending() }
            for ending in quick {
                ending.onEnd = { for straggler in stragglers { straggler.cancel() } }
                _ = try client.start(HTTPRequest("\(url)/quick"), delegate: ending)
            }
            try await loop.wait(for: "every request") { waiting == 60 }
            gate.set()
            try await loop.wait(for: "the end of every quick transfer") { quick.allSatisfy { $0.count == 1 } }
            #expect(quick.allSatisfy { $0.error == nil })
            #expect(client.activeCount == 0)
            server.cancel()
        }
    }
}

/// Notes how a transfer ends, and does something on the way.
private final class Ending: TransferDelegate {
    var onHead: () -> Void = {}
    var onBody: () -> Void = {}
    var onEnd: () -> Void = {}
    private(set) var count = 0
    private(set) var error: HTTPClientError?

    func transfer(_ transfer: Transfer, didReceive head: HTTPResponseHead) { onHead() }

    func transfer(_ transfer: Transfer, didReceiveBody bytes: RawSpan) -> Transfer.BodyAction {
        onBody()
        return .continue
    }

    func transfer(_ transfer: Transfer, didFinish summary: TransferSummary, error: HTTPClientError?) {
        count += 1
        self.error = error
        onEnd()
    }
}
