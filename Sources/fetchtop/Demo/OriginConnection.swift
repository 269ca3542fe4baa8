import FetchLoop

/// One client's connection: reads requests, asks the routes for replies and performs their steps in order.
///
/// Everything that can be sent at once is sent with one call. A reply that waits, stalls, or meets a client that does
/// not read holds up only its own connection.
final class OriginConnection {
    private enum Phase {
        case serving
        /// All is sent: what the client still sends is thrown away, so that no reset overtakes the last reply.
        case draining
        case closed
    }

    private let descriptor: CInt
    private unowned let origin: Origin
    private var watch: Watch?
    private var timer: LoopTimer?
    private var phase = Phase.serving
    private var parser = RequestParser()
    private var request: PartialRequest?
    /// What is left to do for the current reply.
    private var steps: ArraySlice<Reply.Step> = []
    private var closesAfterReply = false
    private var output: [UInt8] = []
    private var sent = 0
    private var clientIsDone = false
    private var isStalled = false

    /// A request whose body is still arriving.
    private struct PartialRequest {
        var head: RequestHead
        var body: [UInt8] = []
        var byteCount = 0
    }

    /// Produced and not yet taken by the kernel: more than this and the reply waits for the client.
    private static let outputLimit = 256 * 1024
    private static let pieceLength = 64 * 1024
    private static let inputLimit = 128 * 1024

    init(descriptor: CInt, origin: Origin) throws(SystemError) {
        self.descriptor = descriptor
        self.origin = origin
        // The watch and the timer keep the connection alive; `close` lets go of both.
        watch = try origin.loop.watch(descriptor, for: .read, name: "origin connection") { [self] events in
            if events.contains(.error) || (events.contains(.hangup) && phase == .serving) { return close() }
            if events.contains(.read) || events.contains(.hangup) { receive() }
            pump()
        }
    }

    func close() {
        guard phase != .closed else { return }
        phase = .closed
        timer?.cancel()
        timer = nil
        watch?.cancel()
        watch = nil
        Socket.close(descriptor)
        origin.connectionDidClose(self)
    }

    private func receive() {
        var bytes: [UInt8] = []
        switch Socket.receive(from: descriptor, appendingTo: &bytes, limit: Self.pieceLength) {
        case .bytes: if phase == .serving { parser.append(bytes) }
        case .wouldBlock: break
        case .end:
            clientIsDone = true
            if phase == .draining || isStalled || !isBusy { close() }
        case .failed: close()
        }
    }

    /// Whether a reply is being given.
    private var isBusy: Bool { !steps.isEmpty || timer != nil || sent < output.count }

    /// Goes on until there is nothing left that can be done now.
    private func pump() {
        while phase == .serving {
            if output.count - sent >= Self.outputLimit {
                flush()
                if output.count - sent >= Self.outputLimit { break }
            }
            if timer != nil || isStalled { break }
            if let step = steps.popFirst() {
                perform(step)
            } else if closesAfterReply {
                finish()
                break
            } else if !takeRequest() {
                break
            }
        }
        guard phase != .closed else { return }
        flush()
        updateInterest()
    }

    private func perform(_ step: Reply.Step) {
        switch step {
        case .send(let bytes): output.append(contentsOf: bytes)
        case .fill(let range):
            let piece = range.prefix(Self.pieceLength)
            output.append(contentsOf: DemoBody.bytes(piece))
            if piece.count < range.count { steps = [.fill(piece.upperBound..<range.upperBound)] + steps }
        case .fillChunks(let range, let length):
            let piece = range.prefix(length)
            guard !piece.isEmpty else { break }
            output.append(contentsOf: "\(String(piece.count, radix: 16))\r\n".utf8)
            output.append(contentsOf: DemoBody.bytes(piece))
            output.append(contentsOf: "\r\n".utf8)
            let rest = piece.upperBound..<range.upperBound
            if !rest.isEmpty { steps = [.fillChunks(rest, chunkLength: length)] + steps }
        case .trickle(let range, let piece, let pause):
            let now = range.prefix(piece)
            output.append(contentsOf: DemoBody.bytes(now))
            let rest = now.upperBound..<range.upperBound
            if !rest.isEmpty { steps = [.sleep(pause), .trickle(rest, piece: piece, pause: pause)] + steps }
        case .sleep(let duration):
            guard duration > .zero else { break }
            timer = origin.loop.after(duration, name: "origin delay") { [self] in
                timer = nil
                pump()
            }
        case .stall:
            isStalled = true
            if clientIsDone { close() }
        case .reset:
            flush()
            Socket.resetOnClose(descriptor)
            close()
        case .hangUp:
            steps = []
            closesAfterReply = true
        }
    }

    /// Starts on the next request that is complete, or complete enough for its route. Says whether it did.
    private func takeRequest() -> Bool {
        while true {
            switch parser.next() {
            case .head(let head):
                if origin.routes.answersEarly(head) {
                    answer(PartialRequest(head: head))
                    return true
                }
                request = PartialRequest(head: head)
                if head.expectsContinue, head.bodyLength != .none {
                    output.append(contentsOf: "HTTP/1.1 100 Continue\r\n\r\n".utf8)
                }
            case .body(let bytes):
                request?.byteCount += bytes.count
                let room = OriginCall.bodyLimit - (request?.body.count ?? 0)
                request?.body.append(contentsOf: bytes.prefix(room))
            case .end:
                guard let complete = request else { continue }
                request = nil
                answer(complete)
                return true
            case .needsMore:
                if clientIsDone { closesAfterReply = true }
                return clientIsDone
            case .invalid(let status, let reason):
                var reply = Reply.text("\(reason)\n", status: status)
                reply.closes = true
                let head = RequestHead(method: "GET", target: "/", minorVersion: 1, fields: [])
                steps = reply.steps(for: head)[...]
                closesAfterReply = true
                return true
            }
        }
    }

    private func answer(_ request: PartialRequest) {
        let reply = origin.reply(to: request.head, body: request.body, byteCount: request.byteCount)
        steps = reply.steps(for: request.head)[...]
        closesAfterReply = reply.closes || !request.head.keepsAlive
    }

    private func flush() {
        while phase != .closed, sent < output.count {
            switch Socket.send(output[sent...], to: descriptor) {
            case .bytes(let count): sent += count
            case .wouldBlock: return
            case .end, .failed: return close()
            }
        }
        output.removeAll(keepingCapacity: output.capacity <= Self.outputLimit)
        sent = 0
    }

    /// Ends the connection once everything is sent.
    private func finish() {
        flush()
        guard phase == .serving, sent == output.count else { return }
        if clientIsDone { return close() }
        phase = .draining
        Socket.finishSending(on: descriptor)
        timer = origin.loop.after(.seconds(2), name: "origin linger") { [self] in close() }
    }

    private func updateInterest() {
        guard let watch, phase != .closed else { return }
        var interest: Watch.Interest = []
        if !clientIsDone, parser.bufferedByteCount < Self.inputLimit { interest.insert(.read) }
        if sent < output.count { interest.insert(.write) }
        if watch.interest != interest { watch.interest = interest }
    }
}
