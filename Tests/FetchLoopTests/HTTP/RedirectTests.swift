import TestSupport
import Testing

@testable import FetchLoop

@Suite(.timeLimit(.minutes(5))) struct RedirectTests {
    @Test(arguments: SuiteServer.allCases)
    func redirectsAreFollowedAndTheOriginalRequestIsKept(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            let response = try await client.fetch("\(base)/redirect/3")
            #expect(response.text == "arrived\n")
            #expect(response.effectiveURL == "\(base)/redirect/0")
            #expect(response.request.url == "\(base)/redirect/3")
            #expect(response.summary.redirectCount == 3)
            #expect(response.headers["Location"] == nil, "the head is the last hop's")
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func redirectsCanBeLeftAlone(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            var request = client.request("\(base)/redirect/1")
            request.followRedirects = false
            let response = try await client.fetch(request, raiseError: false)
            #expect(response.status == 302)
            #expect(response.headers["Location"] == "/redirect/0")
            #expect(response.summary.redirectURL == "\(base)/redirect/0")
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func tooManyRedirectsAndALoopAreErrors(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            await expectFailure("curl 47 policy") { try await client.fetch("\(base)/redirect/9") }
            await expectFailure("curl 47 policy") { try await client.fetch("\(base)/redirect-loop") }
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func aRedirectWithoutLocationIsAResponse(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            let response = try await client.fetch(client.request("\(base)/redirect-nowhere"), raiseError: false)
            #expect(response.status == 302)
            #expect(response.text == "nowhere\n")
        }
    }

    @Test(arguments: [(301, "GET", ""), (302, "GET", ""), (303, "GET", ""), (307, "POST", "b"), (308, "POST", "b")])
    func methodAfterARedirectOfPOST(status: Int, method: String, body: String) async throws {
        try await withClient { _, client, base in
            let request = HTTPRequest(
                "\(base)/redirect-to?url=/echo&status=\(status)", method: "POST", body: .text("b"))
            let echo = try await Echo(client.fetch(request))
            #expect(echo.method == method)
            #expect(echo.body == body)
        }
    }

    @Test(arguments: [(303, "GET", ""), (307, "PUT", "b"), (308, "PUT", "b")])
    func methodAfterARedirectOfPUT(status: Int, method: String, body: String) async throws {
        try await withClient { _, client, base in
            let request = HTTPRequest("\(base)/redirect-to?url=/echo&status=\(status)", method: "PUT", body: .text("b"))
            let echo = try await Echo(client.fetch(request))
            #expect(echo.method == method)
            #expect(echo.body == body)
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func headStaysHeadAfter303(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            let response = try await client.fetch(
                client.request("\(base)/redirect-to?url=/echo&status=303", method: "HEAD"))
            #expect(response.status == 200)
            #expect(response.body.isEmpty)
        }
    }

    @Test func credentialsStayWithTheirOrigin() async throws {
        let other = try await onFreshThread { try OriginServer() }
        try await withClient { _, client, base in
            var request = HTTPRequest("\(base)/redirect-to?url=\(other.url)/echo")
            request.headers = ["Authorization": "Bearer secret", "Cookie": "session=secret", "X-Mine": "1"]
            let echo = try await Echo(client.fetch(request))
            #expect(echo["Authorization"] == nil)
            #expect(echo["Cookie"] == nil)
            #expect(echo["X-Mine"] == "1")
            request = HTTPRequest("\(base)/redirect-to?url=\(other.url)/echo")
            request.authentication = .basic(user: "u", password: "secret")
            let got8 = try await Echo(client.fetch(request))["Authorization"]
            #expect(got8 == nil)
            request.authentication = .bearer(token: "secret")
            request.cookie = "session=secret"
            let echo2 = try await Echo(client.fetch(request))
            #expect(echo2["Authorization"] == nil)
            #expect(echo2["Cookie"] == nil)
            // Back at the origin it is told again.
            request.url = "\(base)/redirect-to?url=\(base)/echo"
            let echo3 = try await Echo(client.fetch(request))
            #expect(echo3["Cookie"] == "session=secret")
        }
    }

    @Test func headersOfAnOriginStayThere() async throws {
        let other = try await onFreshThread { try OriginServer() }
        try await withClient { _, client, base in
            var request = HTTPRequest("\(base)/redirect-to?url=\(other.url)/echo")
            request.headers = ["X-Api-Key": "secret", "X-Mine": "1", "Authorization": "Bearer secret"]
            request.originHeaders = ["x-api-key"]
            let away = try await Echo(client.fetch(request))
            #expect(away["X-Api-Key"] == nil && away["Authorization"] == nil)
            #expect(away["X-Mine"] == "1")
            // Back from there it is told again, and so it is by the next transfer of the handle.
            let back = "\(base)/redirect-to?url=\(other.url)/redirect-to%3Furl=\(base)/echo"
            for url in [back, "\(base)/redirect-to?url=\(base)/echo", "\(base)/echo"] {
                request.url = url
                let echo = try await Echo(client.fetch(request))
                #expect(echo["X-Api-Key"] == "secret" && echo["X-Mine"] == "1", "\(url)")
            }
            request.url = "\(base)/redirect-to?url=\(other.url)/echo&status=307"
            request.method = "POST"
            request.body = .text("b")
            let posted = try await Echo(client.fetch(request))
            #expect(posted["X-Api-Key"] == nil && posted["X-Mine"] == "1" && posted.body == "b")
            request = HTTPRequest("\(base)/redirect-to?url=\(other.url)/echo", settings: request.settings)
            request.method = "GET"
            request.trustsRedirects = true
            let trusted = try await Echo(client.fetch(request))
            #expect(trusted["X-Api-Key"] == "secret" && trusted["Authorization"] == "Bearer secret")
        }
    }

    /// HSTS makes another URL of it before the first request: that is where it goes, and no redirect.
    @Test func headersOfAnOriginGoWhereHSTSLeadsTo() async throws {
        let folder = try TemporaryFolder()
        let memory = try folder.write("localhost \"20991231 00:00:00\"\n", to: "hsts")
        let server = try await onFreshThread {
            try ScriptedServer { request in
                request.hasPrefix("GET /go")
                    ? .text("HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 0\r\n\r\n")
                    : .text("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        let nginx = try await onFreshThread { try NginxServer(files: ["a": "x"], origin: server.port) }
        try await withClient(configure: { $0.memory.hstsFile = memory }) { _, client, _ in
            var request = HTTPRequest(nginx.secureURL.replacing("https:", with: "http:") + "/go")
            request.caFile = nginx.certificateAuthority
            request.headers = ["X-Api-Key": "secret"]
            request.originHeaders = ["X-Api-Key"]
            let response = try await client.fetch(request)
            #expect(response.effectiveURL == nginx.secureURL + "/end")
            #expect(server.requests.count == 2)
            for seen in server.requests { #expect(seen.lowercased().contains("x-api-key: secret"), "\(seen)") }
        }
    }

    @Test(arguments: [
        ("http://h/a", "HTTP://H:80?b", true), ("https://h", "https://h:443/", true),
        ("http://u:p@h/", "http://h/", true),
        ("http://[::1]/", "http://[::1]:80/", true), ("http://h:8/@x", "http://h:8/", true),
        ("http://h/", "https://h/", false), ("http://h/", "http://h:8080/", false), ("http://h/", "http://h.x/", false),
        ("http://h@x/", "http://h/", false), ("http://[::1]/", "http://[::2]/", false),
    ])
    func originsAreTheSame(_ a: String, _ b: String, _ areEqual: Bool) {
        #expect((URLOrigin(a) == URLOrigin(b)) == areEqual)
    }

    @Test func aFailureOnARedirectedHopEndsTheFetch() async throws {
        try await withClient { _, client, base in
            await expectFailure("curl 7 connect") {
                try await client.fetch("\(base)/redirect-to?url=http://127.0.0.1:1/")
            }
            await expectFailure("curl 1 policy") {
                try await client.fetch("\(base)/redirect-to?url=ftp://127.0.0.1/")
            }
        }
    }
}
