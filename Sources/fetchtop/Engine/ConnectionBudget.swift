/// How many connections the transfers in flight need, so that no more are started than `--max-connections` can carry.
///
/// Over HTTP/1 each transfer has a connection to itself; the transfers of a host that has answered with HTTP/2 share
/// theirs. libcurl keeps the limit in any case and closes idle connections to make room, but what waits inside libcurl
/// has its time running, so it must not come to that. Pure.
struct ConnectionBudget {
    let limit: Int
    /// Connections that the transfers in flight need.
    private(set) var used = 0
    /// Hosts with transfers on connections that take more of them.
    private(set) var sharing: Set<HostID> = []
    private var hosts: [HostUse] = []

    private struct HostUse {
        var transfers = 0
        var isMultiplexing = false

        var connections: Int {
            isMultiplexing ? (transfers + ConnectionBudget.streams - 1) / ConnectionBudget.streams : transfers
        }
    }

    /// Streams that servers usually allow on one connection.
    static let streams = 100

    init(limit: Int) { self.limit = max(1, limit) }

    /// Whether one more transfer of a host finds a connection.
    func hasRoom(for host: HostID) -> Bool {
        if used < limit { return true }
        guard used == limit, host.index < hosts.count else { return false }
        let use = hosts[host.index]
        return use.isMultiplexing && use.transfers > 0 && use.transfers % Self.streams != 0
    }

    mutating func begin(_ host: HostID) {
        while hosts.count <= host.index { hosts.append(HostUse()) }
        change(host) { $0.transfers += 1 }
    }

    mutating func end(_ host: HostID) { change(host) { $0.transfers -= 1 } }

    /// A transfer of a host told which version of HTTP it had: `1.1`, `2`, `3`.
    mutating func note(version: String, of host: HostID) {
        let isMultiplexing = version == "2" || version == "3"
        guard host.index < hosts.count, hosts[host.index].isMultiplexing != isMultiplexing else { return }
        change(host) { $0.isMultiplexing = isMultiplexing }
    }

    private mutating func change(_ host: HostID, _ body: (inout HostUse) -> Void) {
        used -= hosts[host.index].connections
        body(&hosts[host.index])
        used += hosts[host.index].connections
        if hosts[host.index].isMultiplexing, hosts[host.index].transfers > 0 {
            sharing.insert(host)
        } else {
            sharing.remove(host)
        }
    }
}
