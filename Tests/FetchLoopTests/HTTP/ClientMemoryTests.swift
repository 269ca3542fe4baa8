import FetchLoop
import TestSupport
import Testing

/// What a client remembers is one store, whatever rules its requests' connections have.
@Suite(.timeLimit(.minutes(5))) struct ClientMemoryTests {
    /// Requests of three kinds, none of which may use another's connections.
    private func request(_ client: AsyncHTTPClient, _ url: String, kind: Int) -> HTTPRequest {
        var request = client.request(url)
        if kind == 1 { request.addressFamily = .v4 }
        if kind == 2 { request.resolve = ["other.invalid:1:127.0.0.1,127.0.0.1"] }
        return request
    }

    @Test func aCookieIsSentBackWhateverTheRuleOfTheRequestThatBroughtIt() async throws {
        let folder = try TemporaryFolder()
        let jar = folder["jar"]
        try await withClient(configure: { $0.memory.cookieJar = jar }) { _, client, base in
            for kind in 0...2 {
                let set = try await client.fetch(request(client, "\(base)/cookies/c\(kind)/v\(kind)", kind: kind))
                    .status
                #expect(set == 200)
                for other in 0...2 {
                    let echo = try await client.fetch(request(client, "\(base)/echo", kind: other))
                    let text = String(decoding: echo.body, as: UTF8.self)
                    for known in 0...kind { #expect(text.contains("c\(known)=v\(known)"), "\(kind) \(other) \(text)") }
                }
            }
            client.close()
            let lines = try folder.read("jar").split(separator: "\n").filter { !$0.hasPrefix("# ") }
            #expect(lines.count == 3)
            for kind in 0...2 { #expect(lines.count { $0.hasSuffix("\tc\(kind)\tv\(kind)") } == 1) }
        }
    }

    @Test func rememberingMakesNoHoleInTheRules() async throws {
        try await withClient(maxClients: 1, configure: { $0.memory.keepsCookies = true }) { _, client, base in
            let port = String(base.split(separator: ":").last!)
            let url = "http://outer.invalid:\(port)/bytes/10"
            var mapped = client.request(url)
            mapped.resolve = ["outer.invalid:\(port):127.0.0.1,127.0.0.1"]
            var denied = client.request("\(base)/bytes/1")
            denied.deniesPrivateAddresses = true
            for _ in 0..<2 {
                let count = try await client.fetch(mapped).body.count
                #expect(count == 10)
                for request in [client.request(url), denied] {
                    do {
                        _ = try await client.fetch(request)
                        Issue.record("must throw")
                    } catch let error as HTTPClientError {
                        #expect(error.phase == .dns || error.phase == .policy)
                    }
                }
                let open = try await client.fetch("\(base)/bytes/1").status
                #expect(open == 200)
            }
        }
    }
}
