internal import CSystem

/// Standard error, unbuffered. The corresponding C function is `write`.
enum StandardError {
    /// Writes a line; one that cannot be written is nobody's concern.
    static func writeLine(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = unsafe bytes.withUnsafeBytes { bytes in unsafe write(2, bytes.baseAddress, bytes.count) }
    }
}
