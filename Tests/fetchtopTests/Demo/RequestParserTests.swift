import Testing

@testable import DemoServer

@Suite struct RequestParserTests {
    /// Feeds the bytes in pieces and collects the events, adjoining body bytes joined.
    private func events(of text: String, pieceLength: Int = .max) -> [RequestParser.Event] {
        var parser = RequestParser(headLimit: 1024)
        var events: [RequestParser.Event] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let piece = rest.prefix(pieceLength)
            rest = rest.dropFirst(piece.count)
            parser.append(piece)
            collecting: while true {
                let event = parser.next()
                switch (event, events.last) {
                case (.needsMore, _): break collecting
                case (.body(let more), .body(let before)): events[events.count - 1] = .body(before + more)
                case (.invalid, _):
                    events.append(event)
                    return events
                default: events.append(event)
                }
            }
        }
        return events
    }

    private func head(_ method: String, _ target: String, _ fields: [(String, String)] = []) -> RequestHead {
        RequestHead(
            method: method, target: target, minorVersion: 1,
            fields: fields.map { RequestHead.Field(name: $0.0, value: $0.1) })
    }

    @Test func readsARequestWithoutBody() {
        #expect(
            events(of: "GET /a?b=c HTTP/1.1\r\nHost: x:80\r\nAccept:\t*/* \r\n\r\n") == [
                .head(head("GET", "/a?b=c", [("Host", "x:80"), ("Accept", "*/*")])), .end,
            ])
    }

    @Test(arguments: [1, 2, 3, 7, 1000]) func readsPipelinedRequestsHoweverTheBytesArrive(pieceLength: Int) {
        var post = head("POST", "/p", [("Content-Length", "5")])
        post.bodyLength = .fixed(5)
        var put = head("PUT", "/q", [("Transfer-Encoding", "chunked")])
        put.bodyLength = .chunked
        let text =
            "POST /p HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello" + "\r\nGET / HTTP/1.1\r\n\r\n"
            + "PUT /q HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "4\r\nwiki\r\nA;name=value\r\npedia.....\r\n0\r\nTrailer: x\r\n\r\n" + "GET /z HTTP/1.1\r\n\r\n"
        #expect(
            events(of: text, pieceLength: pieceLength) == [
                .head(post), .body(Array("hello".utf8)), .end, .head(head("GET", "/")), .end, .head(put),
                .body(Array("wikipedia.....".utf8)), .end, .head(head("GET", "/z")), .end,
            ])
    }

    @Test(arguments: [
        ("GET /\r\n\r\n", 400), ("GET / HTTP/2.0\r\n\r\n", 505), ("G(T / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", 400), ("GET / HTTP/1.1\r\nA: b\u{0}c\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", 400), ("POST / HTTP/1.1\r\nContent-Length: \r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
    ]) func refusesAMalformedHead(text: String, status: Int) {
        guard case .invalid(let actual, _) = events(of: text).last else {
            Issue.record("accepted \(text.debugDescription)")
            return
        }
        #expect(actual == status)
    }

    @Test(arguments: ["xyz\r\n", "+5\r\nhello", "\r\n", "FFFFFFFFFFFFFFFF\r\n", "2\r\nabc\r\n"])
    func refusesAMalformedChunk(chunk: String) {
        let last = events(of: "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk).last
        guard case .invalid(400, _) = last else {
            Issue.record("got \(String(describing: last))")
            return
        }
    }

    @Test func refusesAHeadThatIsTooLongBeforeItsEnd() {
        let long = "GET / HTTP/1.1\r\nA: " + String(repeating: "x", count: 1100)
        #expect(events(of: long).last == .invalid(status: 431, reason: "the head is too long"))
        #expect(events(of: long + "\r\n\r\n").last == .invalid(status: 431, reason: "the head is too long"))
    }

    @Test func staysInvalid() {
        var parser = RequestParser()
        parser.append(Array("bad\r\n\r\nGET / HTTP/1.1\r\n\r\n".utf8))
        let first = parser.next()
        #expect(parser.next() == first)
    }

    @Test func decidesWhetherTheConnectionLivesOn() {
        #expect(head("GET", "/").keepsAlive)
        #expect(!head("GET", "/", [("connection", "Close")]).keepsAlive)
        var old = head("GET", "/")
        old.minorVersion = 0
        #expect(!old.keepsAlive)
    }

    @Test func readsPathAndQueryOfEveryTargetForm() {
        #expect(head("GET", "/a/b%20c?x=1&y=%41").path == ["a", "b c"])
        #expect(head("GET", "/a?x=1&y=%41&z").query("y") == "A")
        #expect(head("GET", "/a?x=1&z").query("z") == "")
        #expect(head("GET", "/a").query("x") == nil)
        #expect(head("GET", "http://example.test:80/a/b?c").path == ["a", "b"])
        #expect(head("GET", "http://example.test").path == [])
        #expect(head("OPTIONS", "*").path == ["*"])
    }
}
