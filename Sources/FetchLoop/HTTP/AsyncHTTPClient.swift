/// An HTTP client on an ``EventLoop``: thousands of transfers at once, on one thread.
///
/// ``fetch(_:raiseError:)-(HTTPRequest,_)`` may be called from any Swift code: on the loop it runs directly, from elsewhere it hops to
/// the loop and back. Everything else is for the loop's thread.
///
/// Whoever made the client keeps it: its end is a ``close()``, and fails what is under way. A ``Transfer`` or a
/// ``BodyStream`` does not keep it.
///
/// Unchecked: the core is only touched, and let go of, on the loop's thread.
///
/// Tornado: `AsyncHTTPClient` (`CurlAsyncHTTPClient`). The libcurl interface is `curl_multi_socket_action`.
@safe public final class AsyncHTTPClient: @unchecked Sendable {
    /// How a client shares its resources.
    public struct Configuration: Sendable {
        /// Most transfers at once; others wait in the order of their calls.
        public var maxClients = 100
        /// Transfers in one libcurl multi handle before the next is filled; between 8 and 256 it hardly matters.
        public var transfersPerShard = 96
        /// Connections that each multi handle keeps open for reuse.
        public var idleConnectionsPerShard = 128
        /// Most connections open at once, idle ones included; nil sets no limit. All transfers then share one multi handle,
        /// and those that find no connection wait there, their request timeout running. The libcurl option is
        /// `MAX_TOTAL_CONNECTIONS`.
        public var maxConnections: Int?
        /// Easy handles kept for reuse, about 6 kB each.
        public var idleHandles = 10_000
        /// The buffer of a transfer that receives, in bytes. The libcurl option is `BUFFERSIZE`.
        public var receiveBufferBytes = 16384
        /// What is remembered of servers; nothing by default.
        public var memory = ClientMemory()
        /// The settings of requests made by ``AsyncHTTPClient/request(_:method:body:)``. Tornado: `defaults`.
        public var defaults = HTTPRequestSettings()

        /// Creates the default configuration.
        public init() {}
    }

    /// One reference, counted by hand: a field's own would be given back by the thread that the client ends on.
    private let heldCore: Unmanaged<ClientCore>
    private let executor: LoopExecutor

    private var core: ClientCore { unsafe heldCore.takeUnretainedValue() }

    /// Creates a client. Call on the loop's thread.
    public init(loop: EventLoop, configuration: Configuration = Configuration()) {
        unsafe heldCore = .passRetained(ClientCore(loop: loop, configuration: configuration))
        executor = loop.executor
    }

    deinit {
        // The core must go on the loop's thread, and the loop with it, if it is the last to hold that.
        nonisolated(unsafe) let core = unsafe heldCore
        if executor.isCurrent {
            unsafe core.takeRetainedValue().close()
        } else if !executor.post({ unsafe core.takeRetainedValue().close() }) {
            // The loop is closed, and has closed the core: nobody else uses either any more.
            unsafe core.release()
        }
    }

    /// Makes a request from the client's default settings. Any thread.
    ///
    /// All such requests share one copy of the settings until they are changed.
    public func request(_ url: String, method: String? = nil, body: HTTPBody? = nil) -> HTTPRequest {
        var request = HTTPRequest(url, storage: core.defaults, body: body)
        if let method { request.method = method }
        return request
    }

    /// Fetches a URL with the client's default settings.
    ///
    /// - Throws: As ``fetch(_:raiseError:)-(HTTPRequest,_)`` does.
    /// - Cancellation: The transfer is removed and its slot free at once; throws `.cancelled`.
    public func fetch(_ url: String, raiseError: Bool = true) async throws(HTTPClientError) -> HTTPResponse {
        try await fetch(request(url), raiseError: raiseError)
    }

