/// Holds one transfer to its `maxReceiveRate`: what is more than that stays with libcurl, and so with the sender, until its
/// time has come.
///
/// Apart from the transfer's own pauses: whoever calls `pause` and `resume` need not know of it.
final class ReceiveLimit {
    private var budget: ByteBudget
    private var timer: LoopTimer?

    init(bytesPerSecond: Int64, at start: LoopInstant) {
        budget = ByteBudget(bytesPerSecond: bytesPerSecond, at: start)
    }

    /// Whether a piece may be taken now; if not, the transfer goes on by itself when one may.
    func allowsPiece(of transfer: Transfer) -> Bool {
        if isHolding { return false }
        let loop = transfer.core.loop
        if budget.hasRoom(at: loop.now) { return true }
        timer = loop.at(budget.nextRoom(), name: "receive rate") { [self] in
            timer = nil
            transfer.core.applyPause(to: transfer)
        }
        return false
    }

    /// Whether the transfer waits until it may receive again.
    var isHolding: Bool { timer != nil }

    /// Counts a piece that was taken.
    func take(_ byteCount: Int) { budget.take(byteCount) }

    /// Ends with the transfer.
    func end() {
        timer?.cancel()
        timer = nil
    }
}
