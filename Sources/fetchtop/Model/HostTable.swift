/// One host (an origin's authority) and everything counted about it.
struct Host {
    let id: HostID
    /// `name`, or `name:port` when the port is not the scheme's own. Lower case, as in the URL.
    let name: String
    var counts = StateCounts()
    var outcomes = OutcomeCounts()
    var attempts = 0
    var retries = 0
    /// Connections opened so far, of attempts that ended.
    var connections = 0
    var receivedBytes: Int64 = 0
    /// Total times of finished fetches that succeeded; made by the first one.
    var latency: Histogram?
    /// Times to the first byte of the same.
    var timeToFirstByte: Histogram?
    /// Body bytes a second, by second.
    var rate = RecentSeconds(length: 60)
    /// How many may be in flight at once; the scheduler tells.
    var limit = 0
    /// Why no waiting fetch of this host may start, as far as the host is concerned.
    var gate = GateClock()
    /// How much of the run's rate waiting fell into times when this host's own gate was shut.
    var runRateOverlap: Int64 = 0
    /// The run's rate clock when this host's gate was shut.
    var runRateAtShut: Int64?
    var lastErrorAt: Moment?

    mutating func recordLatency(of attempt: Attempt) {
        if latency == nil {
            latency = Histogram(precision: 4)
            timeToFirstByte = Histogram(precision: 4)
        }
        latency?.record(nanoseconds: attempt.totalNanoseconds)
        let startTransfer = attempt.record.times.$startTransfer
        if startTransfer >= 0 { timeToFirstByte?.record(nanoseconds: startTransfer * 1_000) }
    }
}

/// All hosts of a run, found by name or by id.
struct HostTable {
    private(set) var hosts = PagedArray<Host>()
    /// In parts, so that none grows for long when there are hundreds of thousands.
    private var idsByName: [[String: HostID]] = Array(repeating: [:], count: 64)
    /// Lists come grouped by host more often than not.
    private var lastName = ""
    private var lastID = HostID(index: 0)

    var count: Int { hosts.count }

    subscript(id: HostID) -> Host {
        get { hosts[id.index] }
        _modify { yield &hosts[id.index] }
    }

    /// The name alone, without a copy of everything else.
    func name(of id: HostID) -> String { hosts[id.index].name }

    func find(_ name: String) -> HostID? { idsByName[part(of: name)][name] }

    /// Any cheap hash will do: the dictionaries have a better one.
    private func part(of name: String) -> Int {
        name.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % idsByName.count
    }

    mutating func findOrAdd(_ name: String) -> HostID {
        if name == lastName, !hosts.isEmpty { return lastID }
        let id: HostID
        let part = part(of: name)
        if let known = idsByName[part][name] {
            id = known
        } else {
            id = HostID(index: hosts.count)
            hosts.append(Host(id: id, name: name))
            idsByName[part][name] = id
        }
        lastName = name
        lastID = id
        return id
    }
}
