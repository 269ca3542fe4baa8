extension OriginRoutes {
    /// Everything that a server can do wrong and a client must survive.
    static let faultRoutes: [Route] = [
        Route(name: "reset", parameters: "[/MS]", summary: "TCP reset in place of an answer") { call, _ in
            .only([.sleep(call.milliseconds(0)), .reset])
        },
        Route(name: "reset-head", parameters: "", summary: "TCP reset within the head") { _, _ in
            .only([.send(Array("HTTP/1.1 200 OK\r\nContent-Le".utf8)), .sleep(settle), .reset])
        },
        Route(name: "reset-body", parameters: "[/N]", summary: "TCP reset after half of N bytes") { call, _ in
            cut(call.number(0, default: 4096), by: .reset)
        },
        Route(name: "hangup", parameters: "[/MS]", summary: "closes in place of an answer") { call, _ in
            .only([.sleep(call.milliseconds(0)), .hangUp])
        },
        Route(name: "hangup-body", parameters: "[/N]", summary: "closes after half of N bytes") { call, _ in
            cut(call.number(0, default: 4096), by: .hangUp)
        },
        Route(name: "chunked-cut", parameters: "/N", summary: "closes before the last chunk") { call, _ in
            var reply = chunked(call.number(0), chunkLength: 1024)
            reply.body = [reply.body[0], .hangUp]
            return reply
        },
        Route(name: "bad-chunk", parameters: "", summary: "a chunk size that is none") { _, _ in
            Reply(fields: [("Transfer-Encoding", "chunked")], body: [.send(Array("xyz\r\nabc\r\n".utf8)), .hangUp])
        },
        Route(name: "bad-gzip", parameters: "", summary: "says gzip, is not") { _, _ in
            .bytes(DemoBody.bytes(0..<512), type: "text/plain", fields: [("Content-Encoding", "gzip")])
        },
        Route(name: "gzip-cut", parameters: "/N", summary: "half of a gzip body, as if it were all") { call, _ in
            let encoded = Gzip.encode(DemoBody.bytes(0..<min(call.number(0, default: 4096), 1 << 20)))
            return .bytes(
                Array(encoded.prefix(encoded.count / 2)), type: "text/plain", fields: [("Content-Encoding", "gzip")])
        },
        Route(name: "duplicate-length", parameters: "[/same]", summary: "two Content-Length, unequal") { call, _ in
            let second = call.text(0) == "same" ? 512 : 100
            return .generated(512, fields: [("Content-Length", "\(second)")])
        },
        Route(name: "not-http", parameters: "", summary: "a greeting of another protocol") { _, _ in
            .only([.send(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)), .hangUp])
        },
        Route(name: "bad-status", parameters: "", summary: "a status line without a number") { _, _ in
            .only([.send(Array("HTTP/1.1 OK fine\r\nContent-Length: 0\r\n\r\n".utf8)), .hangUp])
        },
        Route(name: "headers", parameters: "", summary: "fields with escape sequences, latin-1, a long value") { _, _ in
            hostileHeaders
        },
        Route(name: "many-headers", parameters: "/N", summary: "N fields of about 100 bytes") { call, _ in
            let value = String(repeating: "v", count: 80)
            return .text("ok\n", fields: (0..<call.number(0, default: 100)).map { ("X-Filler-\($0)", value) })
        },
    ]

    /// Long enough for what was sent before to be read before the reset that follows it.
    private static let settle = Duration.milliseconds(20)

    private static func cut(_ count: Int, by step: Reply.Step) -> Reply {
        var reply = Reply.generated(count)
        reply.body = [.fill(0..<(count / 2)), .sleep(settle), step]
        return reply
    }

    /// A client that prints any of these unchanged has given its terminal away.
    private static let hostileHeaders: Reply = {
        var reply = Reply.text("look at the fields\n")
        reply.reason = "OK\u{1B}[31mred\u{1B}]0;title\u{07}"
        let fields = [
            ("X-Escape", "\u{1B}[2J\u{1B}[H\u{1B}]52;c;aGk=\u{07}"),
            ("X-C1", "\u{9B}31m \u{85}"),
            ("X-Latin1", "caf\u{E9} \u{FF}"),
            ("X-Utf8", String(latin1: "schön \u{202E}gnp.exe".utf8)),
            ("X-Long", String(repeating: "0123456789", count: 900)),
            ("X-Empty", ""),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2; HttpOnly"),
        ]
        reply.fields += fields.map { RequestHead.Field(name: $0.0, value: $0.1) }
        return reply
    }()
}
