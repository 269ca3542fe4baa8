private import DequeModule

/// The body of a response in pieces, as they arrive. Made by ``AsyncHTTPClient/stream(_:raiseError:)``.
///
/// ```swift
/// for try await piece in try client.stream(HTTPRequest(url)) { count += piece.count }
/// ```
/// A consumer that is slower than the network pauses the transfer, so that TCP slows the sender down; no more than
/// about 64 KiB wait in between. The pause counts for the request's timeout: who streams for long sets it to zero.
///
/// It may be iterated once. Leaving the iteration early, when nothing refers to the stream any more, ends the transfer.
public struct BodyStream: AsyncSequence {
    /// A piece of the body, never empty.
    public typealias Element = [UInt8]
    /// What ends a stream early.
    public typealias Failure = HTTPClientError

    private let lifetime: Lifetime

    init(_ request: HTTPRequest, on core: ClientCore, raiseError: Bool) throws(HTTPClientError) {
        let receiver = BodyReceiver(core, raiseError: raiseError)
        receiver.transfer = try core.start(request, delegate: receiver)
        lifetime = Lifetime(receiver)
    }

    /// The head of the response; waits until it is there.
    ///
    /// - Throws: `HTTPClientError`, as the iteration does; `.invalidRequest` while another coroutine waits for a piece.
    /// - Cancellation: Ends the transfer.
    public var head: HTTPResponseHead {
        get async throws(HTTPClientError) { try await lifetime.receiver.waitForHead() }
    }

    /// Addresses, counts and timings; nil before the end of the body.
    public var summary: TransferSummary? { lifetime.receiver.summary }

    /// Starts the iteration.
    public func makeAsyncIterator() -> Iterator { Iterator(lifetime: lifetime) }

    /// Yields the pieces.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let lifetime: Lifetime

        /// The next piece; nil at the end of the body.
        ///
        /// - Throws: `HTTPClientError`, again at each later call; `.invalidRequest` while another coroutine waits.
        /// - Cancellation: Ends the transfer; throws `.cancelled`.
        public mutating func next(
            isolation: isolated (any Actor)? = #isolation
        ) async throws(HTTPClientError) -> [UInt8]? {
            try await lifetime.receiver.next()
        }
    }

    /// Held by the consumer alone; the client holds the receiver.
    fileprivate final class Lifetime {
        let receiver: BodyReceiver
        init(_ receiver: BodyReceiver) { self.receiver = receiver }
        deinit { receiver.transfer?.cancel() }
    }
}

/// Stands between the client, which delivers, and the one consumer, who takes his time.
private final class BodyReceiver: TransferDelegate {
    /// Four of libcurl's pieces.
    private static let bufferLimit = 64 << 10
    /// Of the body of an error's response, as much is kept.
    private static let errorBodyLimit = 1 << 20

    var transfer: Transfer?
    private(set) var summary: TransferSummary?
    /// Beside the summary, so that a coroutine that asks needs no room for a copy of it.
    private var isFinished = false
    private let core: ClientCore
    private let raiseError: Bool
    private var head: HTTPResponseHead?
    private var pieces: Deque<[UInt8]> = []
    private var bufferedBytes = 0
    /// Once set, the body of a response with an error's status is collected.
    private var errorBody: [UInt8]?
    private var failure: HTTPClientError?
    private var waiter: Suspension?

    init(_ core: ClientCore, raiseError: Bool) {
        self.core = core
        self.raiseError = raiseError
    }

    func waitForHead() async throws(HTTPClientError) -> HTTPResponseHead {
        while true {
            if let failure { throw failure }
            if let head, errorBody == nil { return head }
            try await wait()
        }
    }

    func next() async throws(HTTPClientError) -> [UInt8]? {
        while true {
            if let piece = pieces.popFirst() {
                bufferedBytes -= piece.count
                if bufferedBytes <= Self.bufferLimit / 2 { transfer?.resume() }
                return piece
            }
            if let failure { throw failure }
            if isFinished { return nil }
            try await wait()
        }
    }

    private func wait() async throws(HTTPClientError) {
        // He who waits already is not disturbed.
        guard waiter == nil else { throw .invalidRequest("a BodyStream has one consumer, and another one waits") }
        let suspension = Suspension(core.loop, waitingFor: "body")
        waiter = suspension
        defer { waiter = nil }
        guard await suspension.wait() == .cancelled else { return }
        transfer?.cancel()
        failure = core.isClosed ? .closed : .cancelled
    }

    func transfer(_ transfer: Transfer, didReceive head: HTTPResponseHead) {
        self.head = head
        if raiseError && !head.isSuccess { errorBody = [] }
        waiter?.resume()
    }

    func transfer(_ transfer: Transfer, didReceiveBody bytes: RawSpan) -> Transfer.BodyAction {
        let piece = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
        if let count = errorBody?.count {
            errorBody?.append(contentsOf: piece.prefix(Self.errorBodyLimit - count))
            return .continue
        }
        pieces.append(piece)
        bufferedBytes += piece.count
        if bufferedBytes >= Self.bufferLimit { transfer.pause() }
        waiter?.resume()
        return .continue
    }

    func transfer(_ transfer: Transfer, didFinish summary: consuming TransferSummary, error: HTTPClientError?) {
        self.summary = summary
        isFinished = true
        head = head ?? HTTPResponseHead(bytes: [])
        failure = error
        if error == nil, let head, let errorBody {
            failure = .status(HTTPResponse(transfer, head: head, body: errorBody, summary: summary))
        }
        waiter?.resume()
    }
}
