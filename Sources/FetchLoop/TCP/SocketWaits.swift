/// A socket and the coroutines that wait until it can be read or written: at most one for each.
///
/// The watch stays when a wait is over, since the next is likely to come; it goes with the first event that nobody waits
/// for. So a busy connection costs no `epoll_ctl`, and an idle one that hangs up does not keep the loop awake.
final class SocketWaits {
    let loop: EventLoop
    let descriptor: CInt
    private(set) var isClosed = false
    private var watch: Watch?
    private var reader: Suspension?
    private var writer: Suspension?

    init(_ loop: EventLoop, owning descriptor: CInt) {
        self.loop = loop
        self.descriptor = descriptor
    }

    deinit { close() }

    /// Waits until reading will not block.
    ///
    /// - Throws: `SystemError` when the socket was closed here meanwhile, `CancellationError`.
    func untilReadable() async throws {
        if reader != nil { stopMisuse("a socket has one reader at a time") }
        let suspension = try expect(.read)
        reader = suspension
        defer { reader = nil }
        try await end(of: suspension)
    }

    /// Waits until writing will not block.
    ///
    /// - Throws: As ``untilReadable()``.
    func untilWritable() async throws {
        if writer != nil { stopMisuse("a socket has one writer at a time") }
        let suspension = try expect(.write)
        writer = suspension
        defer { writer = nil }
        try await end(of: suspension)
    }

    /// Closes the socket; who waits for it is told.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        watch?.cancel()
        Socket.close(descriptor)
        reader?.resume()
        writer?.resume()
    }

    private func expect(_ interest: PollInterest) throws -> Suspension {
        guard !isClosed else { throw SystemError.socketIsClosed }
        if let watch {
            watch.interest.insert(interest)
        } else {
            watch = try loop.watch(descriptor, for: interest, name: "socket") { [unowned self] in deliver($0) }
        }
        return Suspension(loop, waitingFor: "socket")
    }

    private func end(of suspension: Suspension) async throws {
        guard await suspension.wait() == .resumed else { throw CancellationError() }
        if isClosed { throw SystemError.socketIsClosed }
    }

    private func deliver(_ events: PollEvents) {
        var isWanted = false
        // An error or the peer's going ends both kinds of wait: the call that follows tells which it was.
        if let reader, events != .write { isWanted = reader.resume() }
        if let writer, events != .read { isWanted = writer.resume() || isWanted }
        guard !isWanted else { return }
        var interest: PollInterest = []
        if reader != nil { interest.insert(.read) }
        if writer != nil { interest.insert(.write) }
        if interest.isEmpty {
            watch?.cancel()
            watch = nil
        } else {
            watch?.interest = interest
        }
    }
}
