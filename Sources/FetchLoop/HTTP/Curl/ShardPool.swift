/// The multi handles of transfers that may use each other's connections, DNS answers and TLS sessions.
@safe final class ShardPool {
    let share: CurlShare
    // The run-time checks for overlapping access are off in what changes with every transfer, as in the loop.
    @safe @exclusivity(unchecked) private var shards: [CurlShard] = []
    /// No shard below this one has room.
    @safe @exclusivity(unchecked) private var firstWithRoom = 0
    @safe @exclusivity(unchecked) private var isFreeingQueued = false

    /// - Parameter share: What is shared with other pools, too, and must hold nothing that only some may use.
    init(share: CurlShare? = nil) { self.share = share ?? CurlShare(hasNames: true) }

    var count: Int { shards.count }

    /// Whether no transfer is under way.
    var isIdle: Bool { shards.allSatisfy { $0.activeCount == 0 } }

    func shardWithRoom(core: ClientCore) -> CurlShard? {
        let limit = core.configuration.transfersPerShard
        while firstWithRoom < shards.count && shards[firstWithRoom].activeCount >= limit { firstWithRoom += 1 }
        if firstWithRoom == shards.count {
            guard let shard = CurlShard(index: shards.count, pool: self, core: core) else { return nil }
            shards.append(shard)
        }
        return shards[firstWithRoom]
    }

    /// The next transfer goes to the first shard that has room.
    func noteRoom(in shard: CurlShard, core: ClientCore) {
        firstWithRoom = min(firstWithRoom, shard.index)
        let limit = core.configuration.transfersPerShard
        guard hasIdleShard(limit), !isFreeingQueued else { return }
        isFreeingQueued = true
        // Not now: the shard may be in the middle of its messages.
        core.loop.onNextTurn(name: "http idle shards") { [self] in
            isFreeingQueued = false
            while hasIdleShard(limit) { shards.removeLast().end() }
            firstWithRoom = min(firstWithRoom, shards.count)
        }
    }

    /// Whether the last shard is one too many: empty, and the others half full at most, so that a load that goes up and
    /// down a little keeps its connections. The first stays always.
    private func hasIdleShard(_ limit: Int) -> Bool {
        guard shards.count > 1, shards[shards.count - 1].activeCount == 0 else { return false }
        return 2 * shards.reduce(0) { $0 + $1.activeCount } <= (shards.count - 1) * limit
    }

    /// Closes the connections; nothing may be under way.
    func end() {
        for shard in shards { shard.end() }
        shards = []
        firstWithRoom = 0
    }
}
