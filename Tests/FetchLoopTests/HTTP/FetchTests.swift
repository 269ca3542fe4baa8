import FetchLoop
import Foundation
import Testing
import TestSupport

/// What the origin's `/echo` saw.
struct Echo: Decodable {
    let method: String
    let target: String
    let headers: [[String]]
    let body: String

    init(_ response: HTTPResponse) throws {
        self = try JSONDecoder().decode(Echo.self, from: Data(response.body))
    }

    subscript(name: String) -> String? {
        headers.first { $0[0].lowercased() == name.lowercased() }?[1]
    }
}

@Suite(.timeLimit(.minutes(5))) struct FetchTests {
    @Test(arguments: SuiteServer.allCases)
    func helloHasBodyHeadersAndTimings(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            let response = try await client.fetch("\(base)/bytes/1000")
            #expect(response.status == 200)
            #expect(response.reason == (server == .nginxHTTP2 ? "" : "OK"), "HTTP/2 has no reason phrases")
            #expect(response.summary.httpVersion == (server == .nginxHTTP2 ? "2" : "1.1"))
            #expect(response.body.count == 1000)
            #expect(response.headers["content-length"] == "1000")
            #expect(response.effectiveURL == "\(base)/bytes/1000")
            #expect(response.request.url == response.effectiveURL)
            let timings = response.summary.timings
            let connect = try #require(timings.connect)
            let first = try #require(timings.startTransfer)
            let total = try #require(timings.total)
            #expect(connect <= first && first <= total)
            #expect((timings.appConnect == nil) == (server != .nginxHTTP2), "without TLS it is unknown, not zero")
            #expect(response.requestTime > .zero)
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func chunkedAndCompressedBodiesArriveWhole(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            let got9 = try await client.fetch("\(base)/chunked/5000/100").body.count
            #expect(got9 == 5000)
            let compressed = try await client.fetch("\(base)/gzip/5000")
            #expect(compressed.body.count == 5000)
            #expect(compressed.headers["Content-Encoding"] == "gzip")
            var plain = client.request("\(base)/gzip/5000")
            plain.decompress = false
            let got10 = try await client.fetch(plain).body.starts(with: [0x1f, 0x8b])
            #expect(got10)
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func invalidGzipFailsAndDoesNotHang(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            await expectFailure("curl 61 body") { try await client.fetch("\(base)/bad-gzip") }
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func statusIsAnErrorUnlessToldOtherwise(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            do {
                _ = try await client.fetch("\(base)/status/503")
                Issue.record("503 must throw")
            } catch HTTPClientError.status(let response) {
                #expect(response.status == 503)
                #expect(response.text == "status 503\n")
            }
            let response = try await client.fetch(client.request("\(base)/status/404"), raiseError: false)
            #expect(response.status == 404)
        }
    }

    @Test(arguments: SuiteServer.allCases, ["GET", "HEAD", "DELETE", "OPTIONS"])
    func methodsWithoutABody(server: SuiteServer, method: String) async throws {
        try await withClient(server) { _, client, base in
            let response = try await client.fetch(client.request("\(base)/echo", method: method))
            if method == "HEAD" { #expect(response.body.isEmpty) } else { #expect(try Echo(response).method == method) }
        }
    }

    @Test(arguments: SuiteServer.allCases, ["POST", "PUT", "PATCH"])
    func methodsWithABody(server: SuiteServer, method: String) async throws {
        try await withClient(server) { _, client, base in
            let response = try await client.fetch(client.request("\(base)/echo", method: method, body: .text("a=1")))
            let echo = try Echo(response)
            #expect(echo.method == method)
            #expect(echo.body == "a=1")
            #expect(echo["Content-Length"] == "3")
            #expect(echo["Expect"] == nil)
            #expect(echo["Content-Type"] == nil)
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func anEmptyBodyIsSentAsOne(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            let response = try await client.fetch(client.request("\(base)/echo", method: "POST", body: .bytes([])))
            #expect(try Echo(response)["Content-Length"] == "0")
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func bodyIsRequiredOrRefusedByMethod(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            for request in [
                client.request("\(base)/echo", method: "POST"), client.request("\(base)/echo", body: .text("x")),
                client.request("\(base)/echo", method: "BREW"), HTTPRequest("ftp://127.0.0.1/"),
                client.request("\(base)/a b"),
            ] {
                await expectFailure("invalidRequest") { try await client.fetch(request) }
            }
            var request = client.request("\(base)/echo", method: "BREW", body: .text("x"))
            request.allowNonstandardMethods = true
            let got11 = try await Echo(client.fetch(request)).method
            #expect(got11 == "BREW")
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func headerInjectionIsRefused(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            var request = client.request("\(base)/echo")
            request.headers["X-A"] = "1\r\nX-B: 2"
            await expectFailure("invalidRequest") { try await client.fetch(request) }
            request.headers = ["X A": "1"]
            await expectFailure("invalidRequest") { try await client.fetch(request) }
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func basicBearerAndDefaults(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            var request = client.request("\(base)/basic-auth/user/pass")
            request.authentication = .basic(user: "user", password: "pass")
            let got12 = try await client.fetch(request).status
            #expect(got12 == 200)
            request = client.request("\(base)/bearer/secret")
            request.authentication = .bearer(token: "secret")
            let got13 = try await client.fetch(request).status
            #expect(got13 == 200)
            let echo = try await Echo(client.fetch("\(base)/echo"))
            #expect(echo["User-Agent"] == "FetchLoop")
            #expect(echo["Authorization"] == nil)
            #expect(echo["Cookie"] == nil)
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func reuseOfAHandleLeaksNothingIntoTheNextRequest(server: SuiteServer) async throws {
        try await withClient(server, maxClients: 1) { _, client, base in
            let before = try await Echo(client.fetch("\(base)/echo"))
            var loaded = client.request("\(base)/echo", method: "PUT", body: .text("secret"))
            loaded.authentication = .basic(user: "user", password: "pass")
            loaded.headers = ["X-Secret": "1", "User-Agent": "other"]
            loaded.cookie = "a=b"
            loaded.referer = "http://elsewhere/"
            loaded.range = "0-1"
            loaded.ifModifiedSince = 1_000_000_000
            _ = try await client.fetch(loaded)
            let after = try await Echo(client.fetch("\(base)/echo"))
            #expect(after.method == "GET")
            #expect(after.headers == before.headers)
            #expect(after.body.isEmpty)
        }
    }

    @Test func repeatedAndForeignHeadersAreRead() async throws {
        try await withClient { _, client, base in
            let response = try await client.fetch("\(base)/headers")
            #expect(response.headers.values("set-cookie") == ["a=1", "b=2; HttpOnly"])
            #expect(response.headers["X-Latin1"] == "caf\u{E9} \u{FF}")
            #expect(response.headers["X-Utf8"] == "sch\u{F6}n \u{202E}gnp.exe")
            #expect(response.headers["X-Empty"] == "")
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func connectionsAreReusedAndUnknownLengthsEndWithTheConnection(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            let first = try await client.fetch("\(base)/bytes/10")
            let second = try await client.fetch("\(base)/bytes/10")
            #expect(first.summary.connectCount == 1)
            #expect(second.summary.connectCount == 0)
            let got14 = try await client.fetch("\(base)/until-close/3000").body.count
            #expect(got14 == 3000)
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func manyAtOnceShareTheLoop(server: SuiteServer) async throws {
        let total = try await withClient(server, maxClients: 200) { loop, client, base in
            let futures = (0..<500).map { index in
                loop.spawn { try await client.fetch("\(base)/bytes/\(index)").body.count }
            }
            var total = 0
            for future in futures { total += try await future.value }
            return total
        }
        #expect(total == 499 * 500 / 2)
    }

    @Test(arguments: SuiteServer.allCases)
    func tooLargeABodyIsRefusedAfterDecompression(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            var request = client.request("\(base)/gzip/100000")
            request.maxBodyBytes = 5000
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch HTTPClientError.bodyTooLarge(let limit) {
                #expect(limit == 5000)
            }
        }
    }

    /// What decompresses to thousands of times its size must not fill the memory first, streamed or not.
    @Test func aGzipBombIsRefusedAsSoonAsItIsTooLarge() async throws {
        let bomb = try await onFreshThread {
            let zeros = try ChildProcess.run(["sh", "-c", "head -c 200000000 /dev/zero | gzip -9 | base64 -w0"])
            return try #require(Data(base64Encoded: zeros.output))
        }
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(bomb.count)\r\n\r\n"
        let server = try await onFreshThread { try ScriptedServer { _ in .send(Array(head.utf8) + bomb) } }
        try await withClient { _, client, _ in
            do {
                _ = try await client.fetch(server.url)
                Issue.record("must throw")
            } catch HTTPClientError.bodyTooLarge(let limit) {
                #expect(limit == 100 << 20)
            }
            var request = client.request(server.url)
            request.maxBodyBytes = 1_000_000
            var count = 0
            do {
                _ = try await client.fetch(request, onBody: { count += $0.byteCount })
                Issue.record("must throw")
            } catch HTTPClientError.bodyTooLarge {
                #expect(count <= 1_000_000)
            }
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func noContentIsAResponseWithoutABody(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            for _ in 0..<2 {
                let response = try await client.fetch("\(base)/empty")
                #expect(response.status == 204)
                #expect(response.body.isEmpty)
            }
        }
    }

    @Test func rethrowThrowsWhatAFetchWouldHave() async throws {
        try await withClient { _, client, base in
            let refused = try await client.fetch("\(base)/status/404", raiseError: false)
            do {
                try refused.rethrow()
                Issue.record("must throw")
            } catch HTTPClientError.status(let response) {
                #expect(response.status == 404)
            }
            if case .status(let response)? = refused.error {
                #expect(response.text == refused.text)
            } else {
                Issue.record("no error")
            }
            let fine = try await client.fetch("\(base)/status/202", raiseError: false)
            try fine.rethrow()
            #expect(fine.error == nil)
        }
    }

    @Test func unequalDuplicateContentLengthsAreRefused() async throws {
        try await withClient { _, client, base in
            await expectFailure("curl 8 response") { try await client.fetch("\(base)/duplicate-length") }
        }
    }

    @Test func usableFromAnySwiftCode() async throws {
        let server = try await onFreshThread { try OriginServer() }
        let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
            let (client, executor, stop) = try await startClientThread()
            _ = executor
            for index in 1...20 { group.addTask { try await client.fetch("\(server.url)/bytes/\(index)").body.count } }
            var sizes: [Int] = []
            for try await size in group { sizes.append(size) }
            async let one = client.fetch("\(server.url)/bytes/7")
            sizes.append(try await one.body.count)
            stop()
            return sizes.sorted()
        }
        #expect(sizes == (Array(1...20) + [7]).sorted())
    }

    private func startClientThread() async throws -> (AsyncHTTPClient, LoopExecutor, @Sendable () -> Void) {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                do {
                    let loop = try EventLoop()
                    let client = AsyncHTTPClient(loop: loop)
                    let executor = loop.executor
                    nonisolated(unsafe) let unsafeLoop = loop
                    continuation.resume(returning: (client, executor, { executor.post { unsafeLoop.stop() } }))
                    try loop.run()
                    try loop.close()
                } catch { continuation.resume(throwing: error) }
            }
        }
    }
}
