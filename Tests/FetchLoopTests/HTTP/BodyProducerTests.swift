import FetchLoop
import Testing
import TestSupport

/// Bodies that are produced while they are sent: each kind, each way of announcing the length, and redirects, which want
/// them a second time. Tornado: body_producer, sync and async, chunked and with Content-Length.
@Suite(.timeLimit(.minutes(5))) struct BodyProducerTests {
    /// How the pieces of a body come about.
    enum Style: String, CaseIterable {
        /// Each is there when it is asked for.
        case atOnce
        /// Each takes a turn of the loop, or a sleep.
        case suspended
    }

    /// Three pieces of two bytes; a new producer each time.
    private static func start(_ style: Style, _ loop: EventLoop)
        -> @Sendable () -> @Sendable () async throws -> [UInt8]?
    {
        nonisolated(unsafe) let loop = loop  // producers run on it
        return {
            nonisolated(unsafe) var left = ["ef", "cd", "ab"]
            return {
                if style == .suspended {
                    await loop.yield()
                    try await loop.sleep(for: .microseconds(100))
                }
                return left.popLast().map { Array($0.utf8) }
            }
        }
    }

    @Test(arguments: ["POST", "PUT", "PATCH"], Style.allCases)
    func aProducedBodyIsChunkedOrHasItsLength(method: String, style: Style) async throws {
        try await withClient { loop, client, base in
            for length in [nil, 6] as [Int64?] {
                let body = HTTPBody.stream(length: length, producer: Self.start(style, loop)())
                let echo = try await Echo(client.fetch(HTTPRequest("\(base)/echo", method: method, body: body)))
                #expect(echo.method == method)
                #expect(echo.body == "abcdef")
                #expect(echo["Content-Length"] == length.map { "\($0)" })
                #expect((echo["Transfer-Encoding"] == "chunked") == (length == nil))
            }
        }
    }

    @Test(arguments: SuiteServer.allCases, Style.allCases)
    func aProducedBodyReachesRealServers(server: SuiteServer, style: Style) async throws {
        try await withClient(server) { loop, client, base in
            for length in [nil, 6] as [Int64?] {
                let body = HTTPBody.stream(length: length, producer: Self.start(style, loop)())
                let echo = try await Echo(client.fetch(client.request("\(base)/echo", method: "PATCH", body: body)))
                #expect(echo.method == "PATCH")
                #expect(echo.body == "abcdef")
            }
        }
    }

    /// Nothing would come after it, and the peer would take the next request for the rest.
    @Test(arguments: ["POST", "PUT"], Style.allCases)
    func aBodyOfAnotherLengthThanAnnouncedFailsTheFetch(method: String, style: Style) async throws {
        try await withClient { loop, client, base in
            for (length, message) in [
                (Int64(10), "it ended after 6 of 10 bytes"), (5, "it made 6 bytes where 5 were announced"),
                // Where a piece ends, too.
                (4, "it made 6 bytes where 4 were announced"), (2, "it made 4 bytes where 2 were announced"),
            ] {
                let body = HTTPBody.stream(length: length, producer: Self.start(style, loop)())
                do {
                    _ = try await client.fetch(HTTPRequest("\(base)/echo", method: method, body: body))
                    Issue.record("must throw")
                } catch HTTPClientError.bodyProducer(let reason) {
                    #expect(reason == message)
                }
            }
            let status = try await client.fetch("\(base)/bytes/1").status
            #expect(status == 200)
        }
    }

    /// A producer that suspends pauses the transfer, and so does the rate.
    @Test(arguments: SuiteServer.allCases, Style.allCases)
    func aProducedBodyWithARateIsSentWhole(server: SuiteServer, style: Style) async throws {
        try await withClient(server) { loop, client, base in
            nonisolated(unsafe) let loop = loop
            nonisolated(unsafe) var left = 20
            let body = HTTPBody.stream(length: 200_000) {
                if style == .suspended { try await loop.sleep(for: .milliseconds(1)) }
                left -= 1
                return left >= 0 ? [UInt8](repeating: 120, count: 10_000) : nil
            }
            var request = client.request("\(base)/upload", method: "POST", body: body)
            request.maxSendRate = 400_000
            let count = try await client.fetch(request).summary.uploadBytes
            #expect(count == 200_000)
        }
    }

    @Test(arguments: [307, 308], ["POST", "PUT", "PATCH"])
    func aRestartableBodyIsSentAgainWhereARedirectKeepsTheMethod(status: Int, method: String) async throws {
        try await withClient { loop, client, base in
            for style in Style.allCases {
                for length in [nil, 6] as [Int64?] {
                    let starts = Counter()
                    let start = Self.start(style, loop)
                    let body = HTTPBody.restartable(length: length) {
                        starts.increment()
                        return start()
                    }
                    let url = "\(base)/redirect-to?url=/echo&status=\(status)"
                    let echo = try await Echo(client.fetch(HTTPRequest(url, method: method, body: body)))
                    #expect(echo.method == method)
                    #expect(echo.body == "abcdef")
                    #expect(echo["Content-Length"] == length.map { "\($0)" })
                    #expect(starts.value == 2)
                }
            }
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func aRestartableBodyIsSentAgainToRealServers(server: SuiteServer) async throws {
        try await withClient(server) { loop, client, base in
            let body = HTTPBody.restartable(length: nil, start: Self.start(.suspended, loop))
            let url = "\(base)/redirect-to?url=/echo&status=307"
            let echo = try await Echo(client.fetch(client.request(url, method: "PUT", body: body)))
            #expect(echo.method == "PUT")
            #expect(echo.body == "abcdef")
        }
    }

    @Test(arguments: [307, 308])
    func aBodyThatCannotBeHadAnewFailsTheFetchAndDoesNotHang(status: Int) async throws {
        try await withClient { loop, client, base in
            let body = HTTPBody.stream(length: nil, producer: Self.start(.atOnce, loop)())
            let url = "\(base)/redirect-to?url=/echo&status=\(status)"
            do {
                _ = try await client.fetch(HTTPRequest(url, method: "POST", body: body))
                Issue.record("must throw")
            } catch let error as HTTPClientError {
                #expect(error.phase == .request)
            }
            #expect(client.activeCount == 0)
        }
    }

    @Test(arguments: [301, 302, 303], Style.allCases)
    func aProducedBodyIsNotSentAgainWhereARedirectDropsIt(status: Int, style: Style) async throws {
        try await withClient { loop, client, base in
            let body = HTTPBody.stream(length: 6, producer: Self.start(style, loop)())
            let url = "\(base)/redirect-to?url=/echo&status=\(status)"
            let echo = try await Echo(client.fetch(HTTPRequest(url, method: "POST", body: body)))
            #expect(echo.method == "GET")
            #expect(echo.body == "")
            #expect(echo["Content-Length"] == nil)
        }
    }

    @Test func methodAfterARedirectOfPATCH() async throws {
        try await withClient { _, client, base in
            for (status, method) in [(301, "PATCH"), (302, "PATCH"), (303, "GET"), (307, "PATCH"), (308, "PATCH")] {
                let request = HTTPRequest(
                    "\(base)/redirect-to?url=/echo&status=\(status)", method: "PATCH", body: .text("b"))
                let echo = try await Echo(client.fetch(request))
                #expect(echo.method == method, "\(status)")
                #expect(echo.body == (method == "GET" ? "" : "b"), "\(status)")
            }
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func anEarlyAnswerToExpectContinueSparesTheProducer(server: SuiteServer) async throws {
        try await withClient(server) { loop, client, base in
            let asked = Counter()
            let body = HTTPBody.stream(length: 60_000_000) {
                asked.increment()
                // So large that an answer before its end must have been seen by then.
                return [UInt8](repeating: 120, count: 60_000)
            }
            var request = client.request("\(base)/early/413", method: "POST", body: body)
            request.expectContinue = true
            let status = try await client.fetch(request, raiseError: false).status
            #expect(status == 413)
            #expect(asked.value < 1000, "the rest of the body stayed here")
            let next = try await client.fetch("\(base)/bytes/3").body.count
            #expect(next == 3)
        }
    }

    /// RFC 9110, section 10.1.1: ask again without the expectation.
    @Test func aServerThatDoesNotDoExpectationsIsAskedAgainWithoutOne() async throws {
        let server = try await onFreshThread {
            try ScriptedServer { request in
                .text("HTTP/1.1 \(request.contains("Expect: 100") ? "417 No" : "200 OK")\r\nContent-Length: 0\r\n\r\n")
            }
        }
        try await withClient { loop, client, _ in
            for body in [HTTPBody.text("abcdef"), .stream(length: 6, producer: Self.start(.suspended, loop)())] {
                var request = client.request(server.url, method: "POST", body: body)
                request.expectContinuePatiently()
                var statuses: [Int] = []
                _ = try await client.fetch(request, onHead: { statuses.append($0.status) }, onBody: { _ in })
                #expect(statuses == [200])
                #expect(server.requests.last?.hasSuffix("\r\n\r\nabcdef") == true)
                #expect(server.requests.last?.contains("Expect") == false)
            }
            #expect(server.requests.count == 4, "each expected once and was repeated once")
        }
    }

    @Test func anExpectationThatFailsWithoutOneIsTheAnswer() async throws {
        try await withClient(.nginx) { _, client, base in
            var request = client.request("\(base)/early/417", method: "POST", body: .text("abcdef"))
            request.expectContinue = true
            let status = try await client.fetch(request, raiseError: false).status
            #expect(status == 417)
        }
    }

    @Test func aCancelledFetchCancelsItsProducer() async throws {
        try await withClient { loop, client, base in
            nonisolated(unsafe) let own = loop
            let isCancelled = Flag()
            let body = HTTPBody.stream(length: nil) {
                do { try await own.sleep(for: .seconds(1000)) } catch {
                    isCancelled.set()
                    throw error
                }
                return nil
            }
            let fetch = loop.spawn { try await client.fetch(HTTPRequest("\(base)/echo", method: "POST", body: body)) }
            try await loop.wait(for: "the producer") { client.activeCount == 1 && loop.timerCount >= 2 }
            fetch.cancel()
            try await loop.wait(for: "its cancellation") { isCancelled.isSet }
            #expect(client.activeCount == 0)
        }
    }
}
