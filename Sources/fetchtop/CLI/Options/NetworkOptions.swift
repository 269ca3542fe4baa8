internal import ArgumentParser
internal import FetchLoop

/// How connections are made.
struct NetworkOptions: ParsableArguments {
    @Flag(name: .customLong("http1.1"), help: "Use HTTP/1.1.")
    var http11 = false

    @Flag(name: .customLong("http2"), help: "Use HTTP/2, also without TLS where the server upgrades.")
    var http2 = false

    @Flag(name: [.customShort("k"), .long], help: "Do not verify the server's certificate.")
    var insecure = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("CA certificates (PEM) in place of the system's.", valueName: "file"))
    var cacert: String?

    func apply(to options: inout RunOptions, library: CurlFeatures) throws(UsageError) {
        let versions = [(http11, "--http1.1", HTTPVersion.http11), (http2, "--http2", .http2)].filter(\.0)
        if versions.count > 1 { throw UsageError("\(versions[0].1) and \(versions[1].1) exclude each other") }
        if http2 { try library.require("HTTP2", for: "--http2") }
        if let version = versions.first { options.request.httpVersion = version.2 }
        options.request.verifiesTLS = !insecure
        if let cacert {
            try ArgumentFile.requireReadable(cacert, option: "--cacert")
            options.request.caFile = cacert
        }
    }

    private typealias HTTPVersion = RequestOptions.HTTPVersion
}
