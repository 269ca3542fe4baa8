import FetchLoop
import Foundation

/// A POSIX pipe for tests, closed when it goes.
public final class Pipe {
    /// The descriptor to read from.
    public let readEnd: CInt
    /// The descriptor to write to.
    public let writeEnd: CInt

    /// Makes a pipe.
    public init() throws {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SystemError(code: errno, call: "pipe") }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Writes text; short enough never to block.
    public func write(_ text: String) {
        var bytes = Array(text.utf8)
        _ = Foundation.write(writeEnd, &bytes, bytes.count)
    }
}
