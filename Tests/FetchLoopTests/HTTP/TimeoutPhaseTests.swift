import Testing
import TestSupport

@testable import FetchLoop

/// How far a transfer had come when its time was over.
@Suite(.timeLimit(.minutes(5))) struct TimeoutPhaseTests {
    /// Fetches with longer and longer limits until the phase and the end of the message are the expected ones: on a busy
    /// machine a short time may be over while the transfer connects.
    private func expect(
        _ expected: HTTPClientError.TimeoutPhase, _ ending: String, _ client: AsyncHTTPClient, _ request: HTTPRequest
    ) async throws {
        var last: (phase: HTTPClientError.TimeoutPhase, message: String)?
        for limit in [200, 1000, 5000, 20_000] where last?.phase != expected || last?.message.hasSuffix(ending) != true
        {
            var limited = request
            limited.requestTimeout = .milliseconds(limit)
            last = try await timeout(client, limited)
        }
        #expect(last?.phase == expected)
        let message = last?.message ?? ""
        #expect(message.hasPrefix("timed out after ") && message.hasSuffix(" \(ending)"), "\(message)")
    }

    private func timeout(
        _ client: AsyncHTTPClient, _ request: HTTPRequest
    ) async throws -> (phase: HTTPClientError.TimeoutPhase, message: String)? {
        do {
            _ = try await client.fetch(request)
        } catch HTTPClientError.timeout(let phase, let message) {
            return (phase, message)
        }
        return nil
    }

    @Test func ofTheBody() async throws {
        let server = try await onFreshThread {
            try ScriptedServer { request in
                .text("HTTP/1.1 200 OK\r\n\(request.hasPrefix("GET /known") ? "Content-Length: 200\r\n" : "")\r\nok")
            }
        }
        try await withClient { _, client, _ in
            try await expect(.body, "with 2 of 200 bytes received", client, HTTPRequest("\(server.url)/known"))
            try await expect(.body, "with 2 bytes received", client, HTTPRequest("\(server.url)/unknown"))
        }
    }

    @Test func ofTheResponse() async throws {
        let server = try await onFreshThread { try ScriptedServer { _ in .silence } }
        try await withClient { _, client, _ in
            try await expect(.response, "waiting for the response", client, HTTPRequest(server.url))
            let body = HTTPRequest(server.url, method: "POST", body: .text("sent at once"))
            try await expect(.response, "waiting for the response", client, body)
        }
    }

    @Test func ofTheResponseOfALaterHop() async throws {
        let server = try await onFreshThread {
            try ScriptedServer { request in
                request.hasPrefix("GET /next ")
                    ? .silence
                    : .text("HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n")
            }
        }
        try await withClient { _, client, _ in
            try await expect(.response, "waiting for the response", client, HTTPRequest(server.url))
        }
    }

    @Test(arguments: [10, nil] as [Int64?])
    func ofARequestWhoseBodyIsNotSent(length: Int64?) async throws {
        let server = try await onFreshThread { try ScriptedServer { _ in .silence } }
        try await withClient { loop, client, _ in
            nonisolated(unsafe) let loop = loop
            let body = HTTPBody.restartable(length: length) {
                nonisolated(unsafe) var pieces = [Array("abc".utf8)]
                return {
                    if let piece = pieces.popLast() { return piece }
                    try await loop.sleep(for: .seconds(1000))
                    return nil
                }
            }
            // In chunks there is more to send than the body.
            let progress = length.map { "with 3 of \($0) bytes sent" } ?? "bytes sent"
            try await expect(
                .request, progress, client, HTTPRequest(server.url, method: "POST", body: body))
        }
    }

    /// Every text that libcurl 7.88.1, 8.5, 8.10, 8.14 or 8.21 has for a time that is over, with OpenSSL.
    @Test(arguments: [
        ("Resolving timed out after 20 milliseconds", CurlTimeout.connect),
        ("name lookup timed out", .connect),
        ("Failed to resolve 'a.test' with timeout after 20 ms", .connect),  // 8.21
        ("Connection timed out after 20 milliseconds", .connect),
        ("Connection timeout after 20 ms", .connect),
        ("Connection time-out", .connect),
        ("Failed to connect to a.test port 1 after 20 ms: Timeout was reached", .connect),
        ("Failed to connect to a.test:1 via proxy:2 after 20 ms: Timeout was reached", .connect),  // 8.x
        ("SSL connection timeout", .connect),
        ("Proxy CONNECT aborted due to timeout", .connect),
        ("Operation timed out after 300 milliseconds with 2 out of 200 bytes received", .transfer),
        ("Operation timed out after 300 milliseconds with 0 bytes received", .transfer),
        ("Operation timed out while decoding payload", .transfer),  // 8.21
        ("Operation too slow. Less than 10 bytes/sec transferred the last 1 seconds", nil),
        ("Timeout was reached", .transfer),
    ])
    func libcurlsWordsAreTold(message: String, timeout: CurlTimeout?) {
        #expect(CurlTimeout(message) == timeout)
    }
}
