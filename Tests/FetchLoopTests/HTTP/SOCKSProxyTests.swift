import FetchLoop
import Testing
import TestSupport

/// Tornado: proxies of other kinds are libcurl's, through `proxy_host`; here they are part of the URL.
@Suite(.timeLimit(.minutes(5))) struct SOCKSProxyTests {
    @Test func socks5hLeavesTheNameToTheProxyAndSocks5DoesNot() async throws {
        let proxy = try await onFreshThread { try SOCKSProxy() }
        try await withClient { _, client, base in
            let port = base.split(separator: ":").last!
            var request = client.request("http://outer.invalid:\(port)/bytes/10")
            request.proxy = HTTPProxy(url: "socks5h://\(proxy.address)")
            let far = try await client.fetch(request).body.count
            #expect(far == 10)
            #expect(proxy.hosts == ["outer.invalid"])
            request = client.request("http://localhost:\(port)/bytes/10")
            request.addressFamily = .v4
            request.proxy = HTTPProxy(url: "socks5://\(proxy.address)")
            let near = try await client.fetch(request).body.count
            #expect(near == 10)
            #expect(proxy.hosts == ["outer.invalid", "127.0.0.1"])
        }
    }

    @Test func itsCredentialsAreSentAndNotByTheNextRequest() async throws {
        let proxy = try await onFreshThread { try SOCKSProxy(credentials: "us\u{E9}r:secret") }
        try await withClient(maxClients: 1) { _, client, base in
            var known = client.request("\(base)/echo")
            known.proxy = HTTPProxy(
                url: "socks5h://\(proxy.address)", authentication: .basic(user: "us\u{65}\u{301}r", password: "secret"))
            var unknown = known
            unknown.proxy?.authentication = nil
            let stranger = unknown
            for _ in 0..<2 {
                let echo = try await Echo(client.fetch(known))
                #expect(echo["Authorization"] == nil && echo["Proxy-Authorization"] == nil)
                do {
                    _ = try await client.fetch(stranger)
                    Issue.record("must throw")
                } catch let error as HTTPClientError {
                    #expect(error.phase == .connect)
                }
            }
        }
    }

    @Test func tlsAndHTTP2GoThroughItAndItsConnectionsStayItsOwn() async throws {
        let proxy = try await onFreshThread { try SOCKSProxy() }
        try await withClient(.nginxHTTP2) { _, client, base in
            var request = client.request("\(base)/bytes/1000")
            request.proxy = HTTPProxy(url: "socks5h://\(proxy.address)")
            for round in 0..<2 {
                let response = try await client.fetch(request)
                #expect(response.body.count == 1000)
                #expect(response.summary.httpVersion == "2")
                #expect(response.summary.connectCount == (round == 0 ? 1 : 0))
            }
            let direct = try await client.fetch("\(base)/bytes/1").summary.connectCount
            #expect(direct == 1)
            #expect(proxy.hosts == ["localhost"])
        }
    }

    @Test func anUnreachableTargetIsAnErrorOfConnecting() async throws {
        let proxy = try await onFreshThread { try SOCKSProxy() }
        try await withClient { _, client, _ in
            var request = client.request("http://127.0.0.1:1/")
            request.proxy = HTTPProxy(url: "socks5h://\(proxy.address)")
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch let error as HTTPClientError {
                #expect(error.phase == .connect)
            }
        }
    }
}
