import DemoServer
public import FetchLoop
public import Testing

/// Runs a test body on a fresh loop with a client: the body gets the loop, the client and the base URL of a server,
/// which is an origin on the same loop unless told otherwise.
@discardableResult
public func withClient<Value: Sendable>(
    _ server: SuiteServer = .origin, maxClients: Int = 100,
    configure: @escaping @Sendable (inout AsyncHTTPClient.Configuration) -> Void = { _ in },
    _ body: nonisolated(nonsending) @escaping @Sendable (EventLoop, AsyncHTTPClient, String) async throws -> Value
) async throws -> Value {
    try await withLoop { loop in
        let running = try server.start(loop)
        defer { running.stop() }
        var configuration = AsyncHTTPClient.Configuration()
        configuration.maxClients = maxClients
        configuration.defaults.caFile = running.caFile
        // On a loaded machine five hundred fetches may take longer than the default. What hangs ends by the suite's limit.
        configuration.defaults.connectTimeout = .seconds(200)
        configuration.defaults.requestTimeout = .seconds(200)
        configure(&configuration)
        let client = AsyncHTTPClient(loop: loop, configuration: configuration)
        defer { client.close() }
        return try await body(loop, client, running.url)
    }
}

/// The servers that the client suite runs against.
public enum SuiteServer: String, Sendable, CaseIterable, CustomTestStringConvertible {
    /// The embedded origin, on the client's own loop.
    case origin
    /// nginx in front of an origin.
    case nginx
    /// nginx in front of an origin, with TLS and HTTP/2.
    case nginxHTTP2

    /// The server's name.
    public var testDescription: String { rawValue }

    /// nginx in front of an origin, for all tests of a run.
    private static let shared = Result {
        let origin = try OriginServer()
        return (origin, try NginxServer(origin: origin.port))
    }

    /// The base URL, and the file of the CA where there is one.
    func start(_ loop: EventLoop) throws -> (url: String, caFile: String?, stop: () -> Void) {
        switch self {
        case .origin:
            let origin = try Origin(loop: loop)
            return (origin.url, nil, { origin.close() })
        case .nginx: return (try Self.shared.get().1.url, nil, {})
        case .nginxHTTP2:
            let nginx = try Self.shared.get().1
            return (nginx.secureURL, nginx.certificateAuthority, {})
        }
    }
}
