/// The head of a response as its lines arrive; the memory is kept from one transfer to the next.
///
/// libcurl hands heads over line by line, so a line must cost next to nothing: it touches this object and no other,
/// and only the lines that decide something are looked at. An array of bytes would do at ten times the instructions.
@safe final class HeadBuffer {
    /// What a line means for the transfer.
    enum Line { case more, end, conflict, tooLarge }

    /// What the next line is. Told by what went before, not by how it looks: a field or a trailer may look like anything.
    private enum Place {
        /// A status line: a request was sent, or an interim head is over.
        case start
        /// A field, or the empty line.
        case fields
        /// A trailer. RFC 9110, section 6.5.1, forbids to take it for a field of the head, and nobody asked for it.
        case trailers
    }

    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity = 1024
    private(set) var count = 0
    private var place = Place.start
    /// Whether the delegate has the head.
    var isDelivered = false
    /// Most bytes that a head may have, with the interim ones before it: a peer could send those for ever.
    var limit = 0
    private var interimCount = 0
    /// The heads of the redirects that were followed, oldest first.
    private(set) var redirects: [HTTPResponseHead] = []
    private var redirectBytes = 0
    /// Most bytes kept of redirects: a chain may be long, and its heads large.
    private static let mostRedirectBytes = 16 << 10
    private var isWhole = false
    /// Whether the empty line has come, of a head that is not interim. libcurl takes a connection that ends before that for
    /// the end of a response.
    var isComplete: Bool { isWhole && (status >= 200 || status == 101 || status == 0) }
    /// Where the value of Content-Length stands.
    private var lengthStart = 0
    private var lengthEnd = 0

    init() { unsafe memory = .allocate(capacity: capacity) }

    deinit { unsafe memory.deallocate() }

    /// What has arrived.
    var bytes: UnsafeBufferPointer<UInt8> { unsafe UnsafeBufferPointer(start: memory, count: count) }

    /// The code in the status line, 0 when that is malformed; known from the end of the head on.
    private(set) var status = 0

    /// Whether another head follows this one.
    private var isInterim: Bool { status >= 100 && status < 200 }

    /// `1.0`, `1.1`, `2`, `3`, as the status line has it.
    var version: String? {
        guard count > 8 else { return nil }
        switch unsafe (memory[5], memory[6], memory[7]) {
        case (49, 46, 48): return "1.0"
        case (49, 46, 49): return "1.1"
        case (50, 32, _): return "2"
        case (51, 32, _): return "3"
        default: return nil
        }
    }

    func removeAll() {
        interimCount = 0
        if redirectBytes > 0 {
            redirects = []
            redirectBytes = 0
        }
        startOver()
    }

    private func startOver() {
        count = 0
        lengthEnd = 0
        status = 0
        isWhole = false
        isDelivered = false
        place = .start
    }

    /// A request is about to be sent: what comes next is the head of its response. What there is of an earlier hop stays
    /// until then.
    func expectHead() { place = .start }

    /// Whether the head of the last request that was sent has not come yet.
    var isAwaited: Bool { place == .start }

    /// Takes a field that decides nothing and fits; false, without effect, for any other line. Most lines are such, and
    /// a fetch has half a dozen.
    @inline(__always)
    func appendOrdinary(_ line: UnsafeRawBufferPointer) -> Bool {
        // Longer than the name "Content-Length", so that its ninth byte can be looked at.
        guard let source = line.baseAddress, line.count > 14, place == .fields else { return false }
        guard count + line.count <= capacity && interimCount + count + line.count <= limit else { return false }
        if unsafe Self.mayBeContentLength(line) { return false }
        unsafe UnsafeMutableRawPointer(memory + count).copyMemory(from: source, byteCount: line.count)
        count += line.count
        return true
    }

    /// The status line, a field, the empty line, or a trailer. A status line starts over: interim responses, further hops.
    func receive(_ line: UnsafeRawBufferPointer) -> Line {
        guard let first = unsafe line.first else { return .more }
        switch place {
        case .start:
            interimCount = isInterim ? interimCount + count : 0
            if status >= 300 && status < 400 { keepRedirect() }
            startOver()
            place = .fields
        case .fields:
            if line.count > 14, unsafe Self.mayBeContentLength(line), unsafe !noteContentLength(line) {
                return .conflict
            }
        case .trailers: return .more
        }
        guard interimCount + count + line.count <= limit else { return .tooLarge }
        unsafe append(line)
        guard line.count <= 2 && (first == 13 || first == 10) else { return .more }
        status = HTTPResponseHead.status(of: unsafe bytes.span)
        isWhole = true
        place = isInterim ? .start : .trailers
        return .end
    }

    private func keepRedirect() {
        guard redirectBytes + count <= Self.mostRedirectBytes else { return }
        redirectBytes += count
        redirects.append(HTTPResponseHead(bytes: unsafe [UInt8](bytes), status: status))
    }

    /// Unequal lengths are how requests are smuggled; libcurl takes the last one. RFC 9112, section 6.3.
    private func noteContentLength(_ line: UnsafeRawBufferPointer) -> Bool {
        let name: StaticString = "content-length:"
        var start = name.utf8CodeUnitCount
        var end = line.count
        for index in 0..<start where unsafe line[index].asciiLowercase != name.utf8Start[index] { return true }
        while unsafe start < end && line[start].isBlank { start += 1 }
        while unsafe start < end && line[end - 1].isBlank { end -= 1 }
        if lengthEnd > 0 {
            let known = unsafe bytes[lengthStart..<lengthEnd]
            return unsafe known.elementsEqual(line[start..<end])
        }
        (lengthStart, lengthEnd) = (count + start, count + end)
        return true
    }

    /// Two letters and the hyphen tell it from nearly every other field. The line has at least nine bytes.
    @inline(__always)
    private static func mayBeContentLength(_ line: UnsafeRawBufferPointer) -> Bool {
        unsafe line[0] | 32 == UInt8(ascii: "c") && line[7] == UInt8(ascii: "-") && line[8] | 32 == UInt8(ascii: "l")
    }

    private func append(_ line: UnsafeRawBufferPointer) {
        if count + line.count > capacity { grow(to: count + line.count) }
        if let source = line.baseAddress {
            unsafe UnsafeMutableRawPointer(memory + count).copyMemory(from: source, byteCount: line.count)
        }
        count += line.count
    }

    private func grow(to needed: Int) {
        capacity = max(needed, 2 * capacity)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        unsafe larger.initialize(from: memory, count: count)
        unsafe memory.deallocate()
        unsafe memory = larger
    }
}

extension UInt8 {
    /// White space within a line, and its end.
    fileprivate var isBlank: Bool { self == 32 || self == 9 || self == 13 || self == 10 }
}
