internal import CCurl

/// A streamed request body: asks its producer for the next piece when libcurl wants bytes, and pauses libcurl until
/// the piece is there, so that the producer is never ahead of the network.
@safe final class CurlUpload {
    private let producer: @Sendable () async throws -> [UInt8]?
    private unowned let handle: CurlHandle
    private var piece: ArraySlice<UInt8> = []
    private var isAsking = false
    private var isAtEnd = false
    private var failed = false
    private var asking: Future<[UInt8]?>?

    init(_ producer: @escaping @Sendable () async throws -> [UInt8]?, handle: CurlHandle) {
        self.producer = producer
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

    private func ask() {
        guard !isAsking, let transfer = handle.transfer else { return }
        isAsking = true
        let producer = producer
        let future = handle.core.loop.spawn { try await producer() }
        asking = future
        future.whenDone { [weak self, weak transfer] future in
            guard let self, let transfer, !transfer.isOver else { return }
            isAsking = false
            do {
                if let next = try future.result() { piece = next[...] } else { isAtEnd = true }
                if piece.isEmpty && !isAtEnd { return ask() }
            } catch {
                failed = true
                transfer.failure = .bodyProducer("\(error)")
            }
            transfer.core.setPaused(transfer)
        }
    }
}
