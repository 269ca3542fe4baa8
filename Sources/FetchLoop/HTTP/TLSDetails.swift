/// What a TLS handshake agreed on, and the certificates that the server showed.
public struct TLSDetails: Sendable, Hashable, Codable {
    /// One certificate of the server's chain.
    public struct Certificate: Sendable, Hashable, Codable {
        /// The subject's name, such as `CN = localhost`.
        public var subject = ""
        /// The issuer's name.
        public var issuer = ""
        /// The serial number, in hexadecimal.
        public var serialNumber = ""
        /// The names it is for, as OpenSSL lists them: `DNS:localhost, IP Address:127.0.0.1`.
        public var alternativeNames: String?
        /// From when it is valid, in seconds since 1970.
        public var validFrom: Int64?
        /// Until when it is valid, in seconds since 1970.
        public var validUntil: Int64?
        /// The certificate itself.
        public var pem: String?
    }

    /// `TLSv1.3`.
    public var version: String?
    /// `TLS_AES_256_GCM_SHA384`.
    public var cipher: String?
    /// The protocol that ALPN chose: `h2`, `http/1.1`; nil when there was none.
    public var applicationProtocol: String?
    /// The server's own certificate first, then its issuers.
    public var certificates: [Certificate] = []

    /// Creates details of which nothing is known.
    public init() {}
}

extension TLSDetails.Certificate {
    /// Takes one of libcurl's `name:value` lines; others than those known here are left out.
    mutating func note(_ line: String) {
        guard let colon = line.firstIndex(of: ":") else { return }
        let value = String(line[line.index(after: colon)...])
        switch line[..<colon] {
        case "Subject": subject = value
        case "Issuer": issuer = value
        case "Serial Number": serialNumber = value
        case "X509v3 Subject Alternative Name": alternativeNames = value
        case "Start date": validFrom = HTTPDate.certificateDate(value)
        case "Expire date": validUntil = HTTPDate.certificateDate(value)
        case "Cert": pem = value
        default: break
        }
    }
}
