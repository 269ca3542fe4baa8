/// The state of every fetch in one byte each: what the map draws from, and what a scan over all costs least with.
struct StateMap: Sendable {
    private(set) var bytes: [UInt8] = []

    mutating func set(_ state: FetchState, of id: FetchID) {
        if id.index >= bytes.count {
            bytes.append(contentsOf: repeatElement(FetchState.queued.rawValue, count: id.index + 1 - bytes.count))
        }
        bytes[id.index] = state.rawValue
    }

    /// How much a state wants to be seen: of several fetches in one cell the most urgent shows.
    static func urgency(_ state: FetchState) -> Int {
        switch state {
        case .failed: 9
        case .httpError: 8
        case .backoff: 7
        case .paused: 6
        case .receiving, .uploading: 5
        case .waiting: 4
        case .resolving, .connecting, .handshaking: 3
        case .cancelled: 2
        case .queued: 1
        case .succeeded, .notModified, .skipped: 0
        }
    }

    private static let urgencies: [UInt8] = FetchState.allCases.map { UInt8(urgency($0)) }

    /// The most urgent state among some fetches.
    func worst(in range: Range<Int>) -> FetchState? {
        var worst: UInt8?
        for index in range.clamped(to: bytes.indices) {
            let byte = bytes[index]
            if let old = worst, Self.urgencies[Int(byte)] <= Self.urgencies[Int(old)] { continue }
            worst = byte
        }
        return worst.flatMap { FetchState(rawValue: $0) }
    }
}
