internal import CSystem

/// An IP address in numbers. The corresponding C function is `inet_ntop`.
struct IPAddress: CustomStringConvertible {
    /// 4 or 16 bytes, in network order.
    let bytes: [UInt8]
    let description: String

    /// Reads a `sockaddr`, which may be longer than that type says.
    ///
    /// - Returns: nil for what is no IP address, such as a UNIX-domain socket.
    init?(socketAddress: UnsafeRawBufferPointer) {
        guard socketAddress.count >= MemoryLayout<sa_family_t>.size else { return nil }
        let family = unsafe CInt(socketAddress.loadUnaligned(as: sa_family_t.self))
        let range: Range<Int>
        switch family {
        case AF_INET: range = 4..<8
        case AF_INET6: range = 8..<24
        default: return nil
        }
        guard socketAddress.count >= range.upperBound else { return nil }
        bytes = unsafe Array(socketAddress[range])
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return nil }
        description = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
