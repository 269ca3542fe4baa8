/// Identifies a fetch for the length of a run: its number in the order of addition, from 1, shown as `#7`.
struct FetchID: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The id of the fetch at `index` of the store.
    init(index: Int) { rawValue = UInt32(index + 1) }

    /// Where the fetch lies in the store.
    var index: Int { Int(rawValue) - 1 }

    var description: String { "#\(rawValue)" }

    static func < (left: FetchID, right: FetchID) -> Bool { left.rawValue < right.rawValue }
}

/// Identifies an origin's host (`name:port` when the port is not the scheme's) for the length of a run.
struct HostID: RawRepresentable, Hashable, Comparable, Codable, Sendable {
    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }

    init(index: Int) { rawValue = UInt32(index) }

    var index: Int { Int(rawValue) }

    static func < (left: HostID, right: HostID) -> Bool { left.rawValue < right.rawValue }
}
