import Foundation

/// A real squid on loopback with free ports and a folder of its own: a forward proxy over HTTP and over TLS that asks
/// for a name and a password.
///
/// Blocks: make it in a thread of the test's own.
public final class SquidProxy: Sendable {
    /// `http://127.0.0.1:PORT`.
    public let url: String
    /// `https://localhost:PORT`.
    public let secureURL: String
    /// The file with the certificate that `secureURL` shows, which signed itself.
    public let certificate: String
    /// Whom it lets through.
    public let credentials = (user: "user", password: "secret")
    private let folder: TemporaryFolder
    private let process: ChildProcess

    /// Starts squid and waits until it accepts connections.
    public init() throws {
        let folder = try TemporaryFolder()
        let (port, securePort) = (try freePort(), try freePort())
        try Self.makeFiles(in: folder)
        try folder.write(Self.configuration(folder.path, port: port, securePort: securePort), to: "squid.conf")
        // Started as root, squid becomes another user, who must get at its folder.
        if geteuid() == 0 { chmod(folder.path, 0o777) }
        // It goes when its standard input ends. The name keeps its shared memory apart from that of other squids.
        let process = try ChildProcess(
            [
                "sh", "-c", "squid -n \"test$1\" -N -f squid.conf & read -r _; kill $!; wait $!", "sh", "\(port)",
            ], input: .pipe,
            environment: ["PATH": (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/sbin"],
            folder: folder.path)
        for port in [port, securePort] {
            try waitUntil("squid on port \(port)", instead: { (try? folder.read("cache.log")) ?? process.errorsSoFar })
            {
                (try? TCPClient(port: port)) != nil
            }
        }
        self.folder = folder
        self.process = process
        url = "http://127.0.0.1:\(port)"
        secureURL = "https://localhost:\(securePort)"
        certificate = folder["proxy.pem"]
    }

    deinit {
        process.closeInput()
        _ = try? process.wait()
    }

    private static func makeFiles(in folder: TemporaryFolder) throws {
        let password = try ChildProcess.run(["openssl", "passwd", "-apr1", "secret"], folder: folder.path)
        try folder.write("user:\(password.output)", to: "users")
        let made = try ChildProcess.run(
            [
                "openssl", "req", "-x509", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days",
                "2", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "proxy.key",
                "-out", "proxy.pem",
            ], folder: folder.path)
        guard made.ending == .exited(0) else { throw Timeout(description: "openssl: \(made.errors)") }
        chmod(folder["proxy.key"], 0o644)
    }

    private static func configuration(_ path: String, port: UInt16, securePort: UInt16) -> String {
        """
        http_port 127.0.0.1:\(port)
        https_port 127.0.0.1:\(securePort) tls-cert=\(path)/proxy.pem tls-key=\(path)/proxy.key
        auth_param basic program /usr/lib/squid/basic_ncsa_auth \(path)/users
        auth_param basic children 1 startup=1
        auth_param basic realm squid
        acl known proxy_auth REQUIRED
        http_access allow known
        http_access deny all
        via off
        cache deny all
        cache_mem 0 MB
        access_log none
        cache_log \(path)/cache.log
        pid_filename \(path)/squid.pid
        coredump_dir \(path)
        shutdown_lifetime 0 seconds
        pinger_enable off

        """
    }
}
