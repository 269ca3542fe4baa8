/// Turns the bytes of an HTTP/1.1 connection into requests: a pure state machine, fed with whatever arrived.
///
/// Call `append` with new bytes, then `next` until it says `.needsMore`. Pipelined requests come out one after the other.
struct RequestParser {
    enum Event: Equatable {
        case head(RequestHead)
        case body([UInt8])
        /// The request is complete, with or without a body.
        case end
        case needsMore
        /// The connection cannot go on; `status` is what to answer before it closes. Returned for ever after.
        case invalid(status: Int, reason: String)
    }

    private enum State: Equatable {
        case head
        case fixedBody(remaining: Int)
        case chunkSize
        case chunkData(remaining: Int)
        case chunkEnd
        case trailer
        case end
        case invalid(status: Int, reason: String)
    }

    /// A head longer than this is refused with 431.
    let headLimit: Int
    private var state = State.head
    private var buffer: [UInt8] = []
    private var position = 0

    init(headLimit: Int = 64 * 1024) { self.headLimit = headLimit }

    /// The bytes received and not yet turned into an event.
    var bufferedByteCount: Int { buffer.count - position }

    mutating func append(_ bytes: some Collection<UInt8>) {
        if position == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            position = 0
        } else if position > 64 * 1024 {
            buffer.removeSubrange(..<position)
            position = 0
        }
        buffer.append(contentsOf: bytes)
    }

    mutating func next() -> Event {
        do throws(Refusal) {
            return try step()
        } catch {
            state = .invalid(status: error.status, reason: error.reason)
            return .invalid(status: error.status, reason: error.reason)
        }
    }

    private struct Refusal: Error {
        var status = 400
        var reason: String
    }

    private mutating func step() throws(Refusal) -> Event {
        while true {
            switch state {
            case .head:
                guard let head = try takeHead() else { return .needsMore }
                state =
                    switch head.bodyLength {
                    case .none, .fixed(0): .end
                    case .fixed(let count): .fixedBody(remaining: count)
                    case .chunked: .chunkSize
                    }
                return .head(head)
            case .fixedBody(let remaining):
                guard bufferedByteCount > 0 else { return .needsMore }
                let bytes = take(upTo: remaining)
                state = bytes.count == remaining ? .end : .fixedBody(remaining: remaining - bytes.count)
                return .body(bytes)
            case .chunkSize:
                guard let line = try takeLine(limit: 1024) else { return .needsMore }
                let size = try Self.chunkSize(line)
                state = size == 0 ? .trailer : .chunkData(remaining: size)
            case .chunkData(let remaining):
                guard bufferedByteCount > 0 else { return .needsMore }
                let bytes = take(upTo: remaining)
                state = bytes.count == remaining ? .chunkEnd : .chunkData(remaining: remaining - bytes.count)
                return .body(bytes)
            case .chunkEnd:
                guard let line = try takeLine(limit: 2) else { return .needsMore }
                guard line.isEmpty else { throw Refusal(reason: "a chunk is longer than it said") }
                state = .chunkSize
            case .trailer:
                guard let line = try takeLine(limit: headLimit) else { return .needsMore }
                if line.isEmpty { state = .end }
            case .end:
                state = .head
                return .end
            case .invalid(let status, let reason):
                return .invalid(status: status, reason: reason)
            }
        }
    }

    private mutating func take(upTo limit: Int) -> [UInt8] {
        let bytes = Array(buffer[position...].prefix(limit))
        position += bytes.count
        return bytes
    }

    /// The next line without its end, once all of it is there.
    private mutating func takeLine(limit: Int) throws(Refusal) -> ArraySlice<UInt8>? {
        guard let end = buffer[position...].firstIndex(of: UInt8(ascii: "\n")) else {
            guard bufferedByteCount <= limit else { throw Refusal(reason: "a line is too long") }
            return nil
        }
        var line = buffer[position..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        position = end + 1
        return line
    }

    /// The next head, once its empty line is there. Empty lines before a request are skipped (RFC 9112, 2.2).
    private mutating func takeHead() throws(Refusal) -> RequestHead? {
        while position < buffer.count, buffer[position] == UInt8(ascii: "\r") || buffer[position] == UInt8(ascii: "\n")
        {
            position += 1
        }
        guard let end = endOfHead() else {
            guard bufferedByteCount <= headLimit else { throw Refusal(status: 431, reason: "the head is too long") }
            return nil
        }
        guard end - position <= headLimit else { throw Refusal(status: 431, reason: "the head is too long") }
        guard let line = try takeLine(limit: headLimit) else { return nil }
        var head = try Self.requestLine(line)
        while let line = try takeLine(limit: headLimit), !line.isEmpty { head.fields.append(try Self.field(line)) }
        head.bodyLength = try Self.bodyLength(of: head)
        return head
    }

    /// The index after the empty line that ends the head.
    private func endOfHead() -> Int? {
        var lineStart = position
        while let end = buffer[lineStart...].firstIndex(of: UInt8(ascii: "\n")) {
            let length = end - lineStart
            if length == 0 || (length == 1 && buffer[lineStart] == UInt8(ascii: "\r")) { return end + 1 }
            lineStart = end + 1
        }
        return nil
    }

    private static func requestLine(_ line: ArraySlice<UInt8>) throws(Refusal) -> RequestHead {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, isToken(parts[0]), !parts[1].isEmpty, parts[1].allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { throw Refusal(reason: "the request line is malformed") }
        let minor: Int
        switch String(latin1: parts[2]) {
        case "HTTP/1.1": minor = 1
        case "HTTP/1.0": minor = 0
        default: throw Refusal(status: 505, reason: "only HTTP/1.0 and 1.1 are spoken here")
        }
        return RequestHead(
            method: String(latin1: parts[0]), target: String(latin1: parts[1]), minorVersion: minor, fields: [])
    }

    private static func field(_ line: ArraySlice<UInt8>) throws(Refusal) -> RequestHead.Field {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), isToken(line[..<colon]) else {
            throw Refusal(reason: "a header line is malformed")
        }
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        var value = line[(colon + 1)...].drop(while: isBlank)
        while let last = value.last, isBlank(last) { value.removeLast() }
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw Refusal(reason: "a header value holds a control character")
        }
        return RequestHead.Field(name: String(latin1: line[..<colon]), value: String(latin1: value))
    }

    /// Refuses what a proxy and a server could read differently: that is how requests are smuggled.
    private static func bodyLength(of head: RequestHead) throws(Refusal) -> RequestHead.BodyLength {
        let lengths = head.fields.filter { $0.name.equalsIgnoringCase("Content-Length") }.map(\.value)
        if let encoding = head["Transfer-Encoding"] {
            guard lengths.isEmpty else { throw Refusal(reason: "both Content-Length and Transfer-Encoding") }
            guard encoding.equalsIgnoringCase("chunked") else {
                throw Refusal(status: 501, reason: "only chunked transfer encoding is understood")
            }
            return .chunked
        }
        guard let first = lengths.first else { return .none }
        guard lengths.allSatisfy({ $0 == first }), first.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int(first)
        else { throw Refusal(reason: "Content-Length is malformed") }
        return .fixed(count)
    }

    private static func chunkSize(_ line: ArraySlice<UInt8>) throws(Refusal) -> Int {
        let digits = line.prefix { $0 != UInt8(ascii: ";") }
        guard digits.count <= 15, digits.allSatisfy({ $0.hexValue != nil }),
            let size = Int(String(latin1: digits), radix: 16)
        else {
            throw Refusal(reason: "a chunk size is malformed")
        }
        return size
    }

    private static func isToken(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
