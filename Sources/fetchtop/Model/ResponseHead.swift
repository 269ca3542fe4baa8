/// The head of the response of the final hop.
struct ResponseHead: Hashable, Codable, Sendable {
    var status: Int
    /// As announced by Content-Length, if it was.
    var expectedBytes: Int64?
    /// The raw header lines, when somebody wants them.
    var rawHeaders: [UInt8]

    /// `1.1` or `2`, as the status line has it; nil when the lines were not kept.
    var version: String? {
        let line = rawHeaders.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: " ") }
        guard line.starts(with: "HTTP/".utf8), line.count > 5 else { return nil }
        return String(decoding: line.dropFirst(5), as: UTF8.self)
    }

    /// The header lines in order, names as received; the status line is not among them.
    var headers: [(name: String, value: String)] {
        rawHeaders.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), !line.starts(with: "HTTP/".utf8) else {
                return nil
            }
            return (String(decoding: line[..<colon], as: UTF8.self), Self.trimmed(line[(colon + 1)...]))
        }
    }

    /// The value of the first header of a name, given in lower case; nil if there is none.
    func value(of name: String) -> String? {
        let name = name.utf8.span
        let bytes = rawHeaders.span
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
            let valueStart = start + name.count + 1
            if valueStart <= end, bytes[valueStart - 1] == UInt8(ascii: ":") {
                var index = 0
                while index < name.count, bytes[start + index] | 0x20 == name[index] | 0x20 { index += 1 }
                if index == name.count { return Self.trimmed(rawHeaders[valueStart..<end]) }
            }
            start = end + 1
        }
        return nil
    }

    /// The entity tag and the date of the last change, found in one pass.
    var validatorBytes: (etag: ArraySlice<UInt8>?, lastModified: ArraySlice<UInt8>?) {
        var found: (etag: ArraySlice<UInt8>?, lastModified: ArraySlice<UInt8>?)
        for line in HeadLines(rawHeaders) where line.count > 5 {
            switch rawHeaders[line.lowerBound] | 0x20 {
            case UInt8(ascii: "e"): if let value = value(of: "etag", in: line) { found.etag = value }
            case UInt8(ascii: "l"): if let value = value(of: "last-modified", in: line) { found.lastModified = value }
            default: break
            }
        }
        return found
    }

    /// The same as text.
    var validators: (etag: String?, lastModified: String?) {
        let found = validatorBytes
        return (
            found.etag.map { String(decoding: $0, as: UTF8.self) },
            found.lastModified.map { String(decoding: $0, as: UTF8.self) }
        )
    }

    private func value(of name: StaticString, in line: Range<Int>) -> ArraySlice<UInt8>? {
        let length = name.utf8CodeUnitCount
        guard line.count > length, rawHeaders[line.lowerBound + length] == UInt8(ascii: ":") else { return nil }
        for index in 0..<length
        where unsafe rawHeaders[line.lowerBound + index] | 0x20 != name.utf8Start[index] | 0x20 {
            return nil
        }
        return Self.trimmedBytes(rawHeaders[(line.lowerBound + length + 1)..<line.upperBound])
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: trimmedBytes(bytes), as: UTF8.self)
    }

    private static func trimmedBytes(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var bytes = bytes.drop(while: isSpace)
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return bytes
    }
}
