/// A message digest fed piece by piece. Written out here because a cryptographic library is a large dependency for what
/// a checksum of a download needs, and no secrets are involved.
protocol Digest: Sendable {
    init()
    /// Bytes of a block of the compression function.
    static var blockSize: Int { get }
    mutating func compress(_ block: Span<UInt8>)
    /// The digest so far, most significant or least significant byte first as its definition says.
    var output: [UInt8] { get }
    /// Whether the length at the end of the message is written most significant byte first.
    static var isBigEndian: Bool { get }
}

/// Cuts a message into blocks and pads it: the part that MD5, SHA-1 and SHA-2 have in common.
struct DigestStream<Function: Digest>: Sendable {
    private var function = Function()
    private var partial: [UInt8] = []
    private var byteCount: UInt64 = 0

    mutating func update(_ bytes: Span<UInt8>) {
        byteCount &+= UInt64(bytes.count)
        let size = Function.blockSize
        var start = 0
        if !partial.isEmpty {
            while start < bytes.count, partial.count < size {
                partial.append(bytes[start])
                start += 1
            }
            guard partial.count == size else { return }
            let block = partial
            function.compress(block.span)
            partial = []
        }
        while bytes.count - start >= size {
            function.compress(bytes.extracting(start..<start + size))
            start += size
        }
        while start < bytes.count {
            partial.append(bytes[start])
            start += 1
        }
    }

    /// The digest of all that was fed; the stream is used up.
    mutating func finish() -> [UInt8] {
        let bitCount = byteCount &* 8
        let size = Function.blockSize
        // SHA-512 keeps 16 bytes for the length, of which a message of this world fills 8.
        let lengthSize = size / 8
        var padding: [UInt8] = [0x80]
        while (partial.count + padding.count + lengthSize) % size != 0 { padding.append(0) }
        padding += repeatElement(0, count: lengthSize - 8)
        for index in 0..<8 {
            let shift = UInt64(Function.isBigEndian ? 56 - index * 8 : index * 8)
            padding.append(UInt8(truncatingIfNeeded: bitCount >> shift))
        }
        update(padding.span)
        return function.output
    }
}
