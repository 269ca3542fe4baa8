import Foundation

/// A small SOCKS 5 proxy on loopback (RFC 1928), with a name and password (RFC 1929) if told so. Whatever host it is
/// asked for, it connects to that port of loopback.
public final class SOCKSProxy: Sendable {
    /// `127.0.0.1:PORT`.
    public let address: String
    private let listener: Listener
    private let log = RequestLog()

    /// Starts the proxy.
    ///
    /// - Parameter credentials: `user:password` that it asks for; nil lets everyone through.
    public init(credentials: String? = nil) throws {
        listener = try Listener()
        address = "127.0.0.1:\(listener.port)"
        let log = log
        listener.acceptInThread { client in
            var reader = Reader(connection: client)
            guard Self.greet(client, &reader, credentials), let target = Self.request(&reader) else {
                return client.end()
            }
            log.add(target.host)
            guard let server = SocketConnection(port: target.port) else {
                client.send([5, 5, 0, 1, 0, 0, 0, 0, 0, 0])  // connection refused
                return client.end()
            }
            client.send([5, 0, 0, 1, 127, 0, 0, 1, 0, 0])
            Thread.detachNewThread {
                ForwardProxy.relay(from: client, to: server)
                server.end()
            }
            ForwardProxy.relay(from: server, to: client)
            client.end()
        }
    }

    /// The hosts that it was asked for: names, or addresses where the client resolved them.
    public var hosts: [String] { log.all }

    /// Bytes of a connection, as many as are wanted.
    private struct Reader {
        let connection: SocketConnection
        var bytes: ArraySlice<UInt8> = []

        mutating func take(_ count: Int) -> [UInt8]? {
            while bytes.count < count {
                let more = connection.receive()
                if more.isEmpty { return nil }
                bytes += more
            }
            defer { bytes = bytes.dropFirst(count) }
            return Array(bytes.prefix(count))
        }

        mutating func takeText() -> String? {
            take(1).flatMap { take(Int($0[0])) }.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    private static func greet(_ client: SocketConnection, _ reader: inout Reader, _ credentials: String?) -> Bool {
        guard let start = reader.take(2), start[0] == 5, let methods = reader.take(Int(start[1])) else { return false }
        guard let credentials else {
            client.send([5, methods.contains(0) ? 0 : 255])
            return methods.contains(0)
        }
        guard methods.contains(2) else {
            client.send([5, 255])
            return false
        }
        client.send([5, 2])
        guard reader.take(1) != nil, let user = reader.takeText(), let password = reader.takeText() else {
            return false
        }
        let isKnown = "\(user):\(password)" == credentials
        client.send([1, isKnown ? 0 : 1])
        return isKnown
    }

    private static func request(_ reader: inout Reader) -> (host: String, port: UInt16)? {
        guard let head = reader.take(4), head[1] == 1 else { return nil }
        let host: String? =
            switch head[3] {
            case 1: reader.take(4).map { $0.map { "\($0)" }.joined(separator: ".") }
            case 3: reader.takeText()
            case 4: reader.take(16).map { "\($0)" }
            default: nil
            }
        guard let host, let port = reader.take(2) else { return nil }
        return (host, UInt16(port[0]) << 8 | UInt16(port[1]))
    }
}
