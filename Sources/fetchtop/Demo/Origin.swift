package import FetchLoop

/// An HTTP/1.1 server on an `EventLoop`, for `--demo` and for the tests: it does everything a server can do, right and wrong.
///
/// It listens on loopback only. See `OriginRoutes` for what it serves; `GET /` lists it.
package final class Origin {
    package let loop: EventLoop
    let routes: OriginRoutes
    /// Where it listens, with the ports that the kernel chose.
    package private(set) var addresses: [Socket.Address] = []
    private(set) var state = OriginState()
    private var listeners: [(descriptor: CInt, watch: Watch)] = []
    private var connections: [ObjectIdentifier: OriginConnection] = [:]

    /// Starts to listen on a free port of each host.
    package convenience init(loop: EventLoop, hosts: [String] = ["127.0.0.1"]) throws(SystemError) {
        try self.init(loop: loop, hosts: hosts, routes: .standard)
    }

    init(loop: EventLoop, hosts: [String], routes: OriginRoutes) throws(SystemError) {
        self.loop = loop
        self.routes = routes
        for host in hosts { try listen(on: host) }
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    package var url: String { "http://\(addresses[0])" }

    /// Closes the listening sockets and every connection.
    package func close() {
        for listener in listeners {
            listener.watch.cancel()
            Socket.close(listener.descriptor)
        }
        listeners = []
        for connection in Array(connections.values) { connection.close() }
    }

    func reply(to head: RequestHead, body: [UInt8], byteCount: Int) -> Reply {
        routes.reply(to: head, body: body, byteCount: byteCount, state: &state)
    }

    func connectionDidClose(_ connection: OriginConnection) {
        connections[ObjectIdentifier(connection)] = nil
        state.openConnections = connections.count
    }

    private func listen(on host: String) throws(SystemError) {
        let descriptor = try Socket.listen(at: Socket.Address(host: host, port: 0))
        do throws(SystemError) {
            let port = try Socket.port(of: descriptor)
            // Keeps the origin alive until `close`, or the loop's end.
            let watch = try loop.watch(descriptor, for: .read, name: "origin listener") { [self] _ in
                acceptAll(from: descriptor)
            }
            addresses.append(Socket.Address(host: host, port: port))
            listeners.append((descriptor, watch))
        } catch {
            Socket.close(descriptor)
            throw error
        }
    }

    /// Out of descriptors or memory is met by trying again with the next event: the waiting connections stay queued.
    private func acceptAll(from listener: CInt) {
        while let descriptor = try? Socket.accept(from: listener) {
            guard let connection = try? OriginConnection(descriptor: descriptor, origin: self) else {
                Socket.close(descriptor)
                continue
            }
            connections[ObjectIdentifier(connection)] = connection
            state.acceptedConnections += 1
            state.openConnections = connections.count
        }
    }
}
