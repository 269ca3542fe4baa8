import FetchLoop

/// Watch mode (`--every`): at each tick every fetch that is finished is fetched again, for ever.
///
/// A check that has not ended by the next tick is left alone, and that tick's check of it left out: checks are never
/// stacked, and a gap in the rounds of a fetch's records shows where. What somebody cancelled or paused stays so.
final class Rechecks {
    private let loop: EventLoop
    private let scheduler: FetchScheduler
    private let period: Duration
    private let startedAt: LoopInstant
    /// The number of the present round, from 1.
    private(set) var round: UInt32 = 1
    /// Checks that were left out because the one before had not ended.
    private(set) var skippedCount = 0
    /// Told of each fetch whose check is left out.
    var onSkip: (FetchID) -> Void = { _ in }
    private var timer: LoopTimer?
    /// When the next round begins; nil once there will be none.
    var nextRound: LoopInstant? { isStopped ? nil : timer?.deadline }
    /// Where the present sweep stands; nil between sweeps.
    private var next: Int?
    private var isStopped = false

    /// So many fetches a turn: a list of a million must not hold up the loop.
    private static let stretch = 5_000

    init(loop: EventLoop, scheduler: FetchScheduler, period: Duration) {
        self.loop = loop
        self.scheduler = scheduler
        self.period = period
        startedAt = loop.now
        schedule()
    }

    func stop() {
        isStopped = true
        timer?.cancel()
    }

    /// Ticks stand at whole periods from the start; those that were missed are left out.
    private func schedule() {
        let elapsed = (loop.now - startedAt).wholeNanoseconds
        let ticks = elapsed / period.wholeNanoseconds + 1
        timer = loop.at(startedAt.advanced(by: period * Int(ticks)), name: "every") { [weak self] in self?.tick() }
    }

    private func tick() {
        guard !isStopped else { return }
        schedule()
        guard next == nil else { return }
        round += 1
        next = 0
        sweep()
    }

    private func sweep() {
        guard !isStopped, let start = next else { return }
        let end = min(scheduler.store.count, start + Self.stretch)
        for index in start..<end { check(FetchID(index: index)) }
        next = end < scheduler.store.count ? end : nil
        if next != nil { loop.onNextTurn(name: "every") { [weak self] in self?.sweep() } }
    }

    private func check(_ id: FetchID) {
        let fetch = scheduler.store[id]
        guard fetch.repetition < round else { return }
        switch fetch.state {
        case .cancelled, .paused: break
        case _ where fetch.state.isFinished: scheduler.checkAgain(id, round: round)
        default:
            skippedCount += 1
            onSkip(id)
        }
    }
}
