/// What events do to the record of a fetch. Called by the store only.
extension Fetch {
    /// An attempt takes its slot; the waiting clocks say what the time since joining the queue went to.
    mutating func start(attempt: Int, at now: Moment, mark: WaitMark) {
        countWaits(at: now, mark: mark)
        if attempts == 0 { detail?.firstStartedAt = now }
        attempts = UInt16(clamping: attempt)
        startedAt = now
        receivedBytes = 0
        expectedByteCount = -1
        status = 0
        failure = nil
        failPhase = nil
        times = CompactTimes()
    }

    /// What the time since joining the queue went to, for a fetch that leaves it.
    mutating func countWaits(at now: Moment, mark: WaitMark) {
        let detail = detail ?? FetchDetail(firstStartedAt: now)
        let waited = mark - waitMark
        let host = WaitMark.nanoseconds(waited.host)
        let rate = WaitMark.nanoseconds(waited.rate)
        let retry = WaitMark.nanoseconds(waited.retry)
        detail.waits.$host += host
        detail.waits.$rate += rate
        detail.waits.$retry += retry
        detail.waits.$slot += max(0, now.nanoseconds - since.nanoseconds - host - rate - retry)
        if attempts == 0 { detail.waits.$queue = now.nanoseconds - addedAt.nanoseconds }
        self.detail = detail
    }

    /// Watch mode: the next check of a finished fetch joins the queue. What it came to before stays in sight until then.
    mutating func checkAgain(round: UInt32, at now: Moment, mark: WaitMark) {
        let fresh = FetchDetail(firstStartedAt: now)
        fresh.previous = CheckOutcome(self)
        fresh.isListed = detail?.isListed ?? false
        detail = fresh
        attempts = 0
        repetition = round
        addedAt = now
        waitMark = mark
    }

    mutating func receive(_ head: ResponseHead, at now: Moment) {
        status = UInt16(clamping: head.status)
        expectedByteCount = head.expectedBytes ?? -1
        times.setStartTransfer(microseconds: (now.nanoseconds - startedAt.nanoseconds) / 1_000)
        detail?.head = head
    }

    mutating func forgetFailure() {
        failure = nil
        failPhase = nil
    }

    mutating func finish(_ attempt: Attempt) {
        status = UInt16(clamping: attempt.record.statusCode)
        failure = attempt.failure?.kind
        failPhase = attempt.failure?.phase
        times = CompactTimes(attempt.record.times)
        if attempt.number == 1 { detail?.firstStartedAt = attempt.startedAt }
        detail?.attempts.append(attempt)
    }
}
