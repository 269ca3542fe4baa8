import FetchLoop
import Foundation
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct AuthenticationTests {
    @Test(arguments: SuiteServer.allCases)
    func credentialsInTheURLAreSent(server: SuiteServer) async throws {
        try await withClient(server) { _, client, base in
            let url = "\(base)/basic-auth/user/pass".replacing("://", with: "://user:pass@")
            let got = try await client.fetch(url).text
            #expect(got == "welcome user\n")
            await expectFailure("status 401") {
                try await client.fetch(url.replacing("pass@", with: "wrong@"))
            }
        }
    }

    @Test func credentialsInTheURLStayWithTheirOrigin() async throws {
        let other = try await onFreshThread { try OriginServer() }
        try await withClient { _, client, base in
            let url = "\(base)/redirect-to?url=\(other.url)/echo".replacing(
                "://127.0.0.1", with: "://u:p@127.0.0.1", maxReplacements: 1)
            let echo = try await Echo(client.fetch(url))
            #expect(echo["Authorization"] == nil)
        }
    }

    @Test func namesAndPasswordsAreSentInComposedUTF8() async throws {
        try await withClient { _, client, base in
            var request = client.request("\(base)/echo")
            request.authentication = .basic(user: "Jos\u{65}\u{301}", password: "p\u{E4}ss")
            let sent = try await Echo(client.fetch(request))["Authorization"]
            #expect(sent == "Basic \(Data("Jos\u{E9}:p\u{E4}ss".utf8).base64EncodedString())")
        }
    }

    @Test func digestAnswersTheChallenge() async throws {
        let server = try await onFreshThread {
            try ScriptedServer { request in
                guard let sent = DigestAnswer(request) else {
                    return .text(
                        """
                        HTTP/1.1 401 Unauthorized\r
                        WWW-Authenticate: Digest realm="r", nonce="n1", qop="auth", algorithm=MD5\r
                        Content-Length: 3\r
                        \r
                        no\n
                        """)
                }
                let isRight = (try? sent.isRight(user: "user", password: "secret", realm: "r", nonce: "n1")) == true
                return .text("HTTP/1.1 \(isRight ? 200 : 403) X\r\nContent-Length: 2\r\n\r\nhi")
            }
        }
        try await withClient { _, client, _ in
            var request = client.request("\(server.url)/path")
            request.authentication = .digest(user: "user", password: "secret")
            var statuses: [Int] = []
            let response = try await client.fetch(request, onHead: { statuses.append($0.status) }, onBody: { _ in })
            #expect(response.status == 200)
            #expect(statuses == [200], "the challenge is not the response")
            #expect(server.requests.count == 2)
            #expect(server.requests.allSatisfy { !$0.contains("secret") })
            // The body is sent once, and after the challenge.
            request = client.request("\(server.url)/path", method: "POST", body: .text("the body"))
            request.authentication = .digest(user: "user", password: "secret")
            let posted = try await client.fetch(request).status
            #expect(posted == 200)
            #expect(server.requests.filter { $0.contains("the body") }.count == 1)
            // Without credentials nothing is answered, on the same handle.
            let unknown = try await client.fetch(client.request("\(server.url)/path"), raiseError: false).status
            #expect(unknown == 401)
        }
    }
}

/// The Authorization field of a request, RFC 7616.
private struct DigestAnswer {
    private let request: String
    private var fields: [String: String] = [:]

    init?(_ request: String) {
        self.request = request
        guard let line = request.split(separator: "\r\n").first(where: { $0.hasPrefix("Authorization: Digest ") })
        else { return nil }
        for part in line.dropFirst("Authorization: Digest ".count).split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            fields[pair[0].trimmingCharacters(in: .whitespaces)] = pair[1].trimmingCharacters(in: ["\""])
        }
    }

    func isRight(user: String, password: String, realm: String, nonce: String) throws -> Bool {
        let words = request.split(separator: " ")
        let first = try Self.md5("\(user):\(realm):\(password)")
        let second = try Self.md5("\(words[0]):\(words[1])")
        let middle = [nonce, fields["nc"] ?? "", fields["cnonce"] ?? "", "auth"].joined(separator: ":")
        return try fields["username"] == user && fields["response"] == Self.md5("\(first):\(middle):\(second)")
    }

    private static func md5(_ text: String) throws -> String {
        let outcome = try ChildProcess.run(["md5sum"], input: text)
        return String(outcome.output.prefix(32))
    }
}
