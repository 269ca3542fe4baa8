internal import ArgumentParser

/// Whom to trust, and who we are.
struct TLSOptions: ParsableArguments {
    @Flag(name: [.customShort("k"), .long], help: "Do not verify the server's certificate.")
    var insecure = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("CA certificates (PEM) in place of the system's.", valueName: "file"))
    var cacert: String?

    @Option(
        name: [.customShort("E", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp(
            "Our certificate (PEM), and the passphrase of its key; a colon of the name is written \\:.",
            valueName: "file[:passphrase]"))
    var cert: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("The key of our certificate (PEM).", valueName: "file"))
    var key: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The server's public key must be this one.", valueName: "sha256//hash|file"))
    var pinnedpubkey: String?

    /// Variables with the system's CA certificates, in the order in which curl asks.
    private static let environmentNames = ["CURL_CA_BUNDLE", "SSL_CERT_FILE"]

    func apply(to options: inout RunOptions, environment: Environment) throws(UsageError) {
        options.request.verifiesTLS = !insecure
        options.request.caFile = try caFile(environment)
        options.request.isCAFileFromEnvironment = cacert == nil
        let certificate = cert.map(Self.split)
        if let certificate { try ArgumentFile.requireReadable(certificate.path, option: "--cert") }
        if let key {
            try ArgumentFile.requireReadable(key, option: "--key")
            guard cert != nil else { throw UsageError("--key '\(key)': it needs the --cert it belongs to") }
        }
        options.request.clientCertificate = certificate?.path
        options.request.clientKeyPassphrase = certificate?.passphrase
        options.request.clientKey = key
        if let pinnedpubkey, !pinnedpubkey.hasPrefix("sha256//") {
            try ArgumentFile.requireReadable(pinnedpubkey, option: "--pinnedpubkey")
        }
        options.request.pinnedPublicKey = pinnedpubkey
    }

    /// curl's `name:passphrase`, in which a backslash keeps a colon or a backslash of the name.
    private static func split(_ text: String) -> (path: String, passphrase: String?) {
        var path = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            if character == "\\", let next = rest.first, next == ":" || next == "\\" {
                path.append(next)
                rest.removeFirst()
            } else if character == ":" {
                return (path, String(rest))
            } else {
                path.append(character)
            }
        }
        return (path, nil)
    }

    private func caFile(_ environment: Environment) throws(UsageError) -> String? {
        if let cacert {
            try ArgumentFile.requireReadable(cacert, option: "--cacert")
            return cacert
        }
        for name in Self.environmentNames {
            guard let path = environment[name], !path.isEmpty else { continue }
            try ArgumentFile.requireReadable(path, option: "$\(name)")
            return path
        }
        return nil
    }
}
