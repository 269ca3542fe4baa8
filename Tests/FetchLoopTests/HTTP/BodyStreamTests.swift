import FetchLoop
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct BodyStreamTests {
    @Test(arguments: SuiteServer.allCases)
    func piecesArriveInOrderAndTheHeadBeforeThem(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            let whole = try await client.fetch("\(base)/bytes/300000").body
            let stream = try client.stream(client.request("\(base)/bytes/300000"))
            let status = try await stream.head.status
            #expect(status == 200)
            #expect(stream.summary == nil)
            var received: [UInt8] = []
            for try await piece in stream { received += piece }
            #expect(received == whole)
            #expect(stream.summary?.downloadBytes == 300_000)
        }
    }

    @Test func aSlowConsumerPausesTheTransfer() async throws {
        try await withClient { loop, client, base in
            let stream = try client.stream(client.request("\(base)/bytes/3000000"))
            _ = try await stream.head
            // However often the loop turns, no more arrives than is buffered.
            let before = try await client.fetch("\(base)/bytes/1").summary
            #expect(before.status == 200)
            for _ in 0..<500 { await loop.yield() }
            #expect(client.activeCount == 1)
            #expect(stream.summary == nil, "it cannot end while nobody reads")
            var count = 0
            for try await piece in stream {
                count += piece.count
                await loop.yield()
            }
            #expect(count == 3_000_000)
        }
    }

    @Test func leavingTheLoopEndsTheTransfer() async throws {
        try await withClient { loop, client, base in
            for try await piece in try client.stream(client.request("\(base)/bytes/3000000")) {
                #expect(!piece.isEmpty)
                break
            }
            #expect(client.activeCount == 0)
        }
    }

    @Test func cancellingTheConsumerEndsTheTransfer() async throws {
        try await withClient { loop, client, base in
            var count = 0
            let consumer = loop.spawn {
                for try await piece in try client.stream(client.request("\(base)/stall-body")) { count += piece.count }
            }
            try await loop.wait(for: "a piece") { count > 0 }
            #expect(client.activeCount == 1)
            consumer.cancel()
            for _ in 0..<4 { await loop.yield() }
            #expect(client.activeCount == 0)
        }
    }

    @Test func cancellingTheConsumerEndsTheTransferEvenIfTheStreamIsKept() async throws {
        try await withClient { loop, client, base in
            let stream = try client.stream(client.request("\(base)/stall-body"))
            _ = try await stream.head
            let consumer = loop.spawn { for try await _ in stream {} }
            for _ in 0..<4 { await loop.yield() }
            consumer.cancel()
            for _ in 0..<4 { await loop.yield() }
            #expect(client.activeCount == 0)
            withExtendedLifetime(stream) {}
        }
    }

    @Test func anErrorsStatusIsThrownWithItsBodyUnlessToldOtherwise() async throws {
        try await withClient { _, client, base in
            do {
                for try await _ in try client.stream(client.request("\(base)/status/503")) {
                    Issue.record("no piece comes")
                }
                Issue.record("must throw")
            } catch HTTPClientError.status(let response) {
                #expect(response.status == 503)
                #expect(response.text == "status 503\n")
            }
            var text: [UInt8] = []
            for try await piece in try client.stream(client.request("\(base)/status/503"), raiseError: false) {
                text += piece
            }
            #expect(String(decoding: text, as: UTF8.self) == "status 503\n")
        }
    }

    @Test(arguments: ["reset", "hangup-body", "bad-gzip"])
    func aFailureIsThrownAndThrownAgain(path: String) async throws {
        try await withClient { _, client, base in
            let stream = try client.stream(client.request("\(base)/\(path)"))
            var iterator = stream.makeAsyncIterator()
            for _ in 0..<2 {
                do {
                    while try await iterator.next() != nil {}
                    Issue.record("must throw")
                } catch HTTPClientError.curl {}
            }
        }
    }

    @Test func aSecondConsumerIsRefusedAndTheFirstGoesOn() async throws {
        let server = try await onFreshThread { try ScriptedServer { _ in .silence } }
        try await withClient { loop, client, _ in
            let stream = try client.stream(HTTPRequest(server.url))
            let first = loop.spawn { try await stream.head }
            await loop.yield()
            await expectFailure("invalidRequest") { try await stream.head }
            await expectFailure("invalidRequest") {
                var iterator = stream.makeAsyncIterator()
                return try await iterator.next()
            }
            #expect(!first.isDone)
            #expect(client.activeCount == 1)
            client.close()
            await expectFailure("closed") { try await first.value }
        }
    }

    @Test func closeEndsAStream() async throws {
        try await withClient { loop, client, base in
            let consumer = loop.spawn {
                for try await _ in try client.stream(client.request("\(base)/stall-body")) {}
            }
            await loop.yield()
            client.close()
            do {
                try await consumer.value
                Issue.record("must throw")
            } catch HTTPClientError.closed {}
        }
    }

    @Test func aLimitThatWasSetHoldsForStreamsToo() async throws {
        try await withClient { _, client, base in
            var request = client.request("\(base)/bytes/5000")
            request.maxBodyBytes = 1000
            do {
                for try await _ in try client.stream(request) {}
                Issue.record("must throw")
            } catch HTTPClientError.bodyTooLarge(let limit) {
                #expect(limit == 1000)
            }
        }
    }
}
