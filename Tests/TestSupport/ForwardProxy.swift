import Foundation

/// A small HTTP proxy on loopback: absolute-form requests and CONNECT, with basic credentials if told so.
public final class ForwardProxy: Sendable {
    /// `http://127.0.0.1:PORT`.
    public let url: String
    private let listener: Listener
    private let log = RequestLog()

    /// Starts the proxy.
    ///
    /// - Parameter credentials: `user:password` that it asks for; nil lets everyone through.
    public init(credentials: String? = nil) throws {
        listener = try Listener()
        url = "http://127.0.0.1:\(listener.port)"
        let expected = credentials.map { "Proxy-Authorization: Basic \(Data($0.utf8).base64EncodedString())" }
        let log = log
        listener.acceptInThread { client in
            while let request = client.receiveRequest() {
                log.add(request)
                if let expected, !request.contains(expected) {
                    let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\n"
                    client.send(Array((refusal + "Proxy-Authenticate: Basic realm=\"p\"\r\n\(Self.empty)").utf8))
                    continue
                }
                return Self.serve(request, client)
            }
        }
    }

    /// The requests that the proxy itself saw: not those inside of tunnels.
    public var requests: [String] { log.all }

    private static let empty = "Content-Length: 0\r\n\r\n"

    private static func serve(_ request: String, _ client: SocketConnection) {
        let words = request.split(separator: " ", maxSplits: 2)
        let isTunnel = words[0] == "CONNECT"
        let authority =
            isTunnel ? String(words[1]) : URL(string: String(words[1])).map { "\($0.host()!):\($0.port ?? 80)" }
        guard let port = authority?.split(separator: ":").last.flatMap({ UInt16($0) }),
            let server = SocketConnection(port: port)
        else { return client.send(Array("HTTP/1.1 502 Bad Gateway\r\n\(empty)".utf8)) }
        if isTunnel {
            client.send(Array("HTTP/1.1 200 Connection established\r\nX-Proxy: tunnel\r\n\r\n".utf8))
            Thread.detachNewThread {
                relay(from: client, to: server)
                server.end()
            }
        } else {
            let path = words[1].drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" }
            let rest = words[2].split(separator: "\r\n", omittingEmptySubsequences: false).dropFirst()
                .filter { !$0.lowercased().hasPrefix("proxy-") }.joined(separator: "\r\n")
            server.send(Array("\(words[0]) \(path) HTTP/1.1\r\nConnection: close\r\n\(rest)".utf8))
        }
        relay(from: server, to: client)
        client.end()
    }

    static func relay(from source: SocketConnection, to target: SocketConnection) {
        while true {
            let bytes = source.receive()
            if bytes.isEmpty { return }
            target.send(bytes)
        }
    }
}
