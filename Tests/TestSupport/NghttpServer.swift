import Foundation

/// nghttpd on loopback: HTTP/2 without TLS, serving `/hello`.
public final class NghttpServer: Sendable {
    /// `http://127.0.0.1:PORT`.
    public let url: String
    private let folder: TemporaryFolder
    private let process: ChildProcess

    /// Starts nghttpd and waits until it accepts connections. Blocks.
    public init() throws {
        let folder = try TemporaryFolder()
        try folder.write("hello over h2c", to: "hello")
        let port = try freePort()
        let process = try ChildProcess(
            ["sh", "-c", "nghttpd \"$@\" & read -r _; kill $!; wait $!", "sh"]
                + ["--no-tls", "-a", "127.0.0.1", "-d", folder.path, "\(port)"], input: .pipe)
        try waitUntil("nghttpd on port \(port)", instead: { process.errorsSoFar }) {
            (try? TCPClient(port: port)) != nil
        }
        self.folder = folder
        self.process = process
        url = "http://127.0.0.1:\(port)"
    }

    deinit {
        process.closeInput()
        _ = try? process.wait()
    }
}
