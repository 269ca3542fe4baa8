import Foundation

/// A listening socket on loopback, and the thread that accepts from it.
final class Listener: Sendable {
    let port: UInt16
    private let descriptor: CInt

    init(host: String = "127.0.0.1", backlog: CInt = 64) throws {
        let family = host.contains(":") ? AF_INET6 : AF_INET
        let descriptor = socket(family, CInt(SOCK_STREAM.rawValue | UInt32(O_CLOEXEC)), 0)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) { storage in
            if family == AF_INET6 {
                storage.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    $0.pointee.sin6_family = sa_family_t(AF_INET6)
                    inet_pton(AF_INET6, host, &$0.pointee.sin6_addr)
                }
            } else {
                storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    $0.pointee.sin_family = sa_family_t(AF_INET)
                    inet_pton(AF_INET, host, &$0.pointee.sin_addr)
                }
            }
            return storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                let size = MemoryLayout<sockaddr_in6>.size
                guard
                    bind(descriptor, address, socklen_t(family == AF_INET6 ? size : MemoryLayout<sockaddr_in>.size))
                        == 0,
                    listen(descriptor, backlog) == 0
                else { return CInt(-1) }
                return getsockname(descriptor, address, &length)
            }
        }
        guard status == 0 else {
            let code = errno
            close(descriptor)
            throw POSIXError(.init(rawValue: code) ?? .EIO)
        }
        // The port stands at the same place in both address families.
        port = withUnsafePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { UInt16(bigEndian: $0.pointee.sin_port) }
        }
        self.descriptor = descriptor
    }

    deinit {
        // Ends the accepting thread, which holds the descriptor's number: it closes it.
        shutdown(descriptor, CInt(SHUT_RDWR))
    }

    func acceptInThread(_ serve: @escaping @Sendable (SocketConnection) -> Void) {
        let descriptor = descriptor
        Thread.detachNewThread {
            while true {
                let accepted = accept(descriptor, nil, nil)
                if accepted < 0 && errno == EINTR { continue }
                guard accepted >= 0 else { break }
                _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
                let connection = SocketConnection(accepted)
                Thread.detachNewThread { serve(connection) }
            }
            close(descriptor)
        }
    }
}

/// A blocking connection, closed when it goes.
final class SocketConnection: Sendable {
    private let descriptor: CInt

    init(_ descriptor: CInt) { self.descriptor = descriptor }

    /// Connects to a port of loopback.
    init?(port: UInt16) {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | UInt32(O_CLOEXEC)), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if status != 0 { return nil }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// The next bytes; empty at the end.
    func receive() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer.prefix(count)) : []
    }

    /// A request's head, and its body if it has a Content-Length; nil at the end of the connection.
    func receiveRequest() -> String? {
        var request = ""
        while !request.contains("\r\n\r\n") {
            let bytes = receive()
            if bytes.isEmpty { return nil }
            request += String(decoding: bytes, as: UTF8.self)
        }
        let length = request.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces)) }
        guard let length, !request.lowercased().contains("expect: 100-continue"),
            let end = request.range(of: "\r\n\r\n")
        else { return request }
        while request[end.upperBound...].utf8.count < length {
            let bytes = receive()
            if bytes.isEmpty { break }
            request += String(decoding: bytes, as: UTF8.self)
        }
        return request
    }

    func end() { shutdown(descriptor, CInt(SHUT_RDWR)) }
}
