/// Carries bytes to a terminal that may stop reading at any moment, without ever waiting for it.
///
/// Pure but for the write it is given. While something is left over, `hasBacklog` is true and nobody draws: ncurses
/// keeps the difference, and the frame after the backlog shows the latest state, not the missed ones. A frozen
/// terminal (Ctrl-S, a slow line, a paused multiplexer) so costs no memory and no time.
struct OutputPump {
    /// What `TTY.write` answers.
    typealias Write = (ArraySlice<UInt8>) -> TTY.Outcome

    private var pending: [UInt8] = []
    private var start = 0
    private(set) var isGone = false
    /// All bytes that ever reached the terminal: what benchmarks and the status line show.
    private(set) var writtenBytes: Int64 = 0
    /// See `EscapeAllowList.allowsClipboard`.
    var allowsClipboard = false
    /// Sequences outside the allow-list that were held back (debug builds only).
    private(set) var violations: [EscapeAllowList.Violation] = []

    var hasBacklog: Bool { start < pending.count }
    var backlogBytes: Int { pending.count - start }

    /// Takes bytes to send. Nothing is written before `pump`.
    mutating func enqueue(_ bytes: [UInt8]) {
        guard !isGone, !bytes.isEmpty else { return }
        #if DEBUG
            var checker = EscapeAllowList()
            checker.allowsClipboard = allowsClipboard
            do { try checker.check(bytes) } catch {
                violations.append(error)
                return
            }
        #endif
        if hasBacklog {
            pending.append(contentsOf: bytes)
        } else {
            pending = bytes
            start = 0
        }
    }

    /// Writes until all is out or the terminal takes no more.
    mutating func pump(_ write: Write) {
        while hasBacklog, !isGone {
            switch write(pending[start...]) {
            case .bytes(let count):
                start += count
                writtenBytes += Int64(count)
            case .wouldBlock: return
            case .gone:
                isGone = true
                drop()
            }
        }
        if !hasBacklog { drop() }
    }

    /// Forgets what was not written: after a suspension it would paint over somebody else's screen.
    mutating func drop() {
        pending.removeAll(keepingCapacity: true)
        start = 0
    }
}
