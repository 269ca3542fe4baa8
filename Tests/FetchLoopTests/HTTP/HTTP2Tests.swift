import FetchLoop
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct HTTP2Tests {
    @Test func manyStreamsShareFewConnections() async throws {
        try await withClient(.nginxHTTP2, maxClients: 300) { loop, client, base in
            let futures = (0..<300).map { index in
                loop.spawn { try await client.fetch("\(base)/bytes/\(index)") }
            }
            var connections = 0
            for (index, future) in futures.enumerated() {
                let response = try await future.value
                #expect(response.body.count == index)
                #expect(response.summary.httpVersion == "2")
                connections += response.summary.connectCount
            }
            // One for each multi handle; nginx takes 128 streams a connection.
            #expect(connections <= 8)
        }
    }

    @Test func aCancelledStreamLeavesTheOthersAlone() async throws {
        try await withClient(.nginxHTTP2) { loop, client, base in
            _ = try await client.fetch("\(base)/bytes/1")
            let stalled = loop.spawn { try await client.fetch("\(base)/stall") }
            let others = (0..<20).map { _ in loop.spawn { try await client.fetch("\(base)/delay/20/10") } }
            stalled.cancel()
            for other in others {
                let response = try await other.value
                #expect(response.body.count == 10)
                #expect(response.summary.connectCount == 0)
            }
        }
    }

    @Test func priorKnowledgeSpeaksHTTP2WithoutTLS() async throws {
        let server = try await onFreshThread { try NghttpServer() }
        try await withClient(maxClients: 50) { loop, client, _ in
            let futures = (0..<50).map { _ in
                loop.spawn {
                    var request = HTTPRequest("\(server.url)/hello")
                    request.version = .http2PriorKnowledge
                    return try await client.fetch(request)
                }
            }
            var connections = 0
            for future in futures {
                let response = try await future.value
                #expect(response.text == "hello over h2c")
                #expect(response.summary.httpVersion == "2")
                connections += response.summary.connectCount
            }
            // Before 8.0 libcurl cannot share such connections (curl issue 10634).
            #expect(connections == (CurlFeatures.current().version.hasPrefix("7.") ? 50 : 1))
        }
    }

    @Test func versionsCanBeAskedFor() async throws {
        for (version, expected) in [(HTTPVersionPolicy.http11, "1.1"), (.http2, "2"), (.automatic, "2")] {
            try await withClient(.nginxHTTP2) { _, client, base in
                var request = client.request("\(base)/bytes/1")
                request.version = version
                let got = try await client.fetch(request).summary.httpVersion
                #expect(got == expected)
            }
        }
        try await withClient { _, client, base in
            var request = client.request("\(base)/bytes/1")
            request.version = .http10
            let got = try await client.fetch(request).body.count
            #expect(got == 1)
        }
    }

    @Test func aVersionThatThisLibcurlLacksIsRefusedAndNotReplaced() async throws {
        guard !CurlFeatures.current().features.contains("HTTP3") else { return }
        try await withClient { _, client, base in
            var request = client.request("\(base)/bytes/1")
            request.version = .http3
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch HTTPClientError.invalidRequest(let reason) {
                #expect(reason.contains("HTTP version"))
            }
        }
    }
}
