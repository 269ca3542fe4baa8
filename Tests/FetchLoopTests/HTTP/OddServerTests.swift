import CCurl
import FetchLoop
import Testing
import TestSupport

/// Servers that do what the embedded origin never would, byte by byte.
@Suite(.timeLimit(.minutes(5))) struct OddServerTests {
    private func withServer(
        _ answer: @escaping @Sendable (String) -> ScriptedServer.Answer,
        _ body:
            nonisolated(nonsending) @escaping @Sendable (EventLoop, AsyncHTTPClient, ScriptedServer) async throws ->
            Void
    ) async throws {
        let server = try await onFreshThread { try ScriptedServer(answer) }
        // One slot: each request gets the handle of the one before.
        try await withClient(maxClients: 1) { loop, client, _ in try await body(loop, client, server) }
    }

    @Test func a304WithAContentLengthHasNoBodyAndKeepsTheConnection() async throws {
        try await withServer { _ in
            .text("HTTP/1.1 304 Not Modified\r\nContent-Length: 42\r\n\r\n")
        } _: {
            _, client, server in
            for index in 0..<2 {
                let response = try await client.fetch(server.url)
                #expect(response.status == 304)
                #expect(response.body.isEmpty)
                #expect(response.summary.connectCount == (index == 0 ? 1 : 0))
            }
        }
    }

    @Test func headWithAContentLengthHasNoBody() async throws {
        try await withServer { _ in
            .text("HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n")
        } _: { _, client, server in
            for _ in 0..<2 {
                let response = try await client.fetch(HTTPRequest(server.url, method: "HEAD"))
                #expect(response.headers["Content-Length"] == "42")
                #expect(response.body.isEmpty)
            }
        }
    }

    @Test func aReasonOfTheServersOwnIsKept() async throws {
        try await withServer { _ in
            .text("HTTP/1.1 200 Custom reason, really\r\nContent-Length: 0\r\n\r\n")
        } _: {
            _, client, server in
            let reason = try await client.fetch(server.url).reason
            #expect(reason == "Custom reason, really")
        }
    }

    @Test func noReasonAtAllIsAllRight() async throws {
        try await withServer { _ in
            .text("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n")
        } _: { _, client, server in
            let response = try await client.fetch(server.url)
            #expect(response.status == 200)
            #expect(response.reason == "")
        }
    }

    @Test func continuationLinesAndLatin1AreRead() async throws {
        let head = Array("HTTP/1.1 200 OK\r\nX-Folded: one\r\n two\r\nX-Name: caf".utf8) + [0xE9]
        try await withServer { _ in
            .send(head + Array("\r\nContent-Length: 0\r\n\r\n".utf8))
        } _: {
            _, client, server in
            let response = try await client.fetch(server.url)
            #expect(response.headers["X-Name"] == "caf\u{E9}")
            #expect(response.headers["X-Folded"] == "one two")
        }
    }

    @Test func aLargeHeadIsRefused() async throws {
        let line = "X-Filler: \(String(repeating: "v", count: 1000))\r\n"
        let head = "HTTP/1.1 200 OK\r\n\(String(repeating: line, count: 200))Content-Length: 0\r\n\r\n"
        try await withServer { _ in
            .text(head)
        } _: { _, client, server in
            let fields = try await client.fetch(server.url).headers.values("X-Filler").count
            #expect(fields == 200)
            var request = HTTPRequest(server.url)
            request.maxHeadBytes = 100 << 10
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch HTTPClientError.headTooLarge(let limit) {
                #expect(limit == 100 << 10)
            }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r", "HTTP/1.1 100 Continue\r\n\r\n",
    ])
    func aConnectionThatEndsWithinTheHeadIsAFailure(head: String) async throws {
        try await withServer { _ in
            .last(Array(head.utf8))
        } _: { _, client, server in
            do {
                let response = try await client.fetch(server.url)
                Issue.record("must throw, but answered \(response.status)")
            } catch HTTPClientError.curl(_, _, let phase) {
                #expect(phase == .response)
            }
        }
    }

    @Test func anEndlessLineInTheHeadIsNamedForWhatItIs() async throws {
        let head = "HTTP/1.1 200 OK\r\nX-Long: \(String(repeating: "v", count: 200_000))\r\n\r\n"
        try await withServer { _ in
            .text(head)
        } _: { _, client, server in
            do {
                _ = try await client.fetch(server.url)
                Issue.record("must throw")
            } catch HTTPClientError.curl(_, let message, let phase) {
                #expect(message == "a line of the response's head is longer than 100 KiB")
                #expect(phase == .response)
            }
        }
    }

    @Test func interimHeadsWithoutEndAreRefused() async throws {
        let hints = String(repeating: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", count: 20_000)
        try await withServer { _ in
            .text(hints + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        } _: {
            _, client, server in
            do {
                _ = try await client.fetch(server.url)
                Issue.record("must throw")
            } catch HTTPClientError.headTooLarge {}
        }
    }

    @Test func interimHeadsAreNotTheResponses() async throws {
        let answer = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
        try await withServer { _ in
            .text(answer)
        } _: { _, client, server in
            var statuses: [Int] = []
            let response = try await client.fetch(
                HTTPRequest(server.url), onHead: { statuses.append($0.status) }, onBody: { _ in })
            #expect(statuses == [200])
            #expect(response.headers["Link"] == nil)
        }
    }

    @Test func chunkedThenTheEndOfTheConnectionIsWhole() async throws {
        let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n"
        try await withServer { _ in
            .last(Array(answer.utf8))
        } _: { _, client, server in
            for _ in 0..<2 {
                let text = try await client.fetch(server.url).text
                #expect(text == "hi!")
            }
        }
    }

    @Test func trailersDoNotEndUpInTheHead() async throws {
        let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Trailer: 1\r\n\r\n"
        try await withServer { _ in
            .text(answer)
        } _: { _, client, server in
            let response = try await client.fetch(server.url)
            #expect(response.text == "hi")
            #expect(response.headers["X-Trailer"] == nil)
        }
    }

    @Test func aConnectionThatTheServerClosedMeanwhileIsReplaced() async throws {
        try await withServer { _ in
            .last(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".utf8))
        } _: {
            loop, client, server in
            for _ in 0..<5 {
                let text = try await client.fetch(server.url).text
                #expect(text == "hi")
                await loop.yield()
            }
        }
    }

    @Test func anAnswerBeforeTheBodyWasSentEndsTheRequest() async throws {
        try await withServer { _ in
            .last(Array("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n".utf8))
        } _: {
            _, client, server in
            var request = HTTPRequest(
                server.url, method: "POST", body: .bytes([UInt8](repeating: 120, count: 1_000_000)))
            request.expectContinuePatiently()
            let status = try await client.fetch(request, raiseError: false).status
            #expect(status == 413)
            #expect(server.requests.count == 1)
            #expect(server.requests.first?.contains("Expect: 100-continue\r\n") == true)
            #expect(server.requests.first?.contains("xxx") == false, "the body stayed here")
        }
    }

    @Test func ifModifiedSinceIsSentAndA200StaysA200() async throws {
        let answer = "HTTP/1.1 200 OK\r\nLast-Modified: Thu, 01 Jan 1970 00:00:01 GMT\r\nContent-Length: 2\r\n\r\nhi"
        try await withServer { _ in
            .text(answer)
        } _: { _, client, server in
            var request = HTTPRequest(server.url)
            request.ifModifiedSince = 784_111_777
            let response = try await client.fetch(request)
            #expect(response.status == 200)
            #expect(response.summary.status == 200)
            #expect(response.text == "hi")
            #expect(server.requests[0].contains("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"))
        }
    }

    @Test func cookiesAreSentWhenGivenAndNeverKept() async throws {
        let answer = "HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nContent-Length: 0\r\n\r\n"
        try await withServer { _ in
            .text(answer)
        } _: { _, client, server in
            var request = HTTPRequest(server.url)
            request.cookie = "mine=2"
            _ = try await client.fetch(request)
            _ = try await client.fetch(server.url)
            #expect(server.requests[0].contains("Cookie: mine=2\r\n"))
            #expect(!server.requests[1].contains("Cookie"))
        }
    }

    @Test func anEmptyFieldIsSentWhenItIsNamedSoAndRemovesAnotherOtherwise() async throws {
        try await withServer { _ in
            .text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        } _: { _, client, server in
            var request = HTTPRequest(server.url)
            request.emptyHeaders = ["X-Empty"]
            request.headers = ["Accept": ""]
            _ = try await client.fetch(request)
            _ = try await client.fetch(server.url)
            #expect(server.requests[0].contains("\r\nX-Empty:\r\n"))
            #expect(!server.requests[0].contains("\r\nAccept:"))
            #expect(!server.requests[1].contains("\r\nX-Empty"))
            #expect(server.requests[1].contains("\r\nAccept: */*\r\n"))
            for name in ["", "X A", "X:"] {
                request.emptyHeaders = [name]
                await expectFailure("invalidRequest") { [request] in try await client.fetch(request) }
            }
        }
    }

    @Test func thePrepareHookHasTheLastWordForItsRequestOnly() async throws {
        try await withServer { _ in
            .text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        } _: { _, client, server in
            var request = HTTPRequest("\(server.url)/as-asked")
            request.prepare = { handle in ccurl_set_string(handle.pointer, CURLOPT_REQUEST_TARGET, "/as-prepared") }
            for _ in 0..<2 { _ = try await client.fetch(request) }
            _ = try await client.fetch("\(server.url)/as-asked")
            let targets = server.requests.map { $0.split(separator: " ")[1] }
            #expect(targets == ["/as-prepared", "/as-prepared", "/as-asked"])
        }
    }
}

extension HTTPRequest {
    /// Sends no body before it is asked for; libcurl waits a second, which may be short on a loaded machine.
    mutating func expectContinuePatiently() {
        self.expectContinue = true
        self.prepare = { handle in ccurl_set_long(handle.pointer, CURLOPT_EXPECT_100_TIMEOUT_MS, 100_000) }
    }
}
