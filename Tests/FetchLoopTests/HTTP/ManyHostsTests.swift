import TestSupport
import Testing

@testable import FetchLoop

/// What libcurl would do slower and slower the more hosts it has seen.
@Suite(.timeLimit(.minutes(5))) struct ManyHostsTests {
    /// An answer is looked at now and then, not at the end of each transfer.
    @Test func namesAreThrownOutOnceAMinuteOrWhenThereAreMany() {
        let start = LoopInstant(nanoseconds: 1_000)
        let names = NameCache(now: start)
        #expect(names.lifetimeOfNext(now: start.advanced(by: .seconds(59)), opened: 2_047) == NameCache.forever)
        #expect(names.lifetimeOfNext(now: start.advanced(by: .seconds(60)), opened: 2_047) == 60)
        #expect(names.lifetimeOfNext(now: start.advanced(by: .seconds(60)), opened: 2_047) == NameCache.forever)
        #expect(names.lifetimeOfNext(now: start.advanced(by: .seconds(61)), opened: 2_047 + 2_048) == 5)
        #expect(
            names.lifetimeOfNext(now: start.advanced(by: .seconds(120)), opened: 2_047 + 2_048) == NameCache.forever)
        #expect(names.lifetimeOfNext(now: start.advanced(by: .seconds(121)), opened: 2_047 + 2_048) == 60)
    }

    /// A multi handle is replaced after so many connections; what it has under way goes on to its end.
    @Test func aMultiHandleThatHasSeenManyConnectionsIsReplaced() async throws {
        try await withClient { loop, client, base in
            let first = loop.spawn { try await client.fetch("\(base)/delay/200000/1") }
            var request = HTTPRequest("\(base)/bytes/1")
            request.headers["Connection"] = "close"
            for _ in 0..<ShardPool.mostConnections / 64 {
                let fetches = (0..<64).map { [request] _ in loop.spawn { try await client.fetch(request).status } }
                let statuses = try await loop.gather(fetches)
                #expect(statuses.allSatisfy { $0 == 200 })
            }
            // The next finds it worn out.
            _ = try await client.fetch(request)
            #expect(client.shardCount == 2 && client.activeCount == 1)
            #expect(!first.isDone)
            first.cancel()
            try await loop.wait(for: "the end of the first multi handle") { client.shardCount == 1 }
            let status = try await client.fetch("\(base)/bytes/1").status
            #expect(status == 200)
        }
    }

    /// The client may end while one waits for its end.
    @Test func aReplacedMultiHandleEndsWithItsClient() async throws {
        try await withClient { loop, client, base in
            let first = loop.spawn { try await client.fetch("\(base)/delay/200000/1") }
            var request = HTTPRequest("\(base)/bytes/1")
            request.headers["Connection"] = "close"
            for _ in 0...ShardPool.mostConnections / 64 {
                let fetches = (0..<64).map { [request] _ in loop.spawn { try await client.fetch(request).status } }
                _ = try await loop.gather(fetches)
            }
            #expect(client.shardCount == 2)
            client.close()
            await expectFailure("closed") { _ = try await first.value }
            #expect(client.shardCount == 0)
        }
    }
}
