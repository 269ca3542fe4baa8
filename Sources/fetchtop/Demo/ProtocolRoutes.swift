extension OriginRoutes {
    /// What the request decides: status codes, echoes, credentials, uploads.
    static let protocolRoutes: [Route] = [
        Route(name: "status", parameters: "/CODE[?retry-after=S]", summary: "that status") { call, _ in
            let status = call.number(0, default: 200)
            guard (200...999).contains(status) else { return .text("no such status\n", status: 400) }
            let retry = call.head.query("retry-after").map { [("Retry-After", $0)] } ?? []
            return .text("status \(status)\n", status: status, fields: retry)
        },
        Route(name: "echo", parameters: "", summary: "the request as JSON") { call, _ in .json(echo(call)) },
        Route(name: "basic-auth", parameters: "/USER/PASSWORD", summary: "401 without these credentials") { call, _ in
            let expected = "Basic \(base64("\(call.text(0)):\(call.text(1))"))"
            guard call.head["Authorization"] == expected else {
                return .text("who are you?\n", status: 401, fields: [("WWW-Authenticate", "Basic realm=\"origin\"")])
            }
            return .text("welcome \(call.text(0))\n")
        },
        Route(name: "bearer", parameters: "/TOKEN", summary: "401 without this token") { call, _ in
            call.head["Authorization"] == "Bearer \(call.text(0))"
                ? .text("welcome\n")
                : .text("who are you?\n", status: 401, fields: [("WWW-Authenticate", "Bearer realm=\"origin\"")])
        },
        Route(name: "cookies", parameters: "/NAME/VALUE", summary: "sets a cookie") { call, _ in
            .text("have a cookie\n", fields: [("Set-Cookie", "\(call.text(0))=\(call.text(1)); Path=/")])
        },
        Route(
            name: "early", parameters: "/CODE", summary: "that status before the request's body was read",
            answersEarly: true
        ) { call, _ in
            var reply = Reply.text("no thanks\n", status: call.number(0, default: 417))
            reply.closes = true
            return reply
        },
    ]

    static let stateRoutes: [Route] = [
        Route(name: "flaky", parameters: "/KEY/N[/CODE]", summary: "fails N times, then works") { call, state in
            let attempt = state.attempts[call.text(0), default: 0] + 1
            state.attempts[call.text(0)] = attempt
            return attempt <= call.number(1)
                ? .text("attempt \(attempt) fails\n", status: call.number(2, default: 503))
                : .text("attempt \(attempt) works\n")
        },
        Route(name: "cut-once", parameters: "/KEY/N", summary: "half of N bytes the first time, ranges then") {
            call, state in
            let isFirst = state.attempts.updateValue(1, forKey: call.text(0)) == nil
            var reply = stored(call.number(1), tag: "cut-\(call.number(1))", request: call.head)
            if isFirst { reply.body = [.fill(0..<call.number(1) / 2), .sleep(.milliseconds(50)), .hangUp] }
            return reply
        },
        Route(name: "upload", parameters: "", summary: "counts what is sent to it") { call, state in
            state.uploadCount += 1
            state.uploadedBytes += call.bodyByteCount
            return .json("{\"received\":\(call.bodyByteCount)}\n")
        },
        Route(name: "stats", parameters: "", summary: "counts of requests and connections, as JSON") { _, state in
            .json(state.json)
        },
    ]

    private static func echo(_ call: OriginCall) -> String {
        let fields = call.head.fields.map { "[\(quoted($0.name)),\(quoted($0.value))]" }.joined(separator: ",")
        return """
            {"method":\(quoted(call.head.method)),"target":\(quoted(call.head.target)),"headers":[\(fields)],\
            "body":\(quoted(String(latin1: call.body))),"body_bytes":\(call.bodyByteCount)}

            """
    }

    /// The text as a JSON string.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{0}"..<"\u{20}":
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func base64(_ text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let bytes = Array(text.utf8)
        var encoded = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = Array(bytes[start...].prefix(3))
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                encoded.append(index <= group.count ? alphabet[bits >> (18 - 6 * index) & 63] : "=")
            }
        }
        return encoded
    }
}
