/// The state of every fetch in one byte each: what the map draws from, and what a scan over all costs least with.
struct StateMap: Sendable {
    private(set) var bytes: [UInt8] = []
    /// The most urgent of each block: a frame over millions looks at these.
    private var worsts: [UInt8] = []
    private static let blockSize = 32

    /// The state of a fetch, if it has one yet.
    subscript(id: FetchID) -> FetchState? { id.index < bytes.count ? FetchState(rawValue: bytes[id.index]) : nil }

    mutating func set(_ state: FetchState, of id: FetchID) {
        if id.index >= bytes.count {
            let queued = FetchState.queued.rawValue
            bytes.append(contentsOf: repeatElement(queued, count: id.index + 1 - bytes.count))
            let blockCount = (bytes.count + Self.blockSize - 1) / Self.blockSize
            // Of an unfinished block the rest that is new is queued as well.
            if let last = worsts.indices.last, Self.urgency(of: worsts[last]) < Self.urgency(of: queued) {
                worsts[last] = queued
            }
            worsts.append(contentsOf: repeatElement(queued, count: blockCount - worsts.count))
        }
        let block = id.index / Self.blockSize
        let before = bytes[id.index]
        bytes[id.index] = state.rawValue
        if Self.urgency(of: state.rawValue) >= Self.urgency(of: worsts[block]) {
            worsts[block] = state.rawValue
        } else if before == worsts[block] {
            let start = block * Self.blockSize
            worsts[block] = most(start..<min(bytes.count, start + Self.blockSize), of: bytes) ?? before
        }
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

    private static func urgency(of byte: UInt8) -> UInt8 { urgencies[Int(byte)] }

    /// The most urgent state among some fetches.
    func worst(in range: Range<Int>) -> FetchState? {
        let range = range.clamped(to: bytes.indices)
        let firstBlock = (range.lowerBound + Self.blockSize - 1) / Self.blockSize
        let lastBlock = range.upperBound / Self.blockSize
        guard firstBlock < lastBlock else { return most(range, of: bytes).flatMap { FetchState(rawValue: $0) } }
        let parts = [
            most(range.lowerBound..<firstBlock * Self.blockSize, of: bytes), most(firstBlock..<lastBlock, of: worsts),
            most(lastBlock * Self.blockSize..<range.upperBound, of: bytes),
        ]
        let worst = parts.compactMap { $0 }.max { Self.urgency(of: $0) < Self.urgency(of: $1) }
        return worst.flatMap { FetchState(rawValue: $0) }
    }

    private func most(_ range: Range<Int>, of bytes: [UInt8]) -> UInt8? {
        var worst: UInt8?
        for index in range {
            let byte = bytes[index]
            if let old = worst, Self.urgency(of: byte) <= Self.urgency(of: old) { continue }
            worst = byte
        }
        return worst
    }
}
