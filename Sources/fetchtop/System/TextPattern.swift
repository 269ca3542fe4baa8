import Glibc

/// A regular expression over bytes: POSIX extended, without regard to case, and `\d` as everywhere else.
///
/// libc's matcher takes about 0.1 µs for a URL where Swift's Regex takes 4 to 17 (measured over 20,000 URLs), and a
/// filter looks at every fetch. URLs are bytes, so no Unicode is lost.
@safe final class TextPattern {
    private var compiled = unsafe regex_t()
    let source: String

    /// - Throws: `QueryError` with libc's explanation; the position is that of the pattern's first character, 0.
    init(_ source: String) throws(QueryError) {
        self.source = source
        let code = unsafe regcomp(&compiled, Self.translated(source), REG_EXTENDED | REG_ICASE | REG_NOSUB)
        guard code == 0 else {
            let reason = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
                _ = unsafe regerror(code, &compiled, buffer.baseAddress, buffer.count)
                return unsafe String(cString: buffer.baseAddress!)
            }
            throw QueryError(position: 0, message: "bad pattern /\(source)/: \(reason)")
        }
    }

    deinit { unsafe regfree(&compiled) }

    /// Whether the pattern occurs anywhere in the text.
    func matches(_ text: ArraySlice<UInt8>) -> Bool {
        unsafe text.withUnsafeBytes { bytes in
            var range = regmatch_t(rm_so: 0, rm_eo: regoff_t(bytes.count))
            // An empty slice may have no address, and libc wants one.
            guard let base = bytes.baseAddress else { return unsafe regexec(&compiled, "", 0, nil, 0) == 0 }
            let start = unsafe base.assumingMemoryBound(to: CChar.self)
            return unsafe regexec(&compiled, start, 1, &range, REG_STARTEND) == 0
        }
    }

    /// POSIX has `\w \s \b` as extensions but no `\d`.
    private static func translated(_ source: String) -> String {
        var result = ""
        var isEscaped = false
        for character in source {
            if isEscaped {
                switch character {
                case "d": result += "[0-9]"
                case "D": result += "[^0-9]"
                case "/": result += "/"
                default: result += "\\\(character)"
                }
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                result.append(character)
            }
        }
        return isEscaped ? result + "\\" : result
    }
}
