/// What a body must hash to: `sha-256=HEX`, as aria2 writes it.
struct Checksum: Hashable, Sendable {
    var kind: Kind
    /// Lower-case hexadecimal.
    var hexadecimal: String

    enum Kind: String, CaseIterable, Sendable {
        case md5, sha1 = "sha-1", sha256 = "sha-256", sha512 = "sha-512"

        var digitCount: Int {
            switch self {
            case .md5: 32
            case .sha1: 40
            case .sha256: 64
            case .sha512: 128
            }
        }

        func makeHasher() -> any BodyHasher {
            switch self {
            case .md5: DigestStream<MD5>()
            case .sha1: DigestStream<SHA1>()
            case .sha256: DigestStream<SHA256>()
            case .sha512: DigestStream<SHA512>()
            }
        }
    }

    /// Reads `TYPE=HEX`; types also without their hyphen.
    ///
    /// - Throws: `InvalidChecksum` that says what is wrong.
    init(parsing text: String) throws(InvalidChecksum) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts[0].lowercased()
        let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
        guard parts.count == 2 else { throw InvalidChecksum(message: "write TYPE=HEX, with a type of \(kinds)") }
        guard let kind = Kind.allCases.first(where: { $0.rawValue == name || $0.rawValue.filter { $0 != "-" } == name })
        else { throw InvalidChecksum(message: "unknown checksum type '\(parts[0])': it is one of \(kinds)") }
        let digits = parts[1].lowercased()
        guard digits.count == kind.digitCount, digits.allSatisfy({ $0.isHexDigit && $0.isASCII }) else {
            throw InvalidChecksum(message: "a \(kind.rawValue) has \(kind.digitCount) hexadecimal digits")
        }
        self.kind = kind
        hexadecimal = digits
    }
}

/// Why a text is no checksum.
struct InvalidChecksum: Error, Equatable, CustomStringConvertible {
    var message: String
    var description: String { message }
}

/// A digest of whichever kind, fed with a body.
protocol BodyHasher: Sendable {
    mutating func update(_ bytes: Span<UInt8>)
    mutating func finish() -> [UInt8]
}

extension DigestStream: BodyHasher {}

extension BodyHasher {
    /// The digest in lower-case hexadecimal; the hasher is used up.
    mutating func finishHexadecimal() -> String {
        finish().map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}
