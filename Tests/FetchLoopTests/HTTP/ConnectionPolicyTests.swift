import FetchLoop
import Testing
import TestSupport

/// Rules about the way to a host that libcurl, which reuses any connection to it, would forget. Tornado: resolver
/// mapping, allow_ipv6.
@Suite(.timeLimit(.minutes(5))) struct ConnectionPolicyTests {
    @Test(arguments: SuiteServer.allCases)
    func anotherRequestsConnectionIsNoWayAroundTheDenialOfPrivateAddresses(server: SuiteServer) async throws {
        try await withClient(server, maxClients: 1) { loop, client, base in
            var denying = client.request("\(base)/bytes/1")
            denying.deniesPrivateAddresses = true
            let fixed = denying
            for round in 0..<2 {
                let connects = try await client.fetch("\(base)/bytes/1").summary.connectCount
                #expect(connects == (round == 0 ? 1 : 0), "the open connection stays for those who may use it")
                do {
                    _ = try await client.fetch(fixed)
                    Issue.record("must throw")
                } catch HTTPClientError.curl(_, _, let phase) {
                    #expect(phase == .policy)
                }
            }
        }
    }

    @Test func aDenialHoldsOnRedirectsToo() async throws {
        // 127.0.0.1 is private: only the mapping of an outer host to it could let the first hop through, so both are refused.
        try await withClient { _, client, base in
            let port = base.split(separator: ":").last!
            var request = client.request("http://outer.invalid:\(port)/redirect-to?url=\(base)/bytes/1")
            request.resolve = ["outer.invalid:\(port):127.0.0.1"]
            let open = try await client.fetch(request).status
            #expect(open == 200)
            request.deniesPrivateAddresses = true
            let denying = request
            await expectFailure("curl 7 policy") { try await client.fetch(denying) }
        }
    }

    @Test(arguments: ["outer.invalid:PORT:127.0.0.1,127.0.0.1", "*:PORT:127.0.0.1", "+outer.invalid:PORT:127.0.0.1"])
    func aMappingThatLibcurlKeepsIsForItsLikeAlone(entry: String) async throws {
        try await withClient(maxClients: 1) { _, client, base in
            let port = String(base.split(separator: ":").last!)
            let url = "http://outer.invalid:\(port)/bytes/10"
            var mapped = client.request(url)
            mapped.resolve = [entry.replacing("PORT", with: port)]
            for round in 0..<2 {
                let response = try await client.fetch(mapped)
                #expect(response.body.count == 10)
                #expect(response.summary.connectCount == (round == 0 ? 1 : 0))
                // Neither by DNS nor by the open connection.
                do {
                    _ = try await client.fetch(url)
                    Issue.record("must throw")
                } catch let error as HTTPClientError {
                    #expect(error.phase == .dns)
                }
            }
        }
    }

    @Test func anAddressFamilyIsKeptEvenWhereAnotherConnectionIsOpen() async throws {
        try await withClient { _, client, base in
            let port = base.split(separator: ":").last!
            let url = "http://localhost:\(port)/bytes/1"
            let open = try await client.fetch(url).summary
            #expect(open.remoteIP == "127.0.0.1")
            var request = client.request(url)
            request.addressFamily = .v4
            let four = try await client.fetch(request).status
            #expect(four == 200)
            // The origin listens on IPv4 only; some other test's server may listen there.
            request.addressFamily = .v6
            request.requestTimeout = .seconds(5)
            let six = try? await client.fetch(request, raiseError: false).summary.remoteIP
            #expect(six == nil || six == "::1")
        }
    }

    @Test func mappingsWithoutEndDoNotPileUp() async throws {
        try await withClient { loop, client, base in
            let port = String(base.split(separator: ":").last!)
            for index in 0..<30 {
                var request = client.request("http://host\(index).invalid:\(port)/bytes/1")
                request.resolve = ["host\(index).invalid:\(port):127.0.0.1,127.0.0.1"]
                let status = try await client.fetch(request).status
                #expect(status == 200)
            }
            await loop.yield()
            await loop.yield()
            #expect(client.shardCount <= 9)
        }
    }
}
