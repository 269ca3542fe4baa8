/// What is known about one transfer after it ended; curl's `--write-out` names, typed. Unknown is nil.
struct TransferRecord: Hashable, Codable, Sendable {
    var effectiveURL: String?
    /// 0 when there was no response.
    var statusCode = 0
    /// As curl prints it: "1.1", "2".
    var httpVersion: String?
    var contentType: String?
    var remoteIP: String?
    var remotePort: Int?
    var localIP: String?
    var localPort: Int?
    var connectCount: Int?
    var redirectCount: Int?
    var redirectURL: String?
    /// The redirects that were followed, in order; of a very long chain only the first.
    var redirects: [RedirectHop] = []
    var sizeDownload: Int64 = 0
    var sizeHeader: Int64?
    var sizeRequest: Int64?
    var sizeUpload: Int64 = 0
    /// Bytes a second.
    var speedDownload: Int64?
    var speedUpload: Int64?
    var sslVerifyResult: Int?
    var tls: TLSRecord?
    var times = PhaseTimes()

    /// It was answered over a connection that was there already: nothing was looked up, and nobody shook hands.
    var isOnOldConnection: Bool { connectCount == 0 && httpVersion?.isEmpty == false }
}

/// One redirect that was followed: what the server said, not yet made safe for a terminal.
struct RedirectHop: Hashable, Codable, Sendable {
    var status: Int
    var location: String?
}

/// What the TLS layer agreed on, and the certificates that the server showed.
struct TLSRecord: Hashable, Codable, Sendable {
    var version: String?
    var cipher: String?
    /// What ALPN chose: `h2`, `http/1.1`.
    var applicationProtocol: String?
    /// The server's own first, then its issuers.
    var certificates: [Certificate] = []

    struct Certificate: Hashable, Codable, Sendable {
        var subject = ""
        var issuer = ""
        var serialNumber = ""
        /// As OpenSSL lists them: `DNS:localhost, IP Address:127.0.0.1`.
        var alternativeNames: String?
        /// Seconds since 1970.
        var validFrom: Int64?
        var validUntil: Int64?
    }
}

/// curl's cumulative times of a transfer, each counted from its start. Subtract neighbours for a phase's length.
struct PhaseTimes: Hashable, Codable, Sendable {
    /// A lookup or handshake in fewer microseconds is none: of a literal address nobody asks for, of a name that is
    /// remembered, and of a connection that is there already libcurl gives a few.
    static let leastMicroseconds: Int64 = 50

    @Microseconds var nameLookup: Duration? = nil
    @Microseconds var connect: Duration? = nil
    @Microseconds var appConnect: Duration? = nil
    @Microseconds var preTransfer: Duration? = nil
    @Microseconds var startTransfer: Duration? = nil
    @Microseconds var redirect: Duration? = nil
    @Microseconds var total: Duration? = nil
}
