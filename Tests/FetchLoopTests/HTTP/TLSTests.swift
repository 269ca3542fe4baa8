import FetchLoop
import Testing
import TestSupport

/// HTTPS against nginx, with a CA and certificates of the test's own.
@Suite(.timeLimit(.minutes(5))) struct TLSTests {
    /// Runs a body with a client and a fresh nginx.
    private func withNginx(
        maxClients: Int = 100,
        _ body:
            nonisolated(nonsending) @escaping @Sendable (EventLoop, AsyncHTTPClient, NginxServer) async throws ->
            Void
    ) async throws {
        let nginx = try await onFreshThread { try NginxServer(files: ["a": "content of a"]) }
        try await withClient(maxClients: maxClients) { loop, client, _ in try await body(loop, client, nginx) }
    }

    @Test func aPrivateAuthorityIsTrustedWhenNamed() async throws {
        try await withNginx { _, client, nginx in
            var request = HTTPRequest("\(nginx.secureURL)/a")
            request.caFile = nginx.certificateAuthority
            let response = try await client.fetch(request)
            #expect(response.text == "content of a")
            #expect(response.summary.sslVerifyResult == 0)
            #expect(response.summary.tls == nil, "nobody asked")
        }
    }

    @Test func anUnknownAuthorityIsAnErrorOfTLSUnlessToldOtherwise() async throws {
        try await withNginx { _, client, nginx in
            do {
                _ = try await client.fetch("\(nginx.secureURL)/a")
                Issue.record("must throw")
            } catch let error as HTTPClientError {
                #expect(error.phase == .tls)
            }
            var request = HTTPRequest("\(nginx.secureURL)/a")
            request.validateCertificates = false
            let response = try await client.fetch(request)
            #expect(response.status == 200)
            #expect(response.summary.sslVerifyResult != 0)
            // And the next request validates again, on the same handle and with a connection at hand.
            await expectFailure("curl 60 tls") { try await client.fetch("\(nginx.secureURL)/a") }
        }
    }

    @Test func aCertificateForAnotherNameIsRefused() async throws {
        try await withNginx { _, client, nginx in
            let port = nginx.secureURL.split(separator: ":").last!
            var request = HTTPRequest("https://elsewhere.test:\(port)/a")
            request.resolve = ["elsewhere.test:\(port):127.0.0.1"]
            request.caFile = nginx.certificateAuthority
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch let error as HTTPClientError {
                #expect(error.phase == .tls)
            }
        }
    }

    @Test func aClientCertificateIsSentAndNotByTheNextRequest() async throws {
        try await withNginx(maxClients: 1) { _, client, nginx in
            var anonymous = HTTPRequest("\(nginx.mutualURL)/")
            anonymous.caFile = nginx.certificateAuthority
            var request = anonymous
            request.clientCertificate = nginx.clientCertificate.certificate
            request.clientKey = nginx.clientCertificate.key
            for _ in 0..<2 {
                let before = try await client.fetch(anonymous, raiseError: false).status
                #expect(before == 400)
                let known = try await client.fetch(request).text
                #expect(known == "CN=test client")
            }
        }
    }

    @Test func detailsOfTheHandshakeAreThereForWhomAsks() async throws {
        try await withNginx { _, client, nginx in
            var request = HTTPRequest("\(nginx.secureURL)/a")
            request.caFile = nginx.certificateAuthority
            request.collectsTLSDetails = true
            let details = try #require(try await client.fetch(request).summary.tls)
            #expect(details.version == "TLSv1.3")
            #expect(details.cipher?.hasPrefix("TLS_") == true)
            #expect(details.applicationProtocol == "h2")
            let certificate = try #require(details.certificates.first)
            #expect(certificate.subject.contains("localhost"))
            #expect(certificate.issuer.contains("fetchtop test CA"))
            #expect(certificate.alternativeNames?.contains("127.0.0.1") == true)
            let (from, until) = (try #require(certificate.validFrom), try #require(certificate.validUntil))
            // OpenSSL looks at the clock for each of them.
            #expect((0...60).contains(until - from - 2 * 86_400))
            #expect(certificate.pem?.hasPrefix("-----BEGIN CERTIFICATE") == true)
            let reused = try await client.fetch(request).summary
            #expect(reused.connectCount == 0)
            #expect(reused.tls == nil, "there was no handshake")
        }
    }

    @Test func aPinnedKeyThatIsNotTheServersIsRefused() async throws {
        try await withNginx { _, client, nginx in
            var request = HTTPRequest("\(nginx.secureURL)/a")
            request.caFile = nginx.certificateAuthority
            request.pinnedPublicKey = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch let error as HTTPClientError {
                #expect(error.phase == .tls)
            }
        }
    }

    @Test func aMissingFileIsNamedByItsPhase() async throws {
        try await withNginx { _, client, nginx in
            var request = HTTPRequest("\(nginx.secureURL)/a")
            request.caFile = "/nonexistent.pem"
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch let error as HTTPClientError {
                #expect(error.phase == .tls)
            }
        }
    }

    @Test func aPeerThatNeverShakesHandsIsAConnectTimeout() async throws {
        let silent = try await onFreshThread { try ScriptedServer { _ in .silence } }
        try await withClient { _, client, _ in
            var request = HTTPRequest("https://127.0.0.1:\(silent.port)/")
            request.connectTimeout = .milliseconds(50)
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch HTTPClientError.timeout(let phase, _) {
                #expect(phase == .connect)
            }
        }
    }
}
