import Foundation

/// An address that lets connections neither succeed nor fail: a listening socket whose queue is full.
public final class DeadHost: Sendable {
    /// `http://127.0.0.1:PORT`.
    public let url: String
    private let descriptors: [Int32]

    /// Fills the queue; from then on the kernel drops what asks to connect.
    public init() throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue | UInt32(O_CLOEXEC)), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 0) == 0 ? getsockname(listener, $0, &length) : -1
            }
        }
        guard status == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        var clients: [Int32] = []
        for _ in 0..<4 {
            let client = socket(AF_INET, CInt(SOCK_STREAM.rawValue | UInt32(O_CLOEXEC | O_NONBLOCK)), 0)
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(client, $0, length) }
            }
            clients.append(client)
        }
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        descriptors = [listener] + clients
    }

    deinit { descriptors.forEach { close($0) } }
}
