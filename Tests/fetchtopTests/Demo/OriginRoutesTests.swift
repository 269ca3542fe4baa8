import Testing

@testable import DemoServer

@Suite struct OriginRoutesTests {
    private func ask(
        _ target: String, method: String = "GET", fields: [(String, String)] = [], body: String = "",
        state: inout OriginState
    ) -> Reply {
        let head = RequestHead(
            method: method, target: target, minorVersion: 1,
            fields: fields.map { RequestHead.Field(name: $0.0, value: $0.1) })
        return OriginRoutes.standard.reply(
            to: head, body: Array(body.utf8), byteCount: body.utf8.count, state: &state)
    }

    private func ask(
        _ target: String, method: String = "GET", fields: [(String, String)] = [], body: String = ""
    ) -> Reply {
        var state = OriginState()
        return ask(target, method: method, fields: fields, body: body, state: &state)
    }

    private func text(_ reply: Reply) -> String {
        reply.body.reduce(into: "") { text, step in
            if case .send(let bytes) = step { text += String(decoding: bytes, as: UTF8.self) }
        }
    }

    private func field(_ name: String, of reply: Reply) -> String? {
        reply.fields.first { $0.name == name }?.value
    }

    @Test func listsItselfAndKnowsWhatItDoesNotServe() {
        #expect(text(ask("/")).contains("/bytes/N  "))
        #expect(ask("/nothing").status == 404)
    }

    @Test func theSiteHasPagesThatLinkToEachOther() {
        #expect(text(ask("/site/index")).contains("<a href=\"/site/guide\">"))
        #expect(text(ask("/site/library")).contains("<a href=\"/site/gone\">"))
        #expect(ask("/site/gone").status == 404)
    }

    @Test func wholeRangeAndConditionalReplies() {
        #expect(ask("/bytes/100").body == [.fill(0..<100)])
        let part = ask("/bytes/100", fields: [("Range", "bytes=10-19")])
        #expect(part.status == 206 && part.body == [.fill(10..<20)])
        #expect(field("Content-Range", of: part) == "bytes 10-19/100")
        let tag = field("ETag", of: part)!
        #expect(ask("/bytes/100", fields: [("If-None-Match", "\"a\", \(tag)")]).status == 304)
        #expect(ask("/bytes/100", fields: [("If-Modified-Since", OriginRoutes.lastModified)]).status == 304)
        #expect(ask("/bytes/100", fields: [("Range", "bytes=10-"), ("If-Range", tag)]).status == 206)
        #expect(ask("/bytes/100", fields: [("Range", "bytes=10-"), ("If-Range", "\"old\"")]).status == 200)
        #expect(ask("/bytes/100", fields: [("Range", "bytes=100-")]).status == 416)
    }

    @Test(arguments: [
        ("bytes=0-0", ByteRange.range(0..<1)), ("bytes=90-200", .range(90..<100)), ("bytes=-5", .range(95..<100)),
        ("bytes=-500", .range(0..<100)), ("bytes=100-", .unsatisfiable), ("bytes=-0", .unsatisfiable),
        ("bytes=5-4", .ignored), ("bytes=0-1,3-4", .ignored), ("lines=1-2", .ignored), ("bytes=a-", .ignored),
        ("bytes=-", .ignored),
    ]) func readsByteRanges(field: String, expected: ByteRange) {
        #expect(ByteRange.parse(field, of: 100) == expected)
    }

    @Test func flakyFailsSoManyTimesForEachKey() {
        var state = OriginState()
        let statuses = ["/flaky/a/2", "/flaky/a/2", "/flaky/b/1", "/flaky/a/2", "/flaky/b/1"]
            .map { ask($0, state: &state).status }
        #expect(statuses == [503, 503, 503, 200, 200])
    }

    @Test func redirectsCountDownAndKeepTheirHost() {
        #expect(field("Location", of: ask("/redirect/2")) == "/redirect/1")
        #expect(ask("/redirect/0").status == 200)
        let absolute = ask("/absolute-redirect/1", fields: [("Host", "h:1")])
        #expect(field("Location", of: absolute) == "http://h:1/absolute-redirect/0")
        #expect(field("Location", of: ask("/redirect-to?url=http%3A%2F%2Fx%2F&status=307")) == "http://x/")
    }

    @Test func asksForCredentials() {
        #expect(ask("/basic-auth/aladdin/open%20sesame").status == 401)
        let known = [("Authorization", "Basic YWxhZGRpbjpvcGVuIHNlc2FtZQ==")]
        #expect(ask("/basic-auth/aladdin/open%20sesame", fields: known).status == 200)
        #expect(ask("/bearer/t0ken", fields: [("Authorization", "Bearer t0ken")]).status == 200)
    }

    @Test func echoesAsJSON() {
        let echo = text(ask("/echo?q", method: "PUT", fields: [("X-A", "\"\u{1}\\")], body: "b\n"))
        #expect(
            echo
                == #"{"method":"PUT","target":"/echo?q","headers":[["X-A","\"\u0001\\"]],"body":"b\u000a","body_bytes":2}"#
                + "\n")
    }

    @Test func countsUploadsAndRequests() {
        var state = OriginState()
        _ = ask("/upload", method: "POST", body: "12345", state: &state)
        _ = ask("/upload", method: "POST", body: "678", state: &state)
        #expect(text(ask("/stats", state: &state)).contains("\"uploads\":2,\"uploaded_bytes\":8"))
        #expect(state.requestCount == 3)
    }

    @Test func sendsNoBodyForHeadNorWithStatusesThatHaveNone() {
        let head = RequestHead(method: "HEAD", target: "/bytes/9", minorVersion: 1, fields: [])
        #expect(Reply.generated(9).steps(for: head).count == 1)
        let get = RequestHead(method: "GET", target: "/", minorVersion: 1, fields: [])
        #expect(Reply.text("x", status: 304).steps(for: get).count == 1)
    }

    @Test func writesHeaderBytesAsTheyAre() {
        let get = RequestHead(method: "GET", target: "/", minorVersion: 1, fields: [])
        guard case .send(let head) = ask("/headers").steps(for: get)[0] else {
            Issue.record("no head")
            return
        }
        #expect(head.contains(0x1B) && head.contains(0x9B))
        #expect(String(latin1: head).contains("X-Latin1: caf\u{E9} \u{FF}\r\n"))
    }
}
