extension ArraySlice<UInt8> {
    /// Whether lower-case `needle` occurs, whatever the case of the letters here. ASCII letters only: URLs are bytes.
    func contains(lowercased needle: [UInt8]) -> Bool {
        guard let first = needle.first else { return true }
        let (text, needle) = (span, needle.span)
        guard text.count >= needle.count else { return false }
        for start in 0...(text.count - needle.count) where text[start].lowercase == first {
            var length = 1
            while length < needle.count, text[start + length].lowercase == needle[length] { length += 1 }
            if length == needle.count { return true }
        }
        return false
    }
}

extension UInt8 {
    fileprivate var lowercase: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}
