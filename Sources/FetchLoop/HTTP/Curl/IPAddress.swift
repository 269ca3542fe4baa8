internal import CCurl
internal import CSystem

/// The IP address that libcurl is about to connect to.
struct IPAddress: CustomStringConvertible {
    /// 4 or 16 bytes, in network order.
    let bytes: [UInt8]
    let description: String

    /// - Returns: nil for what is no IP address, such as a UNIX-domain socket.
    init?(_ address: UnsafeMutablePointer<curl_sockaddr>) {
        let offset: Int
        let count: Int
        switch unsafe address.pointee.family {
        case AF_INET: (offset, count) = (4, 4)
        case AF_INET6: (offset, count) = (8, 16)
        default: return nil
        }
        // The address proper lies behind the generic part and may be longer than `sockaddr`.
        guard let start = MemoryLayout<curl_sockaddr>.offset(of: \.addr),
            unsafe Int(address.pointee.addrlen) >= offset + count
        else { return nil }
        let raw = unsafe UnsafeRawPointer(address) + start + offset
        bytes = unsafe Array(UnsafeRawBufferPointer(start: raw, count: count))
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_ntop(address.pointee.family, raw, &text, socklen_t(text.count)) != nil else { return nil }
        description = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
