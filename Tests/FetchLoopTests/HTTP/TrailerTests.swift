import FetchLoop
import Testing
import TestSupport

/// What a line is follows from its place, not from its looks: a field or a trailer may look like a status line.
@Suite(.timeLimit(.minutes(5))) struct TrailerTests {
    private func fetch(_ answer: String) async throws -> HTTPResponse {
        let server = try await onFreshThread { try ScriptedServer { _ in .text(answer) } }
        return try await withClient { _, client, _ in
            try await client.fetch(HTTPRequest(server.url), raiseError: false)
        }
    }

    @Test(arguments: ["HTxx/evil: 1", "HTTP/1.1: 599", "HTTP/1.1 599 : x"])
    func aFieldThatLooksLikeAStatusLineIsAField(field: String) async throws {
        let response = try await fetch("HTTP/1.1 200 OK\r\nX-First: 1\r\n\(field)\r\nContent-Length: 2\r\n\r\nok")
        #expect(response.status == 200)
        #expect(response.headers["X-First"] == "1")
        #expect(response.headers["Content-Length"] == "2")
        #expect(response.text == "ok")
    }

    @Test(arguments: ["X-Sum: 1", "HTTP/1.1 : 1"])
    func aTrailerOfAWholeResponseIsLeftOut(trailer: String) async throws {
        let response = try await fetch(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\(trailer)\r\n\r\n")
        #expect(response.status == 200)
        #expect(response.headers.fields.map(\.name) == ["Transfer-Encoding"])
        #expect(response.text == "ok")
    }

    /// libcurl might have gone on to another hop, so that the head is not delivered yet.
    @Test(arguments: ["X-Sum: 1", "HTTP/1.1 : 1"])
    func aTrailerOfARedirectWithoutLocationIsLeftOut(trailer: String) async throws {
        let response = try await fetch(
            "HTTP/1.1 302 Found\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\(trailer)\r\n\r\n")
        #expect(response.status == 302)
        #expect(response.headers.fields.map(\.name) == ["Transfer-Encoding"])
    }

    @Test func aTrailerOfARedirectIsNotInTheNextHead() async throws {
        let server = try await onFreshThread {
            try ScriptedServer { request in
                request.hasPrefix("GET /next ")
                    ? .text("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                    : .text(
                        "HTTP/1.1 302 Found\r\nLocation: /next\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "0\r\nHTTP/1.1 : 1\r\n\r\n")
            }
        }
        try await withClient { _, client, _ in
            let response = try await client.fetch(server.url)
            #expect(response.text == "ok")
            #expect(response.headers.fields.map(\.name) == ["Content-Length"])
            #expect(response.summary.redirects.map(\.status) == [302])
            #expect(response.summary.redirects.first?.headers.fields.count == 2)
        }
    }

    /// Interim heads begin anew without a request in between.
    @Test func aHeadAfterAnInterimOneStillBegins() async throws {
        let response = try await fetch(
            "HTTP/1.1 103 Early Hints\r\nHTTP-Hint: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        #expect(response.status == 200)
        #expect(response.headers.fields.map(\.name) == ["Content-Length"])
    }

    /// libcurl takes more than one blank before the code, and trailers whatever the code is.
    @Test(arguments: ["HTTP/1.1  200 OK", "HTTP/1.1 \t 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 099 Odd"])
    func thereIsOneHeadHoweverTheStatusLineIsWritten(line: String) async throws {
        let server = try await onFreshThread {
            try ScriptedServer { _ in
                .text("\(line)\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-B: 1\r\n\r\n")
            }
        }
        try await withClient { _, client, _ in
            var heads: [HTTPResponseHead] = []
            var body: String?
            do {
                let response = try await client.fetch(
                    HTTPRequest(server.url), raiseError: false, onHead: { heads.append($0) }, onBody: nil)
                body = response.text
                #expect(response.status == 200)
            } catch {
                // A code below 100 is none to libcurl.
                #expect(line.contains("099"))
            }
            if !line.contains("099") { #expect(body == "ok") }
            #expect(heads.allSatisfy { $0.headers["X-A"] == "1" && $0.headers["X-B"] == nil })
            #expect(heads.count <= 1)
        }
    }
}
