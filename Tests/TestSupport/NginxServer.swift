import Foundation

/// A real nginx on loopback with free ports and a folder of its own: HTTP, and HTTPS with HTTP/2 behind a private CA.
///
/// It serves `www` below its folder, so a test only writes files. Blocks: make it in a thread of the test's own.
public final class NginxServer: Sendable {
    /// `http://127.0.0.1:PORT`.
    public let url: String
    /// `https://localhost:PORT`; the certificate is for `localhost` and 127.0.0.1.
    public let secureURL: String
    /// `https://localhost:PORT`, where a client needs a certificate of the same CA.
    public let mutualURL: String
    /// The file with the CA's certificate, for `--cacert`.
    public let certificateAuthority: String
    /// A certificate and key for clients.
    public let clientCertificate: (certificate: String, key: String)
    /// A UNIX-domain socket that serves the same as `url`.
    public let unixSocket: String
    private let folder: TemporaryFolder
    private let process: ChildProcess

    /// Starts nginx and waits until it accepts connections.
    ///
    /// - Parameters:
    ///   - files: what to serve, by name.
    ///   - origin: the port of a server on loopback to which everything else is handed on.
    public init(files: [String: String] = [:], origin: UInt16? = nil) throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder["www"], withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: folder["www/gated"], withDestinationPath: ".")
        for (name, text) in files { try folder.write(text, to: "www/\(name)") }
        try Self.makeCertificates(in: folder)
        let (port, securePort, mutualPort) = (try freePort(), try freePort(), try freePort())
        try folder.write(
            Self.configuration(folder.path, ports: (port, securePort, mutualPort), origin: origin), to: "nginx.conf")
        // It goes when its standard input ends: with this object, and with tests that crash.
        let process = try ChildProcess(
            ["sh", "-c", "nginx \"$@\" & read -r _; kill $!; wait $!", "sh"]
                + ["-p", folder.path, "-c", folder["nginx.conf"], "-e", folder["error.log"]], input: .pipe,
            environment: ["PATH": (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/sbin"])
        for port in [port, securePort, mutualPort] {
            try waitUntil("nginx on port \(port)", instead: { (try? folder.read("error.log")) ?? process.errorsSoFar })
            {
                (try? TCPClient(port: port)) != nil
            }
        }
        self.folder = folder
        self.process = process
        url = "http://127.0.0.1:\(port)"
        secureURL = "https://localhost:\(securePort)"
        mutualURL = "https://localhost:\(mutualPort)"
        certificateAuthority = folder["ca.pem"]
        clientCertificate = (folder["client.pem"], folder["client.key"])
        unixSocket = folder["nginx.sock"]
    }

    /// Where a file that is served lies.
    public func path(of name: String) -> String { folder["www/\(name)"] }

    deinit {
        process.closeInput()
        _ = try? process.wait()
    }

    private static func configuration(
        _ path: String, ports: (plain: UInt16, secure: UInt16, mutual: UInt16), origin: UInt16?
    ) -> String {
        let handOn =
            origin.map {
                """
                location / {
                    try_files $uri @origin;
                }
                location @origin {
                    proxy_pass http://127.0.0.1:\($0);
                    proxy_http_version 1.1;
                    proxy_request_buffering off;
                    proxy_set_header Host $http_host;
                    proxy_set_header Connection "";
                }
                """
            } ?? ""
        return """
            daemon off;
            \(geteuid() == 0 ? "user root;" : "")
            worker_processes 1;
            pid \(path)/nginx.pid;
            error_log \(path)/error.log warn;
            events { worker_connections 4096; }
            http {
                access_log off;
                client_body_temp_path \(path)/body;
                proxy_temp_path \(path)/proxy;
                fastcgi_temp_path \(path)/fastcgi;
                uwsgi_temp_path \(path)/uwsgi;
                scgi_temp_path \(path)/scgi;
                default_type text/plain;
                root \(path)/www;
                keepalive_requests 100000;
                client_max_body_size 0;
                ssl_protocols TLSv1.2 TLSv1.3;
                ssl_certificate \(path)/server.pem;
                ssl_certificate_key \(path)/server.key;
                server {
                    listen 127.0.0.1:\(ports.plain);
                    listen unix:\(path)/nginx.sock;
                \(gate(path))
                    \(handOn)
                }
                server {
                    listen 127.0.0.1:\(ports.secure) ssl http2;
                    \(gate(path))
                    \(handOn)
                }
                server {
                    listen 127.0.0.1:\(ports.mutual) ssl;
                    ssl_client_certificate \(path)/ca.pem;
                    ssl_verify_client on;
                    location / { return 200 "$ssl_client_s_dn"; }
                }
            }

            """
    }

    /// Files below /gated/ come at a byte a second for as long as the gate is closed.
    private static func gate(_ path: String) -> String {
        "location /gated/ { if (-f \(path)/gate) { set $limit_rate 1; } }"
    }

    /// From now on requests for `/gated/NAME` get the file `NAME` so slowly that they never end.
    public func closeGate() throws { try folder.write("", to: "gate") }

    /// From now on they are as quick as others; those under way stay as they are.
    public func openGate() throws { try FileManager.default.removeItem(atPath: folder["gate"]) }

    /// A CA and a certificate that it signed, good for an hour's tests.
    private static func makeCertificates(in folder: TemporaryFolder) throws {
        try folder.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n", to: "san")
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try openssl(
            ["req", "-x509", "-subj", "/CN=fetchtop test CA", "-days", "2", "-keyout", "ca.key", "-out", "ca.pem"]
                + key,
            in: folder)
        for (name, subject) in [("server", "/CN=localhost"), ("client", "/CN=test client")] {
            try openssl(["req", "-subj", subject, "-keyout", "\(name).key", "-out", "\(name).csr"] + key, in: folder)
            try openssl(
                [
                    "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                    "-days", "2", "-extfile", "san", "-out", "\(name).pem",
                ], in: folder)
        }
    }

    private static func openssl(_ arguments: [String], in folder: TemporaryFolder) throws {
        let outcome = try ChildProcess.run(["openssl"] + arguments, folder: folder.path)
        guard outcome.ending == .exited(0) else { throw Timeout(description: "openssl: \(outcome.errors)") }
    }
}

/// A port that nothing listens on at the moment, and that the system gives to nobody who leaves the choice to it: between
/// this call and the start of the server many others may ask.
public func freePort() throws -> UInt16 {
    for _ in 0..<100 {
        // Below the range of ephemeral ports, on Linux and on macOS.
        let port = UInt16.random(in: 10_000..<32_768)
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if status == 0 { return port }
        guard errno == EADDRINUSE else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }
    throw POSIXError(.EADDRINUSE)
}