    /// Fetches a whole response.
    ///
    /// - Throws: `HTTPClientError`. A status other than 2xx and 304 is one, unless `raiseError` is false.
    /// - Cancellation: The transfer is removed and its slot free at once; throws `.cancelled`.
    public func fetch(_ request: HTTPRequest, raiseError: Bool = true) async throws(HTTPClientError) -> HTTPResponse {
        guard executor.isCurrent else { return try await fetchFromElsewhere(request, raiseError) }
        let collector = try FetchCollector.start(request, on: core)
        return try collector.response(after: await collector.wait(), raiseError: raiseError)
    }

    @inline(never)
    private func fetchFromElsewhere(
        _ request: HTTPRequest, _ raiseError: Bool
    ) async throws(HTTPClientError) -> HTTPResponse {
        let response = try await RemoteFetch.fetch(request, on: core, executor: executor)
        if raiseError { try response.rethrow() }
        return response
    }

    /// Fetches a response and hands on its head, or the pieces of its body, as they arrive.
    ///
    /// They come on the loop's thread, as fast as the peer sends them; who must slow it down reads from a
    /// ``stream(_:raiseError:)``. Tornado: `header_callback`, `streaming_callback`.
    ///
    /// - Parameters:
    ///   - request: What to fetch.
    ///   - raiseError: Whether a status other than 2xx and 304 is thrown as an error.
    ///   - onHead: Gets the head of the last hop, whole, before the first piece of the body.
    ///   - onBody: Gets the body, which is then empty in the response; if nil, the response has it.
    /// - Throws: `HTTPClientError`, as ``fetch(_:raiseError:)-(HTTPRequest,_)``.
    /// - Cancellation: The transfer is removed and its slot free at once; throws `.cancelled`.
    public func fetch(
        _ request: HTTPRequest, raiseError: Bool = true,
        onHead: ((HTTPResponseHead) -> Void)? = nil,
        onBody: ((RawSpan) -> Void)?
    ) async throws(HTTPClientError) -> HTTPResponse {
        executor.require("AsyncHTTPClient.fetch with a streaming callback")
        let collector = try FetchCollector.start(request, on: core, onHead: onHead, onBody: onBody)
        return try collector.response(after: await collector.wait(), raiseError: raiseError)
    }

    /// Starts a transfer whose body is read piece by piece, at the consumer's pace. Loop's thread only.
    ///
    /// The stream does not keep the client, whose end ends it with `.closed`.
    ///
    /// - Throws: `HTTPClientError.invalidRequest` when the request is refused, `.closed` after `close`; the iteration
    ///   throws all else, a status other than 2xx and 304 too, unless `raiseError` is false.
    public func stream(_ request: HTTPRequest, raiseError: Bool = true) throws(HTTPClientError) -> BodyStream {
        executor.require("AsyncHTTPClient.stream")
        return try BodyStream(request, on: core, raiseError: raiseError)
    }

    /// Starts a transfer and reports to a delegate; the form under all others. Loop's thread only.
    ///
    /// The client keeps the delegate until the transfer ends; the transfer does not keep the client.
    ///
    /// - Throws: `HTTPClientError.invalidRequest` when the request is refused, `.closed` after `close`.
    public func start(
        _ request: HTTPRequest, delegate: any TransferDelegate
    ) throws(HTTPClientError) -> Transfer {
        executor.require("AsyncHTTPClient.start")
        return try core.start(request, delegate: delegate)
    }

    /// Transfers under way. Loop's thread only.
    public var activeCount: Int { loopBound.activeCount }

    /// Transfers waiting for a slot. Loop's thread only.
    public var queuedCount: Int { loopBound.queuedCount }

    /// Connections open now, idle ones included. Loop's thread only.
    public var connectionCount: Int { loopBound.sockets.openCount }

    /// libcurl multi handles kept now; see ``Configuration/transfersPerShard``. Loop's thread only.
    public var shardCount: Int { loopBound.shardCount }

    private var loopBound: ClientCore {
        executor.require("AsyncHTTPClient's counts")
        return core
    }

    /// Fails everything pending with `HTTPClientError.closed`. Loop's thread only; again without effect.
    public func close() {
        executor.require("AsyncHTTPClient.close")
        core.close()
    }
}
