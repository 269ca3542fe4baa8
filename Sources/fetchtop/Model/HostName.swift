/// The authority of a URL without userinfo and without the scheme's own port, in lower case.
///
/// Not a validation: libcurl refuses what is no URL. This only decides which host's queue the fetch joins.
func hostName(ofURL url: String) -> String {
    var url = url
    url.makeContiguousUTF8()
    let bytes = url.utf8.span
    let schemeLength = schemeLength(of: bytes)
    var begin = schemeLength == 0 ? 0 : schemeLength + 3
    var end = begin
    while end < bytes.count {
        let byte = bytes[end]
        if byte == UInt8(ascii: "@") { begin = end + 1 }
        if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") { break }
        end += 1
    }
    let isSecure = schemeLength == 5
    if hasSuffix(isSecure ? ":443" : ":80", bytes, begin, end) { end -= isSecure ? 4 : 3 }
    return unsafe String(unsafeUninitializedCapacity: end - begin) { target in
        for index in begin..<end {
            let byte = bytes[index]
            unsafe target[index - begin] = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        }
        return end - begin
    }
}

/// How many bytes come before `://`, 0 when there is no scheme.
private func schemeLength(of bytes: Span<UInt8>) -> Int {
    var index = 0
    while index + 2 < bytes.count {
        switch bytes[index] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            index += 1
        case UInt8(ascii: ":"):
            return bytes[index + 1] == UInt8(ascii: "/") && bytes[index + 2] == UInt8(ascii: "/") ? index : 0
        default: return 0
        }
    }
    return 0
}

private func hasSuffix(_ suffix: StaticString, _ bytes: Span<UInt8>, _ begin: Int, _ end: Int) -> Bool {
    let length = suffix.utf8CodeUnitCount
    guard end - begin > length else { return false }
    return suffix.withUTF8Buffer { text in
        for index in 0..<length where unsafe bytes[end - length + index] != text[index] { return false }
        return true
    }
}
