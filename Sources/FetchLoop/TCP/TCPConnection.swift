/// A TCP connection whose reads and writes suspend the coroutine and not the thread. Bound to its loop.
///
/// ```swift
/// let connection = try await TCPConnection(to: "127.0.0.1", port: 7, on: loop)
/// try await connection.write(Array("hello\n".utf8))
/// let reply = try await connection.readLine()
/// ```
/// It is closed when nothing refers to it any more. Tornado: `IOStream`, and `TCPClient` for the connecting side.
public final class TCPConnection {
    private let waits: SocketWaits
    /// What was received behind the line that ``readLine(limit:)`` returned last.
    private var received: [UInt8] = []

    init(_ loop: EventLoop, owning descriptor: CInt) {
        waits = SocketWaits(loop, owning: descriptor)
    }

    /// Connects to a dotted IPv4 address; nothing here resolves names. The corresponding C function is `connect`.
    ///
    /// - Throws: `SystemError`, such as `ECONNREFUSED`, or `EINVAL` for a host that is no address; `CancellationError`.
    /// - Cancellation: Closes the socket.
    public init(to host: String, port: UInt16, on loop: EventLoop) async throws {
        let descriptor = try Socket.connect(to: Socket.Address(host: host, port: port))
        waits = SocketWaits(loop, owning: descriptor)
        try await waits.untilWritable()
        try Socket.checkConnected(descriptor)
    }

    /// Whether ``close()`` was called here.
    public var isClosed: Bool { waits.isClosed }

    /// What has arrived, up to a limit, or waits for something to arrive; nil when the peer has sent all it will send.
    ///
    /// The corresponding C function is `recv`. Suspends only when nothing is there.
    ///
    /// - Throws: `SystemError`, such as `ECONNRESET`, or `EBADF` after ``close()``; `CancellationError`.
    /// - Cancellation: Nothing is lost: what arrives later is there for the next read.
    public func read(limit: Int = 64 << 10) async throws -> [UInt8]? {
        if limit <= 0 { stopMisuse("TCPConnection.read needs room for a byte at least") }
        if !received.isEmpty {
            defer { received.removeFirst(Swift.min(limit, received.count)) }
            return Array(received.prefix(limit))
        }
        return try await receive(limit: limit)
    }

    /// The next line, without its line feed or CR LF; nil at the end. A last line may lack the line feed.
    ///
    /// - Parameter limit: Most bytes a line may have, its ending not counted.
    /// - Throws: As ``read(limit:)``; `SystemError` with `EMSGSIZE` for a line that is longer, which stays where it is.
    /// - Cancellation: Nothing is lost: the next call goes on with what had arrived.
    public func readLine(limit: Int = 64 << 10) async throws -> String? {
        if limit < 0 { stopMisuse("TCPConnection.readLine cannot read a line of less than nothing") }
        var searched = 0
        while true {
            if let end = received[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = try checked(received[..<end], limit)
                defer { received.removeFirst(end + 1) }
                return String(decoding: line, as: UTF8.self)
            }
            _ = try checked(received[...], limit)
            searched = received.count
            guard let more = try await receive(limit: 4096) else { break }
            received += more
        }
        guard !received.isEmpty else { return nil }
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    /// A line without its carriage return; one that ends what has arrived may yet turn out to belong to the line's ending.
    private func checked(_ line: ArraySlice<UInt8>, _ limit: Int) throws(SystemError) -> ArraySlice<UInt8> {
        let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        guard text.count <= limit else { throw SystemError.lineIsTooLong }
        return text
    }

    private func receive(limit: Int) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        while true {
            guard !isClosed else { throw SystemError.socketIsClosed }
            switch Socket.receive(from: waits.descriptor, appendingTo: &bytes, limit: limit) {
            case .bytes: return bytes
            case .end: return nil
            case .failed(let error): throw error
            case .wouldBlock: try await waits.untilReadable()
            }
        }
    }

    /// Sends the bytes; when this returns the kernel has them all. The corresponding C function is `send`.
    ///
    /// Suspends only when the kernel's buffer is full.
    ///
    /// - Throws: `SystemError`, such as `EPIPE`, or `EBADF` after ``close()``; `CancellationError`.
    /// - Cancellation: Some of the bytes may have been sent.
    public func write(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard !isClosed else { throw SystemError.socketIsClosed }
            switch Socket.send(rest, to: waits.descriptor) {
            case .bytes(let count): rest = rest.dropFirst(count)
            case .failed(let error): throw error
            case .wouldBlock, .end: try await waits.untilWritable()
            }
        }
    }

    /// Sends a text in UTF-8.
    ///
    /// - Throws: As ``write(_:)-([UInt8])``.
    /// - Cancellation: Some of the text may have been sent.
    public func write(_ text: String) async throws { try await write(Array(text.utf8)) }

    /// Tells the peer that nothing more will be sent; reading goes on. The corresponding C function is `shutdown`.
    public func finishWriting() {
        if !isClosed { Socket.finishSending(on: waits.descriptor) }
    }

    /// Closes the connection; a second time without effect. Waiting reads and writes fail with `EBADF`.
    public func close() { waits.close() }
}

extension TCPConnection: AsyncSequence {
    /// Yields what arrives, in pieces of whatever size, until the peer has sent all it will send.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let connection: TCPConnection

        /// The next piece, never empty.
        ///
        /// - Throws: As ``TCPConnection/read(limit:)``.
        /// - Cancellation: Nothing is lost: what arrives later is there for the next read.
        public func next(isolation: isolated (any Actor)? = #isolation) async throws -> [UInt8]? {
            try await connection.read()
        }
    }

    /// Starts an iteration.
    public func makeAsyncIterator() -> Iterator { Iterator(connection: self) }
}
