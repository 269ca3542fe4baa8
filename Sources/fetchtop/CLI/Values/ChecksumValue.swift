/// A checksum as aria2 spells it: `sha-256=HEX`.
struct ChecksumValue: Hashable, Sendable, CustomStringConvertible {
    let type: String
    /// Lower case.
    let hex: String

    var description: String { "\(type)=\(hex)" }

    /// How many hex digits each known type has.
    private static let lengths = ["sha-256": 64]

    /// - Throws: `ValueError` for an unknown type or digits that cannot be its.
    static func parse(_ text: String) throws(ValueError) -> ChecksumValue {
        let halves = text.split(separator: "=", maxSplits: 1)
        guard halves.count == 2 else { throw ValueError("not a checksum; write sha-256=HEX") }
        let type = halves[0].lowercased()
        let hex = halves[1].lowercased()
        guard let length = lengths[type] else { throw ValueError("unknown checksum type '\(type)' (known: sha-256)") }
        guard hex.utf8.count == length, hex.utf8.allSatisfy(\.isASCIIHexDigit) else {
            throw ValueError("\(type) needs \(length) hex digits")
        }
        return ChecksumValue(type: type, hex: hex)
    }
}
