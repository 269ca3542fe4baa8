/// What a fetch is doing, as one letter and one colour in the table.
enum FetchState: UInt8, CaseIterable, Codable, Sendable {
    case queued, resolving, connecting, handshaking, waiting, receiving, uploading, backoff, paused
    case succeeded, httpError, failed, cancelled, notModified, skipped

    /// The letter of the table's S column.
    var letter: Character {
        switch self {
        case .queued: "q"
        case .resolving: "D"
        case .connecting: "C"
        case .handshaking: "T"
        case .waiting: "W"
        case .receiving: "R"
        case .uploading: "U"
        case .backoff: "z"
        case .paused: "p"
        case .succeeded: "+"
        case .httpError: "!"
        case .failed: "x"
        case .cancelled: "-"
        case .notModified, .skipped: "="
        }
    }

    /// The word that filters, records and the summary use.
    var word: String {
        switch self {
        case .queued: "queued"
        case .resolving: "dns"
        case .connecting: "connect"
        case .handshaking: "tls"
        case .waiting: "wait"
        case .receiving: "recv"
        case .uploading: "upload"
        case .backoff: "backoff"
        case .paused: "paused"
        case .succeeded: "ok"
        case .httpError: "http_error"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case .notModified: "not_modified"
        case .skipped: "skipped"
        }
    }

    /// A transfer is under way: the fetch holds a slot.
    var isInFlight: Bool { self >= .resolving && self <= .uploading }

    /// Nothing more will happen unless somebody asks for a retry.
    var isFinished: Bool { self >= .succeeded }

    /// Finished, and counted as a failure by gates and the exit code.
    var isFailure: Bool { self == .httpError || self == .failed }
}

extension FetchState: Comparable {
    static func < (left: FetchState, right: FetchState) -> Bool { left.rawValue < right.rawValue }
}
