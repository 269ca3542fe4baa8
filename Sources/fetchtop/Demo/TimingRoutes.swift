extension OriginRoutes {
    /// Correct replies that take their time.
    static let timingRoutes: [Route] = [
        Route(name: "delay", parameters: "/MS[/N]", summary: "waits before the head, then N bytes") { call, _ in
            var reply = Reply.generated(call.number(1, default: 256))
            reply.before = [.sleep(call.milliseconds(0))]
            return reply
        },
        Route(name: "slow", parameters: "/N/RATE", summary: "N bytes at RATE bytes a second") { call, _ in
            var reply = Reply.generated(call.number(0))
            let rate = max(call.number(1, default: 1024), 1)
            let piece = max(rate / 20, 1)
            let pause = Duration.nanoseconds(1_000_000_000 / rate * piece)
            reply.body = [.trickle(0..<call.number(0), piece: piece, pause: pause)]
            return reply
        },
        Route(name: "drip", parameters: "/N/MS", summary: "N bytes, one at a time, MS apart") { call, _ in
            var reply = Reply.generated(call.number(0))
            reply.body = [.trickle(0..<call.number(0), piece: 1, pause: call.milliseconds(1))]
            return reply
        },
        Route(name: "late-body", parameters: "/MS/N", summary: "the head at once, N bytes after MS") { call, _ in
            var reply = Reply.generated(call.number(1))
            reply.body.insert(.sleep(call.milliseconds(0)), at: 0)
            return reply
        },
        Route(name: "stall", parameters: "[/MS]", summary: "never answers; hangs up after MS") { call, _ in
            .only(stall(call))
        },
        Route(name: "stall-head", parameters: "[/MS]", summary: "the head, then nothing") { call, _ in
            Reply(fields: [("Content-Length", "4096")], body: stall(call))
        },
        Route(name: "stall-body", parameters: "[/MS]", summary: "half of the body, then nothing") { call, _ in
            Reply(fields: [("Content-Length", "4096")], body: [.fill(0..<2048)] + stall(call))
        },
    ]

    private static func stall(_ call: OriginCall) -> [Reply.Step] {
        call.arguments.isEmpty ? [.stall] : [.sleep(call.milliseconds(0)), .hangUp]
    }
}
