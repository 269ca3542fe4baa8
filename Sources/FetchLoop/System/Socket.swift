internal import CSystem

/// Non-blocking TCP sockets over IPv4, as a server on an `EventLoop` needs them.
///
/// Each function is one system call, or the few that belong together; descriptors stay plain numbers because a `Watch`
/// must be cancelled before its descriptor is closed, and only the owner of both knows when that is.
package enum Socket {
    /// A host and port. Only dotted addresses: nothing here resolves names.
    package struct Address: Hashable, Sendable, CustomStringConvertible {
        /// The dotted address, such as `127.0.0.1`.
        package var host: String
        /// The port; 0 lets the kernel choose one.
        package var port: UInt16

        /// Creates an address.
        package init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }

        /// `127.0.0.1:8080`.
        package var description: String { "\(host):\(port)" }
    }

    /// What came of a `receive` or `send`.
    package enum Outcome: Equatable, Sendable {
        /// So many bytes were moved.
        case bytes(Int)
        /// Nothing to read, or no room to write: wait for the descriptor.
        case wouldBlock
        /// The peer has sent all it will send.
        case end
        /// The connection is broken.
        case failed(SystemError)
    }

    /// Opens a socket that listens at the address.
    ///
    /// The corresponding C functions are `socket`, `bind` and `listen`.
    package static func listen(at address: Address, backlog: CInt = 4096) throws(SystemError) -> CInt {
        var target = try native(address)
        let descriptor = try openStream()
        do throws(SystemError) {
            setOption(SOL_SOCKET, SO_REUSEADDR, to: 1, on: descriptor)
            _ = try valueOrErrno("bind") {
                unsafe withUnsafePointer(to: &target) { pointer in
                    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
            }
            _ = try valueOrErrno("listen") { CSystem.listen(descriptor, backlog) }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Opens a socket and begins to connect it: once it can be written, ``checkConnected(_:)`` tells how that went.
    ///
    /// The corresponding C functions are `socket` and `connect`.
    static func connect(to address: Address) throws(SystemError) -> CInt {
        var target = try native(address)
        let descriptor = try openStream()
        setOption(CInt(IPPROTO_TCP), TCP_NODELAY, to: 1, on: descriptor)
        let status = unsafe withUnsafePointer(to: &target) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe CSystem.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // An interrupted connect goes on by itself, as one that has to wait does.
        if status != 0 && csystem_errno() != EINPROGRESS && csystem_errno() != EINTR {
            let error = SystemError.last("connect")
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// How connecting went. The corresponding C function is `getsockopt` with `SO_ERROR`.
    static func checkConnected(_ descriptor: CInt) throws(SystemError) {
        var code: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        _ = try valueOrErrno("getsockopt") { unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) }
        if code != 0 { throw SystemError(code: code, call: "connect") }
    }

    private static func native(_ address: Address) throws(SystemError) -> sockaddr_in {
        var native = sockaddr_in()
        native.sin_family = sa_family_t(AF_INET)
        native.sin_port = address.port.bigEndian
        guard unsafe inet_pton(AF_INET, address.host, &native.sin_addr) == 1 else {
            throw SystemError(code: EINVAL, call: "inet_pton")
        }
        return native
    }

    private static func openStream() throws(SystemError) -> CInt {
        try valueOrErrno("socket") { csystem_socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0) }
    }

    /// The port that a socket is bound to. The corresponding C function is `getsockname`.
    package static func port(of descriptor: CInt) throws(SystemError) -> UInt16 {
        var bound = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = try valueOrErrno("getsockname") {
            unsafe withUnsafeMutablePointer(to: &bound) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getsockname(descriptor, $0, &length)
                }
            }
        }
        return UInt16(bigEndian: bound.sin_port)
    }

    /// The next waiting connection, non-blocking and without Nagle's delay, or nil when none waits.
    ///
    /// The corresponding C function is `accept4`.
    ///
    /// - Throws: `SystemError`, such as `EMFILE`. A connection that went away while it waited is none.
    package static func accept(from listener: CInt) throws(SystemError) -> CInt? {
        while true {
            let descriptor = accept4(
                listener, nil, nil, CInt(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue))
            if descriptor >= 0 {
                setOption(CInt(IPPROTO_TCP), TCP_NODELAY, to: 1, on: descriptor)
                return descriptor
            }
            switch csystem_errno() {
            case EINTR, ECONNABORTED: continue
            case EAGAIN: return nil
            default: throw SystemError.last("accept4")
            }
        }
    }

    /// Appends what has arrived, up to a limit. The corresponding C function is `recv`.
    package static func receive(from descriptor: CInt, appendingTo bytes: inout [UInt8], limit: Int) -> Outcome {
        var failure: Outcome?
        let count = unsafe withUnsafeTemporaryAllocation(byteCount: limit, alignment: 1) { buffer in
            let count = retryingOnInterrupt { unsafe recv(descriptor, buffer.baseAddress, limit, 0) }
            failure = count < 0 ? outcomeOfFailure("recv") : nil
            if count > 0 { unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            return count
        }
        return failure ?? (count == 0 ? .end : .bytes(count))
    }

    /// Sends as many of the bytes as there is room for; a vanished peer raises no signal.
    ///
    /// The corresponding C function is `send`.
    package static func send(_ bytes: ArraySlice<UInt8>, to descriptor: CInt) -> Outcome {
        let count = unsafe bytes.withUnsafeBytes { buffer in
            retryingOnInterrupt {
                unsafe CSystem.send(descriptor, buffer.baseAddress, buffer.count, CInt(MSG_NOSIGNAL))
            }
        }
        return count < 0 ? outcomeOfFailure("send") : .bytes(count)
    }

    /// Tells the peer that nothing more will be sent. The corresponding C function is `shutdown`.
    package static func finishSending(on descriptor: CInt) {
        _ = shutdown(descriptor, CInt(SHUT_WR))
    }

    /// Makes `close` send a reset in place of an orderly end. The corresponding option is `SO_LINGER` of zero.
    package static func resetOnClose(_ descriptor: CInt) {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Opens a socket of any kind, non-blocking; -1 on failure. The corresponding C function is `socket`.
    static func open(_ family: CInt, _ type: CInt, _ protocolNumber: CInt) -> CInt {
        csystem_socket(family, type, protocolNumber)
    }

    /// Whether the last call that failed did so because the process, or the system, has no more of them.
    static var isOutOfDescriptors: Bool { [EMFILE, ENFILE].contains(csystem_errno()) }

    /// Closes a descriptor whose watches are cancelled. The corresponding C function is `close`.
    package static func close(_ descriptor: CInt) {
        _ = CSystem.close(descriptor)
    }

    private static func setOption(_ level: CInt, _ name: CInt, to value: CInt, on descriptor: CInt) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    private static func retryingOnInterrupt(_ body: () -> Int) -> Int {
        while true {
            let value = body()
            if value >= 0 || csystem_errno() != EINTR { return value }
        }
    }

    private static func outcomeOfFailure(_ call: String) -> Outcome {
        csystem_errno() == EAGAIN ? .wouldBlock : .failed(SystemError.last(call))
    }
}
