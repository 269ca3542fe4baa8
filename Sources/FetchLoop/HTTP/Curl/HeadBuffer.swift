/// The bytes of a response's head as its lines arrive; the memory is kept from one transfer to the next.
///
/// An array would do, at ten times the instructions a line: libcurl delivers heads line by line.
@safe struct HeadBuffer: ~Copyable {
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity = 1024
    private(set) var count = 0

    init() { unsafe memory = .allocate(capacity: capacity) }

    deinit { unsafe memory.deallocate() }

    /// What has arrived.
    var bytes: UnsafeBufferPointer<UInt8> { unsafe UnsafeBufferPointer(start: memory, count: count) }

    mutating func removeAll() { count = 0 }

    mutating func append(_ line: UnsafeRawBufferPointer) {
        if count + line.count > capacity { grow(to: count + line.count) }
        if let source = line.baseAddress {
            unsafe UnsafeMutableRawPointer(memory + count).copyMemory(from: source, byteCount: line.count)
        }
        count += line.count
    }

    private mutating func grow(to needed: Int) {
        capacity = max(needed, 2 * capacity)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        unsafe larger.initialize(from: memory, count: count)
        unsafe memory.deallocate()
        unsafe memory = larger
    }
}
