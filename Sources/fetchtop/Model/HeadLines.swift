import Glibc

/// The lines of a response's head, each as a range of its bytes without the line feed.
///
/// Looking for the ends with `memchr` costs a tenth of a loop over the bytes, and heads are gone through with every fetch.
struct HeadLines: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var start = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> Range<Int>? {
        guard start < bytes.count else { return nil }
        let begin = start
        let end = unsafe bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, let found = unsafe memchr(base + begin, 10, bytes.count - begin)
            else { return bytes.count }
            return unsafe UnsafeRawPointer(found) - base
        }
        start = end + 1
        return begin..<end
    }
}
