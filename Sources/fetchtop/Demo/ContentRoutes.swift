extension OriginRoutes {
    /// Bodies of every kind that is correct.
    static let contentRoutes: [Route] = [
        Route(name: "bytes", parameters: "/N", summary: "N bytes; ranges and conditional requests work") { call, _ in
            stored(call.number(0), tag: "bytes-\(call.number(0))", request: call.head)
        },
        Route(name: "changing", parameters: "/KEY/N", summary: "N bytes with a new ETag each time") { call, state in
            let version = state.attempts[call.text(0), default: 0]
            state.attempts[call.text(0)] = version + 1
            return stored(call.number(1), tag: "\(call.text(0))-\(version)", request: call.head)
        },
        Route(name: "etag", parameters: "/TAG", summary: "304 to whoever has it") { call, _ in
            stored(64, tag: call.text(0), request: call.head)
        },
        Route(name: "gzip", parameters: "/N", summary: "N bytes, Content-Encoding: gzip") { call, _ in
            let encoded = Gzip.encode(DemoBody.bytes(0..<min(call.number(0), 64 << 20)))
            return .bytes(encoded, type: "text/plain", fields: [("Content-Encoding", "gzip")])
        },
        Route(name: "chunked", parameters: "/N[/CHUNK]", summary: "N bytes in chunks") { call, _ in
            chunked(call.number(0), chunkLength: call.number(1, default: 4096))
        },
        Route(name: "until-close", parameters: "/N", summary: "N bytes, no length: the end of the connection ends them")
        {
            call, _ in
            var reply = Reply(fields: [("Content-Type", "text/plain")], body: [.fill(0..<call.number(0))])
            reply.closes = true
            return reply
        },
        Route(name: "close", parameters: "/N", summary: "N bytes with Connection: close") { call, _ in
            var reply = Reply.generated(call.number(0))
            reply.closes = true
            return reply
        },
        Route(name: "empty", parameters: "", summary: "204 No Content") { _, _ in Reply(204) },
        Route(name: "early-hints", parameters: "", summary: "103 before the 200") { _, _ in
            var reply = Reply.text("hinted\n")
            reply.before = [.send(Array("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n".utf8))]
            return reply
        },
    ]

    static func chunked(_ count: Int, chunkLength: Int) -> Reply {
        Reply(
            fields: [("Content-Type", "text/plain"), ("Transfer-Encoding", "chunked")],
            body: [.fillChunks(0..<count, chunkLength: max(chunkLength, 1)), .send(Array("0\r\n\r\n".utf8))])
    }

    /// When all that has a date was last modified.
    static let lastModified = "Sat, 01 Nov 2025 12:00:00 GMT"

    /// A resource with validators, which answers `Range`, `If-Range`, `If-None-Match` and `If-Modified-Since`.
    static func stored(_ count: Int, tag: String, request: RequestHead) -> Reply {
        let tag = "\"\(tag)\""
        let validators = [("ETag", tag), ("Last-Modified", lastModified), ("Accept-Ranges", "bytes")]
        if isFresh(request, tag: tag) { return Reply(304, fields: validators) }
        let condition = request["If-Range"]
        guard let asked = request["Range"], condition == nil || condition == tag || condition == lastModified else {
            return .generated(count, fields: validators)
        }
        switch ByteRange.parse(asked, of: count) {
        case .ignored: return .generated(count, fields: validators)
        case .unsatisfiable:
            return .text("range not satisfiable\n", status: 416, fields: [("Content-Range", "bytes */\(count)")])
        case .range(let range):
            let fields = [
                ("Content-Type", "application/octet-stream"), ("Content-Length", "\(range.count)"),
                ("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(count)"),
            ]
            return Reply(206, fields: fields + validators, body: [.fill(range)])
        }
    }

    private static func isFresh(_ request: RequestHead, tag: String) -> Bool {
        if let known = request["If-None-Match"] {
            return known.split(separator: ",").contains { $0.trimmingBlanks == tag || $0.trimmingBlanks == "*" }
        }
        return request["If-Modified-Since"] == lastModified
    }
}

/// The `Range` field of a request for one range of bytes.
enum ByteRange: Equatable {
    case range(Range<Int>)
    case unsatisfiable
    /// Malformed, or of several ranges: the whole is sent, as RFC 9110 allows.
    case ignored

    static func parse(_ field: String, of count: Int) -> ByteRange {
        guard field.hasPrefix("bytes="), !field.contains(",") else { return .ignored }
        let parts = field.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return .ignored }
        switch (Int(parts[0]), Int(parts[1])) {
        case (let first?, let last?) where first <= last:
            return first < count ? .range(first..<min(last + 1, count)) : .unsatisfiable
        case (let first?, nil) where parts[1].isEmpty: return first < count ? .range(first..<count) : .unsatisfiable
        case (nil, let suffix?) where parts[0].isEmpty:
            return suffix > 0 && count > 0 ? .range(max(0, count - suffix)..<count) : .unsatisfiable
        default: return .ignored
        }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
