import FetchLoop

extension FetchFailure {
    /// Classifies what the client reports.
    init(_ error: HTTPClientError) {
        let phase = error.phase.flatMap { FailPhase(rawValue: $0.rawValue) }
        switch error {
        case .timeout(.connect, _):
            self.init(kind: .connectTimeout, phase: .connect, exitCode: 28, message: error.description)
        case .timeout:
            self.init(kind: .timeout, phase: phase ?? .response, exitCode: 28, message: error.description)
        // libcurl has one code for a URL's protocol and for an answer in none that it knows.
        case .curl(1, let message, _) where !message.hasPrefix("Protocol"):
            self.init(kind: .badResponse, phase: .response, exitCode: 1, message: message)
        // libcurl says "failure when receiving" of a body that is not what HTTP wants, as of a connection that was lost;
        // and of a proxy that refuses a tunnel. One that has too much to do, or is lost, is another matter.
        case .curl(56, let message, _) where message.contains("chunked-encoding"):
            self.init(kind: .badResponse, phase: .body, exitCode: 56, message: message)
        case .curl(56, let message, _) where message.contains("CONNECT"):
            let isRefused =
                Self.tunnelStatus(message).map { (400..<500).contains($0) && ![408, 429].contains($0) } ?? false
            self.init(kind: isRefused ? .refused : .reset, phase: .connect, exitCode: 56, message: message)
        case .curl(let code, let message, _):
            self.init(
                kind: FailureKind(curlCode: code, phase: phase), phase: phase ?? .response, exitCode: code,
                message: Secrets.masked(text: message))
        case .bodyTooLarge, .headTooLarge:
            self.init(kind: .tooLarge, phase: .policy, exitCode: 63, message: error.description)
        case .invalidRequest:
            self.init(kind: .invalidURL, phase: .policy, exitCode: 3, message: error.description)
        case .aborted: self.init(kind: .disk, phase: .write, exitCode: 23, message: error.description)
        case .bodyProducer: self.init(kind: .other, phase: .request, exitCode: 26, message: error.description)
        case .status, .cancelled, .closed:
            self.init(kind: .other, phase: phase ?? .policy, exitCode: 0, message: error.description)
        }
    }

    /// What a proxy answered to the request for a tunnel; only libcurl's words tell: `CONNECT tunnel failed, response 407`.
    private static func tunnelStatus(_ message: String) -> Int? {
        guard let blank = message.lastIndex(of: " "), message[..<blank].hasSuffix("response") else { return nil }
        return Int(message[blank...].dropFirst())
    }
}

extension FailureKind {
    /// The class of a libcurl code (`CURLE_…`).
    init(curlCode: Int32, phase: FailPhase?) {
        switch curlCode {
        case 1, 3, 4: self = .invalidURL
        case 5, 6: self = .dns
        case 7: self = phase == .policy ? .policy : .refused
        case 8: self = .badResponse
        case 61: self = .badEncoding
        case 16, 92, 95, 96: self = .reset
        case 18: self = .truncated
        case 23: self = .disk
        // Other timeouts have a case of their own; what comes as a code is a transfer below `-Y` for `-y`.
        case 28: self = .stalled
        case 35, 53, 54, 58, 59, 64, 66, 80, 91, 98: self = .tls
        case 47: self = .redirects
        case 51, 60, 77, 82, 83, 90: self = .certificate
        case 52: self = .emptyReply
        case 55, 56: self = .reset
        case 63: self = .tooLarge
        default: self = .other
        }
    }
}
