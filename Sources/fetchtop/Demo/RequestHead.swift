/// The request line and header fields of one HTTP/1.1 request.
struct RequestHead: Equatable {
    /// A field as it was sent; values are read as ISO 8859-1, which can hold any byte.
    struct Field: Equatable {
        var name: String
        var value: String
    }

    /// How the request says where its body ends.
    enum BodyLength: Equatable {
        case none
        case fixed(Int)
        case chunked
    }

    var method: String
    /// The request target as sent: a path, or a whole URL when the server is used as a proxy.
    var target: String
    /// The y of HTTP/1.y.
    var minorVersion: Int
    var fields: [Field]
    var bodyLength = BodyLength.none

    /// The value of the first field of that name.
    subscript(name: String) -> String? {
        fields.first { $0.name.equalsIgnoringCase(name) }?.value
    }

    /// Whether the client lets the connection live on.
    var keepsAlive: Bool {
        let connection = self["Connection"]?.lowercased() ?? ""
        return minorVersion == 0 ? connection == "keep-alive" : connection != "close"
    }

    /// Whether the client holds the body back until it is told to go on.
    var expectsContinue: Bool { minorVersion > 0 && self["Expect"]?.lowercased() == "100-continue" }

    /// The target's path, without scheme, authority and query, its parts percent-decoded.
    var path: [String] {
        var rest = target[...]
        if !rest.hasPrefix("/"), let scheme = rest.firstIndex(of: ":") {
            rest = rest[scheme...].drop { $0 == ":" || $0 == "/" }.drop { $0 != "/" }
        }
        rest = rest.prefix { $0 != "?" }
        return rest.split(separator: "/").map { String($0).percentDecoded }
    }

    /// The value of a `name=value` pair of the query, percent-decoded.
    func query(_ name: String) -> String? {
        guard let mark = target.firstIndex(of: "?") else { return nil }
        for pair in target[target.index(after: mark)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts[0] == name { return parts.count == 2 ? String(parts[1]).percentDecoded : "" }
        }
        return nil
    }
}

extension String {
    /// Compares ASCII letters without regard to case, as field names are.
    func equalsIgnoringCase(_ other: String) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }

    /// Reads each byte as the character of that number.
    init(latin1 bytes: some Collection<UInt8>) {
        if bytes.allSatisfy({ $0 < 0x80 }) {
            self.init(decoding: bytes, as: UTF8.self)
        } else {
            self.init(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        }
    }

    /// The text with each `%41` as the byte it stands for; a `%` that stands for none is kept.
    var percentDecoded: String {
        guard utf8.contains(UInt8(ascii: "%")) else { return self }
        let bytes = Array(utf8)
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = bytes[index + 1].hexValue,
                let low = bytes[index + 2].hexValue
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var asciiLowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }

    /// The value of a hexadecimal digit.
    var hexValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}
