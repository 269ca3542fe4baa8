import CNcurses
import FetchLoop
import Glibc

/// Standard error while the screen is ours: what libraries write there would tear the picture apart, so it is caught
/// and handed on line by line.
///
/// Only when it is a terminal: who sent it to a file wants it there. The pipe never blocks its writer: a library that
/// floods it within one turn of the loop loses what does not fit, instead of waiting for a reader that waits for it.
final class ErrorCapture {
    private let loop: EventLoop
    private var ends: (read: CInt, write: CInt) = (-1, -1)
    /// Standard error as it was.
    private var saved: CInt = -1
    private var watch: Watch?
    private var line: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 4096)

    /// A line came, made safe.
    var onLine: (DisplayText) -> Void = { _ in }

    private static let lineLimit = 1024

    init(loop: EventLoop) { self.loop = loop }

    var isActive: Bool { saved >= 0 }

    func begin() {
        guard !isActive, isatty(STDERR_FILENO) == 1 else { return }
        var (readEnd, writeEnd): (CInt, CInt) = (-1, -1)
        guard unsafe cncurses_pipe(&readEnd, &writeEnd) == 0 else { return }
        ends = (readEnd, writeEnd)
        saved = cncurses_duplicate(STDERR_FILENO)
        guard saved >= 0, dup2(writeEnd, STDERR_FILENO) >= 0,
            let watch = try? loop.watch(readEnd, for: .read, name: "standard error", { [weak self] _ in self?.read() })
        else { return end() }
        self.watch = watch
        cncurses_arm_error_capture(readEnd, saved)
    }

    /// Gives standard error back; what was still in the pipe is not lost.
    func end() {
        guard isActive else { return closeEnds() }
        cncurses_arm_error_capture(-1, -1)
        dup2(saved, STDERR_FILENO)
        read()
        if !line.isEmpty { finishLine() }
        watch?.cancel()
        watch = nil
        close(saved)
        saved = -1
        closeEnds()
    }

    private func closeEnds() {
        if ends.read >= 0 { close(ends.read) }
        if ends.write >= 0 { close(ends.write) }
        ends = (-1, -1)
    }

    /// At most 64 KiB: a flood must not hold up the fetches.
    private func read() {
        for _ in 0..<16 {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(ends.read, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return }
            for byte in buffer[..<count] {
                if byte == UInt8(ascii: "\n") {
                    finishLine()
                } else if line.count < Self.lineLimit {
                    line.append(byte)
                }
            }
        }
    }

    private func finishLine() {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        onLine(DisplayText(sanitising: line, cap: Self.lineLimit))
        line.removeAll(keepingCapacity: true)
    }
}
