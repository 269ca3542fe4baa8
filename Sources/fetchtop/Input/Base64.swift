/// Base64 with the standard alphabet (RFC 4648), for bodies in job records and for `user:password`.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8?] = {
        var values = [UInt8?](repeating: nil, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    /// The bytes that `text` encodes, or nil if it is not padded base64.
    static func decode(_ text: String) -> [UInt8]? {
        var letters = Array(text.utf8)
        guard letters.count.isMultiple(of: 4) else { return nil }
        var padding = 0
        while padding < 2, letters.last == UInt8(ascii: "=") {
            letters.removeLast()
            padding += 1
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(letters.count * 3 / 4)
        var bits: UInt32 = 0
        var bitCount = 0
        for letter in letters {
            guard let value = values[Int(letter)] else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        // Bits beyond the last byte must be zero, or two texts would mean the same.
        return bits & (1 << UInt32(bitCount) - 1) == 0 ? bytes : nil
    }

    static func encode(_ bytes: some Collection<UInt8>) -> String {
        var letters: [UInt8] = []
        letters.reserveCapacity((bytes.count + 2) / 3 * 4)
        var bits: UInt32 = 0
        var bitCount = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                letters.append(alphabet[Int(bits >> UInt32(bitCount) & 63)])
            }
        }
        if bitCount > 0 { letters.append(alphabet[Int(bits << UInt32(6 - bitCount) & 63)]) }
        while !letters.count.isMultiple(of: 4) { letters.append(UInt8(ascii: "=")) }
        return String(decoding: letters, as: UTF8.self)
    }
}
