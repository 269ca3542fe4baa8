/// What the origin remembers between requests.
struct OriginState: Equatable {
    var requestCount = 0
    var acceptedConnections = 0
    var openConnections = 0 { didSet { mostOpenConnections = max(mostOpenConnections, openConnections) } }
    var mostOpenConnections = 0
    var uploadCount = 0
    var uploadedBytes = 0
    /// How often each key of `/flaky` was asked for.
    var attempts: [String: Int] = [:]

    var json: String {
        """
        {"requests":\(requestCount),"connections_accepted":\(acceptedConnections),\
        "connections_open":\(openConnections),"connections_most":\(mostOpenConnections),"uploads":\(uploadCount),"uploaded_bytes":\(uploadedBytes)}

        """
    }
}

/// One request as a route sees it.
struct OriginCall {
    var head: RequestHead
    /// The path's parts after the route's name. Those a route has no use for may say anything.
    var arguments: [String]
    /// The body, but no more of it than `bodyLimit`.
    var body: [UInt8] = []
    var bodyByteCount = 0

    static let bodyLimit = 1 << 20

    /// An argument as a number from 0 on.
    func number(_ index: Int, default fallback: Int = 0) -> Int {
        guard index < arguments.count, let number = Int(arguments[index]), number >= 0 else { return fallback }
        return number
    }

    func text(_ index: Int) -> String { index < arguments.count ? arguments[index] : "" }

    func milliseconds(_ index: Int) -> Duration { .milliseconds(number(index)) }
}
