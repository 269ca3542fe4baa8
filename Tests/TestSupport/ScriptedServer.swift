import FetchLoop
import Foundation

/// A server that answers with exactly the bytes that a test wants, right or wrong. A thread accepts, and each
/// connection has one.
public final class ScriptedServer: Sendable {
    /// What becomes of a request.
    public enum Answer: Sendable {
        /// Bytes; the connection stays.
        case send([UInt8])
        /// Bytes, then the end of the connection.
        case last([UInt8])
        /// Bytes, the rest of them once a flag is set; the connection stays.
        case held([UInt8], until: Flag, then: [UInt8])
        /// Nothing, for ever.
        case silence

        /// Text; the connection stays.
        public static func text(_ text: String) -> Answer { .send(Array(text.utf8)) }
    }

    /// `http://HOST:PORT`.
    public let url: String
    /// The port it listens on.
    public let port: UInt16
    private let listener: Listener
    private let log: RequestLog

    /// Starts to listen.
    ///
    /// - Parameter answer: gets a request's head and as much of its body as Content-Length says.
    public init(host: String = "127.0.0.1", _ answer: @escaping @Sendable (String) -> Answer) throws {
        let listener = try Listener(host: host)
        let log = RequestLog()
        self.listener = listener
        self.log = log
        port = listener.port
        url = "http://\(host.contains(":") ? "[\(host)]" : host):\(listener.port)"
        listener.acceptInThread { connection in
            while let request = connection.receiveRequest() {
                log.add(request)
                switch answer(request) {
                case .send(let bytes): connection.send(bytes)
                case .last(let bytes): return connection.send(bytes)
                case .held(let bytes, let flag, let rest):
                    connection.send(bytes)
                    while !flag.isSet { usleep(2_000) }
                    connection.send(rest)
                case .silence: while !connection.receive().isEmpty {}
                }
            }
        }
    }

    /// The requests so far, in the order in which they came.
    public var requests: [String] { log.all }
}

/// Requests noted by a server's threads.
final class RequestLog: Sendable {
    private let requests = Locked<[String]>([])
    var all: [String] { requests.withLock { $0 } }
    func add(_ request: String) { requests.withLock { $0.append(request) } }
}
