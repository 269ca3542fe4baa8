internal import ArgumentParser

/// For lists that others wrote.
struct SafetyOptions: ParsableArguments {
    @Option(
        parsing: .unconditional, help: ArgumentHelp("The schemes that URLs may have: =https.", valueName: "list"),
        transform: ProtocolList.parse)
    var proto: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The schemes that redirects may lead to.", valueName: "list"),
        transform: ProtocolList.parse)
    var protoRedir: String?

    @Flag(help: "Connect to public addresses only: not to this machine, nor its networks.")
    var denyPrivate = false

    func apply(to request: inout RequestOptions) throws(UsageError) {
        request.protocols = proto
        request.redirectProtocols = protoRedir
        guard denyPrivate else { return }
        request.deniesPrivateAddresses = true
        if let proxy = request.proxy, !proxy.isEmpty {
            throw UsageError(
                "--deny-private: what a proxy connects to is not known here (--proxy '\(Secrets.masked(url: proxy))')")
        }
        if request.unixSocket != nil { throw UsageError("--deny-private and --unix-socket exclude each other") }
        // Nor through a proxy of the environment.
        request.proxy = ""
    }
}
