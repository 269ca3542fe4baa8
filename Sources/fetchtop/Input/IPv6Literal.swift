/// The text form of an IPv6 address, as it stands between the brackets of a URL: `::1`, `fe80::1%25eth0`.
///
/// Both the glob parser (`[::1]` is an address, `[1-3]` a range) and the URL check ask this.
enum IPv6Literal {
    /// True if `text` is an IPv6 address, with or without a zone.
    static func isValid(_ text: some Collection<UInt8>) -> Bool {
        var address = Array(text)
        if let percent = address.firstIndex(of: UInt8(ascii: "%")) {
            guard percent + 1 < address.count else { return false }
            address.removeSubrange(percent...)
        }
        guard address.contains(UInt8(ascii: ":")) else { return false }
        guard let gap = doubleColon(in: address) else { return groups(in: address[...]) == 8 }
        let before = address[..<gap]
        let after = address[(gap + 2)...]
        guard let left = before.isEmpty ? 0 : groups(in: before), let right = after.isEmpty ? 0 : groups(in: after)
        else { return false }
        // A dotted quad may only come last, so it must not stand before the gap.
        return left + right <= 7 && !before.contains(UInt8(ascii: "."))
    }

    private static func doubleColon(in address: [UInt8]) -> Int? {
        let colon = UInt8(ascii: ":")
        return address.indices.dropLast().first { address[$0] == colon && address[$0 + 1] == colon }
    }

    /// How many 16-bit groups `part` spells (a trailing dotted quad counts as two), or nil if it spells none.
    private static func groups(in part: ArraySlice<UInt8>) -> Int? {
        var count = 0
        let pieces = part.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        for (index, piece) in pieces.enumerated() {
            if piece.contains(UInt8(ascii: ".")) {
                guard index == pieces.count - 1, isDottedQuad(piece) else { return nil }
                count += 2
            } else {
                guard (1...4).contains(piece.count), piece.allSatisfy(\.isASCIIHexDigit) else { return nil }
                count += 1
            }
        }
        return count
    }

    private static func isDottedQuad(_ piece: ArraySlice<UInt8>) -> Bool {
        let bytes = piece.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return bytes.count == 4
            && bytes.allSatisfy { digits in
                (1...3).contains(digits.count) && digits.allSatisfy(\.isASCIIDigit)
                    && digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
            }
    }
}
