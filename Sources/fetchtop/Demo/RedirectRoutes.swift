extension OriginRoutes {
    static let redirectRoutes: [Route] = [
        Route(name: "redirect", parameters: "/N", summary: "N relative redirects, then a body") { call, _ in
            let left = call.number(0)
            return left == 0 ? .text("arrived\n") : redirect(to: "/redirect/\(left - 1)")
        },
        Route(name: "absolute-redirect", parameters: "/N", summary: "N absolute redirects") { call, _ in
            let left = call.number(0)
            guard left > 0, let host = call.head["Host"] else { return .text("arrived\n") }
            return redirect(to: "http://\(host)/absolute-redirect/\(left - 1)")
        },
        Route(name: "redirect-to", parameters: "?url=URL[&status=CODE]", summary: "a redirect to anywhere") { call, _ in
            let status = call.head.query("status").flatMap { Int($0) } ?? 302
            return redirect(to: call.head.query("url") ?? "/", status: status)
        },
        Route(name: "redirect-loop", parameters: "", summary: "a redirect to itself") { _, _ in
            redirect(to: "/redirect-loop")
        },
        Route(name: "redirect-nowhere", parameters: "", summary: "302 without Location") { _, _ in
            .text("nowhere\n", status: 302)
        },
    ]

    private static func redirect(to location: String, status: Int = 302) -> Reply {
        .text("see \(location)\n", status: status, fields: [("Location", location)])
    }
}
