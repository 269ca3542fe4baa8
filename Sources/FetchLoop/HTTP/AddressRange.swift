/// IP addresses that belong to this machine, to a private network or to nobody: what a program that fetches URLs from
/// strangers must not be talked into connecting to.
enum AddressRange {
    /// True unless the address is a public unicast one.
    ///
    /// - Parameter bytes: 4 or 16 of them, in network order.
    static func isPrivate(_ bytes: [UInt8]) -> Bool {
        switch bytes.count {
        case 4: isPrivateIPv4(bytes[...])
        case 16: isPrivateIPv6(bytes)
        default: true
        }
    }

    private static func isPrivateIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
        let address = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return rangesIPv4.contains { address >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }
    }

    private static let rangesIPv4: [(prefix: UInt32, length: UInt32)] = [
        (0x0000_0000, 8),  // this network
        (0x0a00_0000, 8),  // private
        (0x6440_0000, 10),  // shared by carriers
        (0x7f00_0000, 8),  // loopback
        (0xa9fe_0000, 16),  // link-local, where clouds serve their metadata
        (0xac10_0000, 12),  // private
        (0xc000_0000, 24),  // protocol assignments
        (0xc000_0200, 24),  // documentation
        (0xc058_6300, 24),  // relays of 6to4, given up
        (0xc0a8_0000, 16),  // private
        (0xc612_0000, 15),  // benchmarks
        (0xc633_6400, 24),  // documentation
        (0xcb00_7100, 24),  // documentation
        (0xe000_0000, 4),  // multicast
        (0xf000_0000, 4),  // reserved, broadcast
    ]

    private static func isPrivateIPv6(_ bytes: [UInt8]) -> Bool {
        // Addresses that carry an IPv4 one lead where that one does.
        let isZero = bytes.prefix(10).allSatisfy { $0 == 0 }
        if isZero, bytes[10] == bytes[11], bytes[10] == 0 || bytes[10] == 0xff { return isPrivateIPv4(bytes[12...]) }
        // Of all that begins with 64:ff9b only these have it at their end (RFC 6052; RFC 8215 leaves the place open).
        if bytes.starts(with: [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]) { return isPrivateIPv4(bytes[12...]) }
        if bytes.starts(with: [0x20, 0x02]) { return isPrivateIPv4(bytes[2..<6]) }
        // 2001::/23 is for protocols, Teredo with its IPv4 addresses among them; what is global of it serves no pages.
        if bytes.starts(with: [0x20, 0x01]), bytes[2] & 0xfe == 0 { return true }
        // Documentation: 2001:db8::/32 and 3fff::/20.
        if bytes.starts(with: [0x20, 0x01, 0x0d, 0xb8]) { return true }
        if bytes.starts(with: [0x3f, 0xff]), bytes[2] & 0xf0 == 0 { return true }
        // Global unicast is 2000::/3; unique local, link-local, multicast and the rest are not.
        return bytes[0] >> 5 != 1
    }
}
