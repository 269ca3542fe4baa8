/// Accepts TCP connections. Bound to its loop.
///
/// ```swift
/// for try await connection in try TCPListener(on: loop, port: 7) {
///     loop.spawn { for try await bytes in connection { try await connection.write(bytes) } }
/// }
/// ```
/// It is closed when nothing refers to it any more. Tornado: `TCPServer`.
public final class TCPListener {
    /// The port; the one that the kernel chose when 0 was asked for.
    public let port: UInt16
    private let waits: SocketWaits

    /// Listens on a dotted IPv4 address. The corresponding C functions are `socket`, `bind` and `listen`.
    ///
    /// - Throws: `SystemError`, such as `EADDRINUSE`, or `EINVAL` for a host that is no address.
    public init(on loop: EventLoop, host: String = "127.0.0.1", port: UInt16 = 0) throws(SystemError) {
        let waits = SocketWaits(loop, owning: try Socket.listen(at: Socket.Address(host: host, port: port)))
        self.port = try Socket.port(of: waits.descriptor)
        self.waits = waits
    }

    /// The next connection, or waits for one; nil after ``close()``. The corresponding C function is `accept4`.
    ///
    /// - Throws: `SystemError`, such as `EMFILE`; `CancellationError`.
    /// - Cancellation: A connection that arrives later is there for the next call.
    public func accept() async throws -> TCPConnection? {
        while !waits.isClosed {
            if let descriptor = try Socket.accept(from: waits.descriptor) {
                return TCPConnection(waits.loop, owning: descriptor)
            }
            do { try await waits.untilReadable() } catch {
                guard waits.isClosed else { throw error }
            }
        }
        return nil
    }

    /// Stops listening and ends the iteration; connections that were accepted stay. A second time without effect.
    public func close() { waits.close() }
}

extension TCPListener: AsyncSequence {
    /// Yields connections as they are made.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let listener: TCPListener

        /// The next connection; nil after ``TCPListener/close()``.
        ///
        /// - Throws: As ``TCPListener/accept()``.
        /// - Cancellation: A connection that arrives later is there for the next call.
        public func next(isolation: isolated (any Actor)? = #isolation) async throws -> TCPConnection? {
            try await listener.accept()
        }
    }

    /// Starts an iteration.
    public func makeAsyncIterator() -> Iterator { Iterator(listener: self) }
}
