import FetchLoop
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct ProxyTests {
    /// Runs a body with a client, an origin's base URL and a proxy.
    private func withProxy(
        credentials: String? = nil, maxClients: Int = 100,
        _ body: nonisolated(nonsending) @escaping @Sendable (AsyncHTTPClient, String, ForwardProxy) async throws -> Void
    ) async throws {
        let proxy = try await onFreshThread { try ForwardProxy(credentials: credentials) }
        try await withClient(maxClients: maxClients) { _, client, base in try await body(client, base, proxy) }
    }

    @Test func requestsGoThroughTheProxy() async throws {
        try await withProxy { client, base, proxy in
            var request = HTTPRequest("\(base)/bytes/10")
            request.proxy = HTTPProxy(url: proxy.url)
            let got = try await client.fetch(request).body.count
            #expect(got == 10)
            #expect(proxy.requests.first?.hasPrefix("GET \(base)/bytes/10 HTTP/1.1\r\n") == true)
            _ = try await client.fetch("\(base)/bytes/10")
            #expect(proxy.requests.count == 1, "the next request goes direct")
        }
    }

    @Test func theProxyGetsItsCredentialsAndTheOriginDoesNot() async throws {
        try await withProxy(credentials: "us\u{E9}r:secret") { client, base, proxy in
            var request = HTTPRequest("\(base)/echo")
            request.proxy = HTTPProxy(url: proxy.url)
            let refused = try await client.fetch(request, raiseError: false)
            #expect(refused.status == 407)
            #expect(refused.headers["Proxy-Authenticate"] != nil)
            request.proxy?.authentication = .basic(user: "us\u{65}\u{301}r", password: "secret")
            let echo = try await Echo(client.fetch(request))
            #expect(echo["Proxy-Authorization"] == nil)
            #expect(echo["Authorization"] == nil)
        }
    }

    @Test func httpsGoesThroughATunnelAndItsHeadIsNotTheResponses() async throws {
        let proxy = try await onFreshThread { try ForwardProxy() }
        try await withClient(.nginxHTTP2) { _, client, base in
            var heads: [HTTPResponseHead] = []
            var byteCount = 0
            var request = client.request("\(base)/bytes/1000")
            request.proxy = HTTPProxy(url: proxy.url)
            let response = try await client.fetch(request, onHead: { heads.append($0) }) { byteCount += $0.byteCount }
            #expect(byteCount == 1000)
            #expect(heads.count == 1)
            #expect(heads.first?.headers["X-Proxy"] == nil)
            #expect(response.summary.proxyConnectStatus == 200)
            #expect(proxy.requests.first?.hasPrefix("CONNECT localhost:") == true)
            let direct = try await client.fetch("\(base)/bytes/1").summary
            #expect(direct.proxyConnectStatus == nil)
            #expect(direct.connectCount == 1, "a tunnel is not for direct requests")
        }
    }

    @Test func aTunnelThatIsRefusedIsAnErrorWithItsStatus() async throws {
        let proxy = try await onFreshThread { try ForwardProxy(credentials: "user:secret") }
        try await withClient(.nginxHTTP2) { _, client, base in
            var request = client.request("\(base)/bytes/1000")
            request.proxy = HTTPProxy(url: proxy.url)
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch let error as HTTPClientError {
                #expect("\(error)".contains("407"))
                #expect(error.phase == .connect)
            }
        }
    }

    @Test func aTunnelWithCredentialsIsNotUsedByARequestWithoutThem() async throws {
        let proxy = try await onFreshThread { try ForwardProxy(credentials: "user:secret") }
        try await withClient(.nginxHTTP2, maxClients: 1) { _, client, base in
            var known = client.request("\(base)/bytes/1000")
            known.proxy = HTTPProxy(url: proxy.url, authentication: .basic(user: "user", password: "secret"))
            var unknown = known
            unknown.proxy?.authentication = nil
            var other = known
            other.proxy?.authentication = .basic(user: "user", password: "wrong")
            for _ in 0..<2 {
                let got = try await client.fetch(known).body.count
                #expect(got == 1000)
                await expectFailure("curl 56 connect") { try await client.fetch(unknown) }
                await expectFailure("curl 56 connect") { try await client.fetch(other) }
            }
        }
    }

    @Test func aPooledHandleLeaksNoProxyCredentials() async throws {
        try await withProxy(credentials: "user:secret", maxClients: 1) { client, base, proxy in
            var known = HTTPRequest("\(base)/bytes/10")
            known.proxy = HTTPProxy(url: proxy.url, authentication: .basic(user: "user", password: "secret"))
            var unknown = known
            unknown.proxy?.authentication = nil
            for _ in 0..<2 {
                let first = try await client.fetch(known).status
                #expect(first == 200)
                let second = try await client.fetch(unknown, raiseError: false).status
                #expect(second == 407)
            }
        }
    }

    @Test func theClientsDefaultProxyIsUsedByItsRequests() async throws {
        let proxy = try await onFreshThread { try ForwardProxy() }
        try await withClient(configure: { $0.defaults.proxy = HTTPProxy(url: proxy.url) }) { _, client, base in
            let plain = try await client.fetch("\(base)/bytes/10").body.count
            #expect(plain == 10)
            var direct = client.request("\(base)/bytes/10")
            direct.proxy = nil
            _ = try await client.fetch(direct)
            #expect(proxy.requests.count == 1)
        }
    }

    @Test func exceptionsGoAroundTheProxy() async throws {
        try await withProxy { client, base, proxy in
            var request = HTTPRequest("\(base)/bytes/10")
            request.proxy = HTTPProxy(url: proxy.url)
            request.noProxy = "127.0.0.1"
            let got = try await client.fetch(request).status
            #expect(got == 200)
            #expect(proxy.requests.isEmpty)
        }
    }

    @Test func anUnreachableProxyIsAnErrorOfConnecting() async throws {
        try await withClient { _, client, base in
            var request = HTTPRequest("\(base)/bytes/10")
            request.proxy = HTTPProxy(url: "http://127.0.0.1:1")
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch let error as HTTPClientError {
                #expect(error.phase == .connect)
            }
        }
    }
}
