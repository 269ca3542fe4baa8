internal import CCurl

/// The sockets of libcurl's connections, and their lazy registration with the loop.
///
/// libcurl asks for REMOVE after every response and for IN before the next. Registering as asked costs two
/// `epoll_ctl` a fetch; so a socket that we opened ourselves stays registered when libcurl loses interest, and is
/// dropped when an event arrives that nobody wants, or when it is closed. Sockets that libcurl closes without a word
/// follow its wishes to the letter: those that it opened on its own (a resolver's socket pair), and those whose connect
/// it gives up (7.88 calls them "never published").
@safe final class CurlSockets {
    private struct Slot {
        var watch: Watch?
        /// Not retained: a multi handle closes its sockets while its shard is going. Not counted: a shard that ends has
        /// itself forgotten here.
        unowned(unsafe) var shard: CurlShard?
        var owner: ObjectIdentifier?
        var wanted: Watch.Interest = []
        /// Opened by us, and connected: libcurl has asked to read from it. From then on its end is told.
        var isConnected = false
        var isOurs = false
        /// Whether REMOVE need not be obeyed.
        var staysRegistered: Bool { isOurs && isConnected }
    }

    private unowned let loop: EventLoop
    /// Indexed by descriptor, grown on demand.
    @safe @exclusivity(unchecked) private var slots: [Slot] = []

    init(loop: EventLoop) { self.loop = loop }

    /// Connections open now.
    private(set) var openCount = 0

    /// Sets the callback by which libcurl closes sockets. Opening is the handle's affair: it knows whom it may ask.
    func install(on easy: UnsafeMutableRawPointer) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe ccurl_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, context)
        unsafe ccurl_set_close_callback(easy) { context, descriptor in
            guard let context = unsafe context else {
                Socket.close(descriptor)
                return 0
            }
            return unsafe CurlSockets.from(context).close(descriptor)
        }
    }

    private static func from(_ context: UnsafeMutableRawPointer) -> CurlSockets {
        unsafe Unmanaged<CurlSockets>.fromOpaque(context).takeUnretainedValue()
    }

    /// Connections that were begun so far.
    private(set) var openedCount = 0

    func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let descriptor = Socket.open(
            unsafe address.pointee.family, unsafe address.pointee.socktype, unsafe address.pointee.protocol)
        guard descriptor >= 0 else { return CURL_SOCKET_BAD }
        grow(to: Int(descriptor))
        forget(Int(descriptor))
        slots[Int(descriptor)].isOurs = true
        openedCount += 1
        return descriptor
    }

    private func close(_ descriptor: curl_socket_t) -> CInt {
        let index = Int(descriptor)
        if index < slots.count { forget(index) }
        Socket.close(descriptor)
        return 0
    }

    private func forget(_ index: Int) {
        slots[index].watch?.cancel()
        if slots[index].staysRegistered { openCount -= 1 }
        slots[index] = Slot()
    }

    private func grow(to index: Int) {
        guard index >= slots.count else { return }
        slots.append(contentsOf: repeatElement(Slot(), count: index + 32 - slots.count))
    }

    /// libcurl's SOCKETFUNCTION.
    func setInterest(_ descriptor: curl_socket_t, _ what: CInt, shard: CurlShard) {
        let index = Int(descriptor)
        guard index >= 0 else { return }
        grow(to: index)
        if what == CURL_POLL_REMOVE {
            slots[index].wanted = []
            if !slots[index].staysRegistered {
                slots[index].watch?.cancel()
                slots[index].watch = nil
            }
            return
        }
        let wanted: Watch.Interest =
            switch what {
            case CURL_POLL_IN: .read
            case CURL_POLL_OUT: .write
            default: [.read, .write]
            }
        slots[index].wanted = wanted
        unsafe slots[index].shard = shard
        slots[index].owner = ObjectIdentifier(shard)
        if !slots[index].isConnected && slots[index].isOurs && wanted.contains(.read) {
            slots[index].isConnected = true
            openCount += 1
        }
        if let watch = slots[index].watch, watch.isActive {
            // A wider registration than wanted does no harm until an unwanted event shows up.
            if !watch.interest.isSuperset(of: wanted) { watch.interest = wanted }
        } else {
            // A failure (out of memory, out of epoll watches) leaves the transfer to its timeout.
            slots[index].watch = try? loop.watch(descriptor, for: wanted, name: "libcurl socket") { [unowned self] in
                ready(index, $0)
            }
        }
    }

    /// A multi handle goes: nothing more is told to its shard. - Complexity: O(n).
    func forget(_ shard: CurlShard) {
        for index in slots.indices where slots[index].owner == ObjectIdentifier(shard) {
            slots[index].wanted = []
            slots[index].owner = nil
            unsafe slots[index].shard = nil
            if !slots[index].staysRegistered {
                slots[index].watch?.cancel()
                slots[index].watch = nil
            }
        }
    }

    private func ready(_ index: Int, _ events: Watch.Events) {
        let wanted = slots[index].wanted
        guard !wanted.isEmpty, let shard = unsafe slots[index].shard else {
            // Nobody waits for it: the peer closed an idle connection, most likely. libcurl finds out on reuse.
            slots[index].watch?.cancel()
            slots[index].watch = nil
            return
        }
        var bits: CInt = 0
        if events.contains(.read) && wanted.contains(.read) { bits |= CURL_CSELECT_IN }
        if events.contains(.write) && wanted.contains(.write) { bits |= CURL_CSELECT_OUT }
        if events.contains(.hangup) { bits |= CURL_CSELECT_IN }
        if events.contains(.error) { bits |= CURL_CSELECT_ERR }
        if bits == 0 {
            slots[index].watch?.interest = wanted
        } else {
            shard.act(on: curl_socket_t(index), bits)
        }
    }
}
