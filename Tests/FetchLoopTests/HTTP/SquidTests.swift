import FetchLoop
import Testing
import TestSupport

/// A real proxy, over HTTP and over TLS, that asks for a name and a password.
@Suite(.timeLimit(.minutes(5))) struct SquidTests {
    private static let squid = Result { try SquidProxy() }

    private static func start() async throws -> SquidProxy {
        try await onFreshThread { try squid.get() }
    }

    private static func proxy(_ squid: SquidProxy, isSecure: Bool, knows: Bool) -> HTTPProxy {
        var proxy = HTTPProxy(url: isSecure ? squid.secureURL : squid.url)
        proxy.caFile = squid.certificate
        if knows { proxy.authentication = .basic(user: squid.credentials.user, password: squid.credentials.password) }
        return proxy
    }

    @Test(arguments: [false, true])
    func requestsOfThoseItKnowsGoThroughAndNoOthers(isSecure: Bool) async throws {
        let squid = try await Self.start()
        try await withClient(maxClients: 1) { _, client, base in
            var request = client.request("\(base)/echo")
            for _ in 0..<2 {
                request.proxy = Self.proxy(squid, isSecure: isSecure, knows: true)
                let echo = try await Echo(client.fetch(request))
                #expect(echo["X-Forwarded-For"] == "127.0.0.1")
                #expect(echo["Proxy-Authorization"] == nil)
                request.proxy = Self.proxy(squid, isSecure: isSecure, knows: false)
                let refusal = try await client.fetch(request, raiseError: false)
                #expect(refusal.status == 407)
                #expect(refusal.headers["Proxy-Authenticate"] == "Basic realm=\"squid\"")
            }
            let direct = try await Echo(client.fetch("\(base)/echo"))
            #expect(direct["X-Forwarded-For"] == nil)
        }
    }

    @Test(arguments: [false, true])
    func tunnelsOfThoseItKnowsGoThroughAndNoOthers(isSecure: Bool) async throws {
        let squid = try await Self.start()
        try await withClient(.nginxHTTP2, maxClients: 1) { _, client, base in
            var known = client.request("\(base)/bytes/1000")
            known.proxy = Self.proxy(squid, isSecure: isSecure, knows: true)
            var unknown = known
            unknown.proxy = Self.proxy(squid, isSecure: isSecure, knows: false)
            let stranger = unknown
            for _ in 0..<2 {
                let response = try await client.fetch(known)
                #expect(response.body.count == 1000)
                #expect(response.summary.httpVersion == "2")
                do {
                    _ = try await client.fetch(stranger)
                    Issue.record("must throw")
                } catch let error as HTTPClientError {
                    #expect("\(error)".contains("407"))
                    #expect(error.phase == .connect)
                }
            }
        }
    }

    @Test func aSecureProxyMustShowACertificateThatIsTrusted() async throws {
        let squid = try await Self.start()
        try await withClient { _, client, base in
            var request = client.request("\(base)/bytes/10")
            request.proxy = Self.proxy(squid, isSecure: true, knows: true)
            request.proxy?.caFile = nil
            let untrusting = request
            do {
                _ = try await client.fetch(untrusting)
                Issue.record("must throw")
            } catch let error as HTTPClientError {
                #expect(error.phase == .tls)
            }
            request.proxy?.validateCertificates = false
            let got = try await client.fetch(request).body.count
            #expect(got == 10)
            await expectFailure("curl 60 tls", "the next request validates again") {
                try await client.fetch(untrusting)
            }
        }
    }

    @Test func producedBodiesAndRedirectsGoThroughIt() async throws {
        let squid = try await Self.start()
        try await withClient { _, client, base in
            let body = HTTPBody.restartable(length: nil) {
                nonisolated(unsafe) var left = ["ef", "cd", "ab"]
                return { left.popLast().map { Array($0.utf8) } }
            }
            var request = client.request("\(base)/redirect-to?url=/echo&status=307", method: "PUT", body: body)
            request.proxy = Self.proxy(squid, isSecure: false, knows: true)
            let echo = try await Echo(client.fetch(request))
            #expect(echo.method == "PUT")
            #expect(echo.body == "abcdef")
        }
    }
}
