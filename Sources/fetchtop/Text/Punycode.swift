/// Host names as they go onto the wire: look-alike letters cannot pose as others in `xn--` form (RFC 3492).
enum Punycode {
    /// No host is longer on the wire, and no label of one (RFC 1035).
    private static let hostLimit = 253
    private static let labelLimit = 63

    /// Each label of `host` that is not ASCII, encoded; the rest as it is, a port included.
    ///
    /// What is too long to be a host is cut with a visible `~`, its end kept, which says whose it is. Encoding takes
    /// time with the square of a label's length, and is done for every row of every frame.
    static func host(_ host: some StringProtocol) -> String {
        var (name, port) = (Substring(host), Substring())
        if let colon = name.utf8.lastIndex(of: UInt8(ascii: ":")), name[colon...].utf8.dropFirst().allSatisfy(isDigit) {
            (name, port) = (name[..<colon], name[colon...])
        }
        // As many characters are at least as many bytes.
        if name.utf8.count > hostLimit, name.unicodeScalars.count > hostLimit {
            return "~" + encoded(Substring(name.unicodeScalars.suffix(hostLimit))) + port.prefix(6)
        }
        return encoded(name) + port.prefix(6)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func encoded(_ name: Substring) -> String {
        if name.utf8.allSatisfy({ $0 < 0x80 }) { return String(name) }
        return name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
            .map { label in
                if label.utf8.allSatisfy({ $0 < 0x80 }) { return String(label) }
                let short = Substring(label.unicodeScalars.prefix(labelLimit))
                return "xn--" + encode(short) + (short.endIndex < label.endIndex ? "~" : "")
            }
            .joined(separator: ".")
    }

    private static func encode(_ label: Substring) -> String {
        let input = label.unicodeScalars.map(\.value)
        var output = input.filter { $0 < 0x80 }.map { UInt8($0) }
        let basicCount = output.count
        var handled = basicCount
        if basicCount > 0 { output.append(UInt8(ascii: "-")) }
        var n: UInt32 = 0x80
        var delta = 0
        var bias = 72
        while handled < input.count {
            let next = input.filter { $0 >= n }.min() ?? n
            delta += Int(next - n) * (handled + 1)
            n = next
            for value in input {
                if value < n { delta += 1 }
                guard value == n else { continue }
                var q = delta
                var k = 36
                while true {
                    let threshold = max(1, min(26, k - bias))
                    if q < threshold { break }
                    output.append(digit(threshold + (q - threshold) % (36 - threshold)))
                    q = (q - threshold) / (36 - threshold)
                    k += 36
                }
                output.append(digit(q))
                bias = adapt(delta, points: handled + 1, first: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            n += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func digit(_ value: Int) -> UInt8 {
        UInt8(value < 26 ? value + Int(UInt8(ascii: "a")) : value - 26 + Int(UInt8(ascii: "0")))
    }

    private static func adapt(_ delta: Int, points: Int, first: Bool) -> Int {
        var delta = first ? delta / 700 : delta / 2
        delta += delta / points
        var k = 0
        while delta > 455 {
            delta /= 35
            k += 36
        }
        return k + 36 * delta / (delta + 38)
    }
}
