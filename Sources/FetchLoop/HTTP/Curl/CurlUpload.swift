internal import CCurl

/// A streamed request body: asks its producer for the next piece when libcurl wants bytes, and pauses libcurl until
/// the piece is there, so that the producer is never ahead of the network.
@safe final class CurlUpload {
    typealias Producer = @Sendable () async throws -> [UInt8]?
    private var producer: Producer
    private let restart: (@Sendable () -> Producer)?
    private unowned let handle: CurlHandle
    private var piece: ArraySlice<UInt8> = []
    private var isUsed = false
    private var isAtEnd = false
    private var failed = false
    private var asking: Future<[UInt8]?>?

    init(handle: CurlHandle, producer: @escaping Producer, restart: (@Sendable () -> Producer)? = nil) {
        self.producer = producer
        self.restart = restart
        self.handle = handle
    }

    deinit { asking?.cancel() }

    /// libcurl's READFUNCTION.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        if failed { return ccurl_readfunc_abort() }
        if !piece.isEmpty {
            let count = min(buffer.count, piece.count)
            unsafe buffer.copyBytes(from: piece.prefix(count))
            piece = piece.dropFirst(count)
            return count
        }
        if isAtEnd { return 0 }
        ask()
        return ccurl_readfunc_pause()
    }

    /// libcurl's SEEKFUNCTION: goes back to the first byte, if there is a way.
    func rewind() -> Bool {
        guard isUsed else { return true }
        guard let restart else { return false }
        asking?.cancel()
        (asking, piece, isUsed, isAtEnd, failed) = (nil, [], false, false, false)
        producer = restart()
        return true
    }

    private func ask() {
        guard asking == nil, let transfer = handle.transfer else { return }
        isUsed = true
        let producer = producer
        let future = handle.core.loop.spawn { try await producer() }
        asking = future
        future.whenDone { [weak self, weak transfer] future in
            guard let self, let transfer, !transfer.isOver, asking === future else { return }
            asking = nil
            do {
                if let next = try future.result() { piece = next[...] } else { isAtEnd = true }
                if piece.isEmpty && !isAtEnd { return ask() }
            } catch {
                failed = true
                transfer.failure = .bodyProducer("\(error)")
            }
            transfer.core.applyPause(to: transfer)
        }
    }
}
