import FetchLoop
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct FailureTests {
    @Test func aRefusedConnectionNamesItsPhase() async throws {
        try await withClient { _, client, _ in
            do {
                _ = try await client.fetch("http://127.0.0.1:1/")
                Issue.record("must throw")
            } catch let error as HTTPClientError {
                #expect(error.phase == .connect)
                #expect("\(error)".contains("127.0.0.1"))
            }
        }
    }

    @Test func anUnknownHostNamesItsPhase() async throws {
        try await withClient { _, client, _ in
            do {
                _ = try await client.fetch("http://no-such-host.invalid/")
                Issue.record("must throw")
            } catch let error as HTTPClientError {
                #expect(error.phase == .dns)
            }
        }
    }

    @Test func theRequestTimeoutNamesWhatItWasWaitingFor() async throws {
        try await withClient { _, client, base in
            // A connection that stands: on a busy machine making one may take longer than the timeout.
            _ = try await client.fetch("\(base)/bytes/1")
            var request = HTTPRequest("\(base)/stall")
            request.requestTimeout = .milliseconds(250)
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch HTTPClientError.timeout(let phase, _) {
                #expect(phase == .response)
            }
        }
    }

    @Test func theQueueTimeoutNamesTheQueueAndCountsFromTheCall() async throws {
        try await withClient(maxClients: 1) { loop, client, base in
            let blocker = loop.spawn { try await client.fetch("\(base)/stall") }
            var request = HTTPRequest("\(base)/bytes/1")
            request.requestTimeout = .milliseconds(30)
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch HTTPClientError.timeout(let phase, _) {
                #expect(phase == .queue)
            }
            blocker.cancel()
            let got1 = try await client.fetch("\(base)/bytes/1").status
            #expect(got1 == 200)
        }
    }

    @Test func cancellationFreesTheSlotAtOnce() async throws {
        try await withClient(maxClients: 1) { loop, client, base in
            let stalled = loop.spawn { try await client.fetch("\(base)/stall") }
            let next = loop.spawn { try await client.fetch("\(base)/bytes/5") }
            #expect(client.activeCount == 1)
            #expect(client.queuedCount == 1)
            stalled.cancel()
            let got2 = try await next.value.body.count
            #expect(got2 == 5)
            await #expect(throws: CancellationError.self) { try await stalled.value }
            #expect(client.activeCount == 0)
        }
    }

    @Test func cancellingAQueuedFetchLeavesTheQueue() async throws {
        try await withClient(maxClients: 1) { loop, client, base in
            let stalled = loop.spawn { try await client.fetch("\(base)/stall") }
            let queued = loop.spawn { try await client.fetch("\(base)/bytes/5") }
            queued.cancel()
            await loop.yield()
            await loop.yield()
            #expect(client.queuedCount == 0)
            stalled.cancel()
        }
    }

    @Test func aFetchCancelledInTheQueueNeverReachesTheServer() async throws {
        let server = try await onFreshThread {
            try ScriptedServer { request in
                .text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
        }
        try await withClient(maxClients: 1) { loop, client, _ in
            let fetches = ["/first", "/cancelled", "/last"].map { path in
                loop.spawn { try await client.fetch(server.url + path) }
            }
            fetches[1].cancel()
            _ = try await fetches[2].value
            #expect(client.activeCount + client.queuedCount == 0)
        }
        #expect(server.requests.count == 2)
        #expect(!server.requests.contains { $0.contains("/cancelled") })
    }

    @Test func cancellingAFetchOfAnotherExecutorsTaskFreesTheSlotToo() async throws {
        try await withClient { loop, client, base in
            let task = Task.detached { try await client.fetch("\(base)/stall") }
            try await loop.wait(for: "the transfer") { client.activeCount == 1 }
            task.cancel()
            do {
                _ = try await task.value
                Issue.record("must throw")
            } catch HTTPClientError.cancelled {}
            #expect(client.activeCount == 0)
        }
    }

    @Test func closeFailsWhatIsPendingAndQueued() async throws {
        try await withClient(maxClients: 1) { loop, client, base in
            let running = loop.spawn { try await client.fetch("\(base)/stall") }
            let queued = loop.spawn { try await client.fetch("\(base)/bytes/5") }
            client.close()
            for future in [running, queued] {
                do {
                    _ = try await future.value
                    Issue.record("must throw")
                } catch HTTPClientError.closed {}
            }
            await expectFailure("closed") { try await client.fetch("\(base)/bytes/5") }
        }
    }

    @Test(arguments: [
        ("reset", "curl 56 response"), ("reset-head", "curl 56 response"), ("reset-body", "curl 56 body"),
        ("hangup", "curl 52 response"), ("hangup-body", "curl 18 body"), ("chunked-cut/100", "curl 18 body"),
        ("bad-chunk", "curl 56 body"), ("not-http", "curl 1 policy"),
    ])
    func aBrokenResponseIsAnErrorAndTheClientGoesOn(path: String, failure: String) async throws {
        try await withClient { _, client, base in
            await expectFailure(failure) { try await client.fetch("\(base)/\(path)") }
            let got3 = try await client.fetch("\(base)/bytes/3").body.count
            #expect(got3 == 3)
        }
    }

    @Test func aFetchForACancelledTaskNeverStays() async throws {
        try await withClient { loop, client, base in
            let future = loop.spawn {
                await loop.yield()
                return try await client.fetch("\(base)/stall")
            }
            future.cancel()
            for _ in 0..<4 { await loop.yield() }
            #expect(client.activeCount == 0)
        }
    }

    @Test func theSynchronousClientRefusesToStopALoop() async throws {
        try await withLoop { _ in
            let client = try HTTPClient()
            #expect(throws: LoopError.alreadyRunning) { try client.fetch("http://127.0.0.1:1/") }
        }
    }

    @Test func theSynchronousClientFetches() async throws {
        try await onFreshThread {
            let server = try OriginServer()
            let client = try HTTPClient()
            #expect(try client.fetch("\(server.url)/bytes/12").body.count == 12)
            let refusal = #expect(throws: HTTPClientError.self) { try client.fetch("\(server.url)/status/500") }
            #expect(refusal?.description == "HTTP 500 Internal Server Error")
            #expect(try client.fetch(HTTPRequest("\(server.url)/status/500"), raiseError: false).status == 500)
            client.close()
            let late = #expect(throws: HTTPClientError.self) { try client.fetch("\(server.url)/bytes/12") }
            #expect(late?.description == "the client is closed")
        }
    }
}
