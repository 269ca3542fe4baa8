import FetchLoop
import Testing

/// Expects that a fetch fails, and why: anything else that goes wrong is no proof.
///
/// - Parameter kind: the error's case, with what tells one failure from another: `curl 52 response`, `invalidRequest`.
func expectFailure<Value>(
    _ kind: String, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: nonisolated(nonsending) () async throws -> Value
) async {
    do {
        _ = try await body()
        Issue.record("must fail: \(kind)", sourceLocation: sourceLocation)
    } catch {
        let found = (error as? HTTPClientError)?.kind ?? "\(error)"
        #expect(found == kind, comment ?? "\(error)", sourceLocation: sourceLocation)
    }
}

extension HTTPClientError {
    fileprivate var kind: String {
        switch self {
        case .status(let response): "status \(response.status)"
        case .timeout(let phase, _): "timeout \(phase)"
        case .curl(let code, _, let phase): "curl \(code) \(phase)"
        case .cancelled: "cancelled"
        case .bodyTooLarge: "bodyTooLarge"
        case .headTooLarge: "headTooLarge"
        case .invalidRequest: "invalidRequest"
        case .bodyProducer: "bodyProducer"
        case .aborted: "aborted"
        case .closed: "closed"
        }
    }
}
