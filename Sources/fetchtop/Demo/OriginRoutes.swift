/// The origin's resources: a table from the first part of the path to the code that decides the reply.
///
/// Pure: no route does I/O or reads a clock, so each is tested as a function.
struct OriginRoutes: Sendable {
    struct Route: Sendable {
        var name: String
        var parameters: String
        var summary: String
        /// Whether the reply is sent as soon as the head is there, without waiting for the request's body.
        var answersEarly = false
        var reply: @Sendable (OriginCall, inout OriginState) -> Reply
    }

    static let standard = OriginRoutes(
        contentRoutes + siteRoutes + timingRoutes + redirectRoutes + faultRoutes + protocolRoutes + stateRoutes)

    private let routes: [String: Route]
    /// `GET /` answers with this: one line a route.
    let index: String

    init(_ list: [Route]) {
        routes = Dictionary(uniqueKeysWithValues: list.map { ($0.name, $0) })
        index = list.map { "/\($0.name)\($0.parameters)  \($0.summary)\n" }.joined()
    }

    func answersEarly(_ head: RequestHead) -> Bool {
        head.path.first.flatMap { routes[$0] }?.answersEarly ?? false
    }

    func reply(to head: RequestHead, body: [UInt8], byteCount: Int, state: inout OriginState) -> Reply {
        state.requestCount += 1
        let path = head.path
        guard let name = path.first else { return .text(index) }
        guard let route = routes[name] else { return .text("no such resource: /\(name)\n", status: 404) }
        let call = OriginCall(head: head, arguments: Array(path.dropFirst()), body: body, bodyByteCount: byteCount)
        return route.reply(call, &state)
    }
}
