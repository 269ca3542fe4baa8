import FetchLoop
import Foundation

/// A blocking TCP connection to loopback, for tests that speak a protocol byte by byte. Use it in a thread of its own.
public final class TCPClient {
    private let descriptor: CInt

    /// Connects to a port of 127.0.0.1.
    public init(port: UInt16, receiveBuffer: CInt? = nil) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | UInt32(O_CLOEXEC)), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        }
        // A net, so that a broken server fails a test and does not hang it.
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw SystemError(code: errno, call: "connect") }
    }

    deinit { close(descriptor) }

    /// Sends text, all of it.
    public func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Sends bytes, all of them.
    public func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw SystemError(code: errno, call: "send") }
            rest = rest.dropFirst(count)
        }
    }

    /// Tells the server that nothing more will be sent.
    public func finishSending() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// The next bytes that arrive, empty at the end of the connection.
    ///
    /// - Throws: `SystemError`, with `ECONNRESET` for a reset.
    public func receive(limit: Int) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &buffer, limit, 0)
        guard count >= 0 else { throw SystemError(code: errno, call: "recv") }
        return Array(buffer.prefix(count))
    }

    /// Everything up to the end of the connection, or up to and including a piece of text.
    public func receive(until text: String? = nil) throws -> String {
        var bytes: [UInt8] = []
        while true {
            let piece = try receive(limit: 65_536)
            bytes += piece
            let received = String(decoding: bytes, as: UTF8.self)
            if piece.isEmpty || text.map({ received.contains($0) }) ?? false { return received }
        }
    }
}
