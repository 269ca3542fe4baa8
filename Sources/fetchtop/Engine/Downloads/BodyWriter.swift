import FetchLoop

/// Brings the bytes of a body to its file: gathers them on the loop, writes many at a time in the thread pool, and knows when
/// the disk is slower than the network.
final class BodyWriter {
    private let loop: EventLoop
    /// Nil while the pool has it.
    var file: BodyFile?
    private(set) var isWriting = false
    /// The file's path is still another's: what comes is only gathered.
    private(set) var isHeld = false
    /// Nothing can be done with the file now.
    var isBusy: Bool { isWriting || isHeld }
    /// What the body goes to if that is no file, once it is open.
    private(set) var stream: OpenFile?
    /// Bytes in the file.
    private(set) var length: Int64 = 0
    /// Why nothing more can be written.
    private(set) var error: SystemError?
    /// Told after each write.
    var onWritten: () -> Void = {}

    private var buffer: [UInt8] = []
    private var spare: [UInt8] = []
    /// Where the file is to be opened before the next write, and the version that is then noted; nil once it is open.
    private var opening: (offset: Int64, validator: String?)?

    /// Bytes handed to the pool at a time, and bytes waiting above which the transfer is held.
    private static let chunkSize = 256 << 10
    private static let pressureMark = 1 << 20

    init(loop: EventLoop, file: BodyFile) {
        self.loop = loop
        self.file = file
    }

    /// No more should come before some of it is written.
    var isFull: Bool { buffer.count >= Self.pressureMark }
    var isEmpty: Bool { buffer.isEmpty }

    /// A new attempt: what failed before counts for nothing.
    func forgetError() { error = nil }

    /// Begins at an offset with the next write.
    func open(at offset: Int64, validator: String? = nil) { opening = (offset, validator) }

    func take(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
        if buffer.count >= Self.chunkSize, !isBusy { write() }
    }

    func hold() { isHeld = true }

    func release() {
        isHeld = false
        if buffer.count >= Self.chunkSize { write() }
    }

    /// The path is not waited for any more, nor is there anything to be written to it.
    func giveUpHold() {
        isHeld = false
        drop()
    }

    /// Forgets what is not written.
    func drop() { buffer = [] }

    /// What is left to be done for the whole body, if it is not being written.
    struct Rest: Sendable {
        var file: BodyFile
        var chunk: [UInt8]
        var openAt: Int64?
        var validator: String?
    }

    func takeRest() -> Rest? {
        guard let taken = file else { return nil }
        defer {
            file = nil
            buffer = []
            opening = nil
        }
        return Rest(file: taken, chunk: buffer, openAt: opening?.offset, validator: opening?.validator)
    }

    /// Hands what waits to the pool. A small body needs no call before its last one.
    func write() {
        guard let taken = file else { return }
        file = nil
        isWriting = true
        let chunk = buffer
        buffer = spare
        spare = []
        let opening = opening
        self.opening = nil
        let call = loop.runBlocking(name: "write file") { () -> Written in
            var written = Written(file: taken, buffer: chunk)
            do throws(SystemError) {
                if let opening { try written.file.open(at: opening.offset, validator: opening.validator) }
                try written.file.write(chunk)
            } catch {
                written.error = error
            }
            return written
        }
        _ = call.whenDone { [self] future in
            // Only the end of the loop keeps it from having a result.
            if let written = try? future.result() { didWrite(written) }
        }
    }

    /// What comes back from the pool: the file, and the buffer to be used again.
    private struct Written: Sendable {
        var file: BodyFile
        var buffer: [UInt8]
        var error: SystemError?
    }

    private func didWrite(_ written: Written) {
        isWriting = false
        file = written.file
        error = written.error
        if error == nil {
            stream = written.file.stream
            length = written.file.length
            spare = written.buffer
            spare.removeAll(keepingCapacity: true)
            if buffer.count >= Self.chunkSize { write() }
        } else {
            drop()
        }
        onWritten()
    }
}
