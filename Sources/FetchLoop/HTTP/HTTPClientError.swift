/// Why a fetch has no (good) response.
public enum HTTPClientError: Error, Sendable {
    /// The status is not 2xx (and not 304 to a conditional request); the response is whole.
    case status(HTTPResponse)
    /// A deadline passed in the named phase; the message says after how long, and how far the transfer had come.
    case timeout(TimeoutPhase, message: String)
    /// libcurl's code (`CURLE_…`), its message, and the phase in which it failed.
    case curl(code: Int32, message: String, phase: FailurePhase)
    /// The fetch was cancelled.
    case cancelled
    /// The body has more bytes than allowed.
    case bodyTooLarge(limit: Int64)
    /// The head of a response has more bytes than allowed.
    case headTooLarge(limit: Int)
    /// The request was refused before anything was sent.
    case invalidRequest(String)
    /// The body's producer threw.
    case bodyProducer(String)
    /// The delegate, or the streaming callback, ended the transfer.
    case aborted
    /// The client was closed.
    case closed

    /// In which phase a deadline passed.
    public enum TimeoutPhase: String, Sendable, Codable {
        /// Waiting for a free slot of the client.
        case queue
        /// Resolving, connecting, TLS.
        case connect
        /// Sending the request.
        case request
        /// Waiting for the response's head.
        case response
        /// Receiving the body.
        case body
    }

    /// In which phase a transfer failed.
    public enum FailurePhase: String, Sendable, Codable {
        /// Waiting for a slot.
        case queue
        /// Resolving the name.
        case dns
        /// Connecting.
        case connect
        /// The TLS handshake.
        case tls
        /// Sending the request.
        case request
        /// Waiting for the response's head.
        case response
        /// Receiving the body.
        case body
        /// Handing the body on.
        case write
        /// A rule of ours or the request's forbade it.
        case policy
    }

    /// In which phase the fetch failed; nil for a status or a cancellation.
    public var phase: FailurePhase? {
        switch self {
        case .status, .cancelled, .closed: nil
        case .timeout(.queue, _): .queue
        case .timeout(.connect, _): .connect
        case .timeout(.request, _): .request
        case .timeout(.response, _): .response
        case .timeout(.body, _): .body
        case .curl(_, _, let phase): phase
        case .bodyTooLarge, .headTooLarge, .invalidRequest: .policy
        case .bodyProducer: .request
        case .aborted: .write
        }
    }
}

extension HTTPClientError: CancellationDescribing {
    /// Whether the fetch was cancelled.
    public var isCancellation: Bool {
        if case .cancelled = self { true } else { false }
    }
}

extension HTTPClientError: CustomStringConvertible {
    /// One sentence for people.
    public var description: String {
        switch self {
        case .status(let response): "HTTP \(response.status) \(response.reason)"
        case .timeout(_, let message), .curl(_, let message, _): message
        case .cancelled: "cancelled"
        case .bodyTooLarge(let limit): "the body is larger than \(limit) bytes"
        case .headTooLarge(let limit): "the response's head is larger than \(limit) bytes"
        case .invalidRequest(let reason): reason
        case .bodyProducer(let reason): "the body's producer failed: \(reason)"
        case .aborted: "aborted by the receiver"
        case .closed: "the client is closed"
        }
    }
}
