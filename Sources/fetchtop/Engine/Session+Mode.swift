import FetchLoop

extension Session {
    /// What this run does with its list, and how far it is.
    var mode: RunMode {
        if let replay, !replay.isRead { return .reading(byteCount: replay.readByteCount, of: replay.byteCount) }
        if let rechecks {
            return .watch(round: Int(rechecks.round), next: rechecks.nextRound.map { max(.zero, $0 - loop.now) })
        }
        if let requests = options.load.requests { return .load(requests: requests) }
        guard let duration = options.load.duration else { return .once }
        return .timedLoad(elapsed: min(now - .start, duration), of: duration)
    }
}
