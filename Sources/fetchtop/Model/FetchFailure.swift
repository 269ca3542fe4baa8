/// The stage at which a fetch failed, as the records call it.
enum FailPhase: String, CaseIterable, Codable, Sendable {
    case queue, dns, connect, tls, request, response, body, write, policy
}

/// The class of a failure: what the CODE column shows and what the Errors view groups by.
enum FailureKind: UInt8, CaseIterable, Codable, Sendable {
    case invalidURL, dns, refused, unreachable, connectTimeout, tls, certificate, timeout, stalled, reset, emptyReply
    case badResponse, badEncoding, truncated, tooLarge, redirects, checksum, disk, policy, queueTimeout, other

    /// At most five letters for the CODE column.
    var label: String {
        switch self {
        case .invalidURL: "URL"
        case .dns: "DNS"
        case .refused: "REFU"
        case .unreachable: "CONN"
        case .connectTimeout: "CTIM"
        case .tls: "TLS"
        case .certificate: "CERT"
        case .timeout: "TIME"
        case .stalled: "STAL"
        case .reset: "RST"
        case .emptyReply: "EMPT"
        case .badResponse: "RESP"
        case .badEncoding: "ENC"
        case .truncated: "CUT"
        case .tooLarge: "BIG"
        case .redirects: "LOOP"
        case .checksum: "SUM"
        case .disk: "DISK"
        case .policy: "DENY"
        case .queueTimeout: "QTIM"
        case .other: "ERR"
        }
    }
}

/// Why an attempt failed without an acceptable HTTP answer.
struct FetchFailure: Error, Hashable, Codable, Sendable {
    var kind: FailureKind
    var phase: FailPhase
    /// curl's exit code, 0 when the failure is not libcurl's.
    var exitCode: Int32
    /// One line for people; not yet made safe for a terminal.
    var message: String
}
