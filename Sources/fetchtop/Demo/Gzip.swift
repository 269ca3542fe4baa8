/// The gzip format (RFC 1952) with stored blocks only: what a decoder accepts as any other gzip, without a compressor.
enum Gzip {
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        // Magic number, method "deflate", no flags, no time, no extra flags, unknown system.
        var encoded: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        let blockLimit = 65_535
        var start = 0
        repeat {
            let block = bytes[start...].prefix(blockLimit)
            start += block.count
            encoded.append(start == bytes.count ? 1 : 0)  // the last block, type 0: stored
            encoded.append(littleEndian: UInt16(block.count))
            encoded.append(littleEndian: ~UInt16(block.count))
            encoded.append(contentsOf: block)
        } while start < bytes.count
        encoded.append(littleEndian: crc32(bytes))
        encoded.append(littleEndian: UInt32(truncatingIfNeeded: bytes.count))
        return encoded
    }

    /// The checksum of gzip, zip and Ethernet: polynomial 0x04C11DB7, bits reflected.
    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { crc, byte in crc >> 8 ^ table[Int((crc ^ UInt32(byte)) & 0xFF)] }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        for shift in stride(from: 0, to: Swift.type(of: value).bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
