import FetchLoop
import TestSupport
import Testing

@testable import fetchtop

@Suite struct EngineFailureMappingTests {
    /// Fetches from a server that gives this answer, and then ends the connection unless there is a time limit.
    private func failure(_ answer: String, limit: Duration? = nil) async throws -> FetchFailure? {
        try await onFreshThread {
            let server = try ScriptedServer { _ in limit == nil ? .last(Array(answer.utf8)) : .text(answer) }
            let loop = try EventLoop()
            var options = RunOptions()
            if limit != nil { options.retry.count = 0 }
            options.time.total = limit
            let client = try CurlTransferClient(loop: loop, options: options)
            let session = Session(
                loop: loop, options: options, client: client,
                source: SequenceSource(loop: loop, jobs: [FetchJob(url: server.url + "/")]))
            session.onIdle = { loop.stop() }
            session.start()
            try loop.run()
            session.onIdle = {}
            client.close()
            return session.store[FetchID(index: 0)].detail?.attempts.last?.failure
        }
    }

    @Test(arguments: [
        ("\u{1}\u{2}garbage\r\n\r\n", FailureKind.badResponse, 1),
        ("HTTP/1.1 000 Zero\r\nContent-Length: 0\r\n\r\n", .badResponse, 1),
        ("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", .badResponse, 8),
        ("HTTP/1.1 302 x\r\nLocation: ftp://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", .invalidURL, 1),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", .truncated, 18),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", .badResponse, 56),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\n", .badResponse, 56),
    ])
    func whatTheServerDidIsNotCalledTheURLsFault(answer: String, kind: FailureKind, exitCode: Int) async throws {
        let failure = try #require(try await failure(answer))
        #expect(failure.kind == kind, "\(failure.message)")
        #expect(Int(failure.exitCode) == exitCode)
        #expect((failure.phase == .response) == (kind == .badResponse && exitCode != 56))
        #expect(exitCode != 56 || failure.phase == .body)
    }

    @Test(arguments: [
        ("CONNECT tunnel failed, response 407", FailureKind.refused), ("CONNECT tunnel failed, response 403", .refused),
        ("CONNECT tunnel failed, response 408", .reset), ("CONNECT tunnel failed, response 429", .reset),
        ("CONNECT tunnel failed, response 502", .reset), ("CONNECT tunnel failed, response 503", .reset),
        ("Proxy CONNECT aborted", .reset),
    ])
    func aProxyThatIsBusyOrLostHasRefusedNothing(message: String, kind: FailureKind) {
        let failure = FetchFailure(HTTPClientError.curl(code: 56, message: message, phase: .connect))
        #expect(failure.kind == kind && failure.phase == .connect && failure.exitCode == 56)
        #expect(failure.message == message)
        let policy = RetryPolicy(options: RunOptions.Retry(), accept: RunOptions().accept)
        let outcome = RetryPolicy.Outcome(number: 1, status: 0, failure: kind)
        let verdict = policy.verdict(after: outcome, retries: 3, sinceFirst: .zero, method: "GET", random: 0)
        #expect((verdict == .finish(.failed)) == (kind == .refused))
    }

    /// A short time may be over before the body began, on a busy machine.
    @Test func aTimeoutSaysHowFarTheBodyCame() async throws {
        var last: FetchFailure?
        for limit in [200, 1000, 5000, 20_000] where last?.message.hasSuffix("received") != true {
            last = try await failure(
                "HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\nok", limit: .milliseconds(limit))
        }
        #expect(last?.phase == .body && last?.kind == .timeout && last?.exitCode == 28)
        #expect(last?.message.hasSuffix(" ms with 2 of 200 bytes received") == true)
    }
}
