import ArgumentParser
import FetchLoop
import TestSupport
import Testing

@testable import fetchtop

@Suite("Options of the network") struct CLINetworkOptionTests {
    @Test("HTTP versions exclude each other and need a libcurl that has them")
    func versions() throws {
        #expect(try plan("h").options.request.httpVersion == .automatic)
        #expect(try plan("h", "--http1.1").options.request.httpVersion == .http11)
        #expect(try plan("h", "--http2").options.request.httpVersion == .http2)
        #expect(try plan("h", "--http2-prior-knowledge").options.request.httpVersion == .http2PriorKnowledge)
        #expect(usageError("h", "--http1.1", "--http2") == "--http1.1 and --http2 exclude each other")
        let library = CurlFeatures.current()
        if library.features.contains("HTTP3") {
            #expect(try plan("h", "--http3").options.request.httpVersion == .http3)
        } else {
            #expect(usageError("h", "--http3") == "--http3: this libcurl (\(library.version)) has no HTTP3")
        }
    }

    @Test("Addresses, proxies, sockets")
    func network() throws {
        let request = try plan(
            "h", "--resolve", "h:80:127.0.0.1", "--resolve", "-x:443", "--connect-to", "::127.0.0.1:81",
            "--unix-socket",
            "/s", "--doh-url", "https://d/q", "-x", "socks5h://p:1", "--noproxy", "a,b", "--interface", "lo", "-4",
            "--compressed"
        ).options.request
        #expect(request.resolve == ["h:80:127.0.0.1", "-x:443"])
        #expect(request.connectTo == ["::127.0.0.1:81"])
        #expect(request.unixSocket == "/s")
        #expect(request.dohURL == "https://d/q")
        #expect(request.proxy == "socks5h://p:1")
        let badPort = usageError("h", "-x", "http://u:pw@p:99999")
        #expect(badPort == "--proxy 'http://u:***@p:99999': malformed URL: bad port ':99999'")
        #expect(
            usageError("h", "-x", "gopher://u:pw@p")?.hasPrefix("--proxy 'gopher://u:***@p': unknown scheme") == true)
        #expect(usageError("h", "-u", "password")?.contains("value '***' is invalid for '-u") == true)
        #expect(usageError("h", "--oauth2-bearer", "a\nb")?.contains("value '***' is invalid") == true)
        #expect(request.noProxy == "a,b")
        #expect(request.interface == "lo")
        #expect(request.addressFamily == .ipv4)
        #expect(request.decompresses)
        #expect(try plan("h", "--ipv6", "--proxy", "").options.request.addressFamily == .ipv6)
        #expect(usageError("h", "--ipv4", "-6") == "--ipv4 and --ipv6 exclude each other")
        #expect(refusal(NetworkOptions.self, "--resolve", "h:80")?.contains("host:port:address") == true)
        #expect(refusal(NetworkOptions.self, "--connect-to", "a:b")?.contains("host:port:host:port") == true)
        #expect(refusal(NetworkOptions.self, "--doh-url", "dns")?.contains("malformed URL") == true)
    }

    @Test("TLS: trust, certificates, the environment's CA file")
    func tls() throws {
        #expect(try plan("h").options.request.verifiesTLS)
        #expect(try plan("h", "-k").options.request.verifiesTLS == false)
        #expect(try plan("h", "--insecure").options.request.verifiesTLS == false)
        try withTemporaryFile("") { path in
            let request = try plan("h", "--cacert", path, "-E", path, "--key", path, "--pinnedpubkey", "sha256//x")
                .options
                .request
            #expect(request.caFile == path && request.clientCertificate == path && request.clientKey == path)
            #expect(request.pinnedPublicKey == "sha256//x")
            var environment = Environment.terminal
            environment.variables["SSL_CERT_FILE"] = path
            let fromEnvironment = try plan("h", environment: environment).options.request
            #expect(fromEnvironment.caFile == path)
            #expect(usageError("h", "--key", path)?.hasSuffix("it needs the --cert it belongs to") == true)
        }
        for option in ["--cacert", "--cert", "--key", "--pinnedpubkey"] {
            #expect(
                usageError("h", option, "/nonexistent")
                    == "\(option): cannot read '/nonexistent': No such file or directory")
        }
        var environment = Environment.terminal
        environment.variables["SSL_CERT_FILE"] = "/nonexistent"
        #expect(usageError("h", environment: environment)?.hasPrefix("$SSL_CERT_FILE: cannot read") == true)
    }
}
