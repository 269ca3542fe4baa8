/// A synchronous HTTP client: a private loop, run while a fetch is under way. Tornado: `HTTPClient`.
///
/// ```swift
/// let response = try HTTPClient().fetch("http://127.0.0.1:8080/")
/// ```
public final class HTTPClient {
    private let loop: EventLoop
    private let client: AsyncHTTPClient

    /// Creates a client for the calling thread.
    ///
    /// - Throws: `SystemError` when the process is out of descriptors.
    public init(configuration: AsyncHTTPClient.Configuration = .init()) throws(SystemError) {
        loop = try EventLoop(name: "HTTPClient")
        client = AsyncHTTPClient(loop: loop, configuration: configuration)
    }

    deinit { try? loop.close() }

    /// Fetches a URL with the client's default settings, and blocks until the response is whole.
    ///
    /// - Throws: As ``fetch(_:raiseError:)-(HTTPRequest,_)`` does.
    public func fetch(_ url: String, raiseError: Bool = true) throws -> HTTPResponse {
        try fetch(client.request(url), raiseError: raiseError)
    }

    /// Fetches a whole response, and blocks until it is there.
    ///
    /// - Throws: `HTTPClientError`, `.closed` after ``close()``; `LoopError.alreadyRunning` on a thread that runs an event loop: it would stand
    ///   still meanwhile. Use ``AsyncHTTPClient`` there.
    public func fetch(_ request: HTTPRequest, raiseError: Bool = true) throws -> HTTPResponse {
        if EventLoop.isRunningOnThisThread { throw LoopError.alreadyRunning }
        guard !loop.isClosed else { throw HTTPClientError.closed }
        let client = client
        return try loop.run { try await client.fetch(request, raiseError: raiseError) }
    }

    /// Ends the client; a second time without effect.
    public func close() { try? loop.close() }
}
