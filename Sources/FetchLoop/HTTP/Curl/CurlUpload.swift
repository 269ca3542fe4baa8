internal import CCurl

/// A streamed request body: asks its producer for the next piece when libcurl wants bytes, and pauses libcurl until
/// the piece is there, so that the producer is never ahead of the network.
@safe final class CurlUpload {
    typealias Producer = @Sendable () async throws -> [UInt8]?
    private var producer: Producer
    /// As announced; libcurl would wait for what is missing, and the peer take what follows for it.
    private let length: Int64?
    private var producedBytes: Int64 = 0
    private let restart: (@Sendable () -> Producer)?
    private unowned let handle: CurlHandle
    private var piece: ArraySlice<UInt8> = []
    private var isUsed = false
    private var isAtEnd = false
    private var failed = false
    private var asking: Future<[UInt8]?>?

    init(
        handle: CurlHandle, length: Int64?, producer: @escaping Producer, restart: (@Sendable () -> Producer)? = nil
    ) {
        self.length = length
        self.producer = producer
        self.restart = restart
        self.handle = handle
    }

    deinit { asking?.cancel() }

    /// Whether the last byte is with libcurl.
    var isSent: Bool { piece.isEmpty && (isAtEnd || producedBytes == length) }

    /// libcurl's READFUNCTION.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        if failed { return ccurl_readfunc_abort() }
        if !piece.isEmpty && asking == nil {
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
        producedBytes = 0
        producer = restart()
        return true
    }

    private func take(_ next: [UInt8]?) throws(WrongLength) {
        guard let next else {
            isAtEnd = true
            if let length, producedBytes < length {
                throw WrongLength(description: "it ended after \(producedBytes) of \(length) bytes")
            }
            return
        }
        if next.isEmpty { return }
        producedBytes += Int64(next.count)
        if let length, producedBytes > length {
            throw WrongLength(description: "it made \(producedBytes) bytes where \(length) were announced")
        }
        piece = next[...]
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
                try take(future.result())
                // Asked once more before the last piece is sent: a longer body must not look whole.
                if (piece.isEmpty || producedBytes == length) && !isAtEnd { return ask() }
            } catch {
                failed = true
                transfer.failure = .bodyProducer("\(error)")
            }
            transfer.core.applyPause(to: transfer)
        }
    }
}

/// A body that is not as long as was said.
private struct WrongLength: Error, CustomStringConvertible {
    let description: String
}
