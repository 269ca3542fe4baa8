import FetchLoop
import TestSupport
import Testing

@testable import fetchtop

@Suite struct EngineFailureMappingTests {
    /// Fetches from a server that gives this answer.
    private func failure(_ answer: String) async throws -> FetchFailure? {
        try await onFreshThread {
            let server = try ScriptedServer { _ in .last(Array(answer.utf8)) }
            let loop = try EventLoop()
            let client = try CurlTransferClient(loop: loop, options: RunOptions())
            let session = Session(
                loop: loop, options: RunOptions(), client: client,
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
    ])
    func whatTheServerDidIsNotCalledTheURLsFault(answer: String, kind: FailureKind, exitCode: Int) async throws {
        let failure = try #require(try await failure(answer))
        #expect(failure.kind == kind, "\(failure.message)")
        #expect(Int(failure.exitCode) == exitCode)
        #expect((failure.phase == .response) == (kind == .badResponse))
    }
}
