/// Why a fetch waits, in words: the column that is the product.
enum WaitText {
    static func text(_ reason: WaitReason, _ fetch: Fetch, _ scene: Scene) -> DisplayText {
        switch reason {
        case .slot where scene.store.counts.inFlight < scene.run.concurrency: "its turn"
        case .slot: "slot (\(scene.store.counts.inFlight)/\(scene.run.concurrency) busy)"
        case .host:
            "host limit (\(scene.store.hosts[fetch.host].counts.inFlight)/\(scene.store.hosts[fetch.host].limit))"
        case .rate(let until): "rate, \(remaining(until, scene))"
        case .retryAfter(let until): "retry-after until \(timeOfDay(until, scene))"
        case .backoff(let until): "back-off \(remaining(until, scene))"
        case .paused: "paused"
        case .pausedAll: "fetching paused"
        case .draining: "draining: will not start"
        }
    }

    private static func remaining(_ until: Moment, _ scene: Scene) -> DisplayText {
        let left = until - scene.now
        return left > .zero ? Format.duration(left) : "now"
    }

    /// `12:03:10`, in the user's time zone.
    static func timeOfDay(_ moment: Moment, _ scene: Scene) -> DisplayText {
        let seconds =
            scene.store.clock.unixNanoseconds(of: moment) / 1_000_000_000
            + Int64(scene.run.utcOffset.components.seconds)
        let day = Int((seconds % 86_400 + 86_400) % 86_400)
        return
            "\(Format.twoDigits(day / 3600)):\(Format.twoDigits(day / 60 % 60)):\(Format.twoDigits(day % 60))"
    }
}
