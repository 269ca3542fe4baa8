/// The multi handles of transfers that may use each other's connections, DNS answers and TLS sessions.
@safe final class ShardPool {
    let share: CurlShare
    /// For the answers that the multi handles share.
    private var names: NameCache?
    // The run-time checks for overlapping access are off in what changes with every transfer, as in the loop.
    @safe @exclusivity(unchecked) private var shards: [CurlShard] = []
    /// No shard below this one has room.
    @safe @exclusivity(unchecked) private var firstWithRoom = 0
    @safe @exclusivity(unchecked) private var isFreeingQueued = false
    /// Shards that take no more transfers, and go when those that they have are over.
    private var retired: [CurlShard] = []
    private var isEndingRetiredQueued = false

    /// After so many connections a multi handle is replaced by a new one: libcurl (7.88) keeps a place for each host that it
    /// closed a connection to for want of room, and looks at all those places when it closes the next. With 60,000 hosts
    /// that took longer than all the rest.
    static let mostConnections = 2048

    /// - Parameter share: What is shared with other pools, too, and must hold nothing that only some may use.
    init(share: CurlShare? = nil) { self.share = share ?? CurlShare(hasNames: true) }

    var count: Int { shards.count + retired.count }

    /// Whether no transfer is under way.
    var isIdle: Bool { retired.isEmpty && shards.allSatisfy { $0.activeCount == 0 } }

    func shardWithRoom(core: ClientCore) -> CurlShard? {
        let limit = core.configuration.transfersPerShard
        while firstWithRoom < shards.count && shards[firstWithRoom].activeCount >= limit { firstWithRoom += 1 }
        if firstWithRoom == shards.count {
            guard let shard = makeShard(firstWithRoom, core) else { return nil }
            shards.append(shard)
        } else if shards[firstWithRoom].openedCount >= Self.mostConnections,
            // A limit of connections is one multi handle's.
            core.configuration.maxConnections == nil, let shard = makeShard(firstWithRoom, core)
        {
            retire(firstWithRoom, core)
            shards[firstWithRoom] = shard
        }
        return shards[firstWithRoom]
    }

    private func makeShard(_ index: Int, _ core: ClientCore) -> CurlShard? {
        let names = names ?? NameCache(now: core.loop.now)
        if share.hasNames { self.names = names }
        return CurlShard(index: index, pool: self, names: names, core: core)
    }

    private func retire(_ index: Int, _ core: ClientCore) {
        let shard = shards[index]
        shard.isRetired = true
        retired.append(shard)
        if shard.activeCount == 0 { endRetired(core) }
    }

    /// In the next turn: a shard may be in the middle of its messages.
    private func endRetired(_ core: ClientCore) {
        guard !isEndingRetiredQueued else { return }
        isEndingRetiredQueued = true
        core.loop.onNextTurn(name: "http retired shards") { [self] in
            isEndingRetiredQueued = false
            for shard in retired where shard.activeCount == 0 { shard.end() }
            retired.removeAll { $0.activeCount == 0 }
        }
    }

    /// The next transfer goes to the first shard that has room.
    func noteRoom(in shard: CurlShard, core: ClientCore) {
        if shard.isRetired {
            if shard.activeCount == 0 { endRetired(core) }
            return
        }
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
        for shard in shards + retired { shard.end() }
        shards = []
        retired = []
        firstWithRoom = 0
    }
}
