/// Host names as they go onto the wire: look-alike letters cannot pose as others in `xn--` form (RFC 3492).
enum Punycode {
    /// Each label of `host` that is not ASCII, encoded; the rest as it is.
    static func host(_ host: some StringProtocol) -> String {
        if host.utf8.allSatisfy({ $0 < 0x80 }) { return String(host) }
        return host.lowercased().split(separator: ".", omittingEmptySubsequences: false)
            .map { label in label.utf8.allSatisfy { $0 < 0x80 } ? String(label) : "xn--" + encode(label) }
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
