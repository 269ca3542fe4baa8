import Testing

@testable import fetchtop

/// Recounts after every event: the counts must always add up. Beyond a hundred fetches the sums are still compared each
/// time, but all fetches looked at only now and then.
final class CountsCheck: FetchObserver {
    private var events = 0

    func store(_ store: FetchStore, didApply event: FetchEvent) {
        events += 1
        #expect(store.counts.total == store.count)
        #expect(store.counts.inFlight == store.active.count)
        if store.count <= 100 || events % 199 == 0 { recount(store) }
    }

    private func recount(_ store: FetchStore) {
        var counts = StateCounts()
        var hostCounts: [HostID: StateCounts] = [:]
        var outcomes = OutcomeCounts()
        for index in 0..<store.count {
            let fetch = store[FetchID(index: index)]
            counts[fetch.state] += 1
            hostCounts[fetch.host, default: StateCounts()][fetch.state] += 1
            if fetch.state.isFinished { outcomes.count(status: fetch.status, failure: fetch.failure, by: 1) }
        }
        #expect(counts == store.counts)
        #expect(counts.total == store.count)
        for host in store.hosts.hosts { #expect(host.counts == hostCounts[host.id]) }
        #expect(outcomes.byClass == store.outcomes.byClass)
        #expect(store.outcomes.byClass.reduce(0, +) == counts.finished)
        #expect(Set(store.active).count == store.active.count)
        #expect(store.active.allSatisfy { store[$0].state.isInFlight })
        #expect(store.active.count == counts.inFlight)
        #expect(store.held.count == counts[.backoff] + counts[.paused])
        #expect(store.held.allSatisfy { [.backoff, .paused].contains(store[$0].state) })
    }
}

extension FetchStore {
    func apply(_ kind: FetchEvent.Kind, to id: FetchID, at milliseconds: Int64) {
        apply(FetchEvent(id: id, at: .at(milliseconds), kind: kind))
    }
}

extension Moment {
    static func at(_ milliseconds: Int64) -> Moment { Moment(nanoseconds: milliseconds * 1_000_000) }
}

func attempt(_ number: Int = 1, status: Int = 0, failure: FetchFailure? = nil) -> Attempt {
    var record = TransferRecord()
    record.statusCode = status
    return Attempt(
        number: number, startedAt: .at(0), finishedAt: .at(10), failure: failure, record: record)
}

@Suite struct ModelStoreTests {
    let store: FetchStore

    init() {
        store = FetchStore()
        store.addObserver(CountsCheck())
    }

    @Test func aFetchGoesFromTheQueueToSuccess() {
        let id = store.add(FetchJob(url: "http://a.example/1"), at: .at(0))
        #expect(id.description == "#1")
        #expect(store[id].state == .queued)
        store.apply(.started(attempt: 1), to: id, at: 5)
        #expect(store.active == [id])
        #expect(store[id].detail?.waits.slot == .milliseconds(5))
        store.apply(.phase(.waiting), to: id, at: 7)
        store.apply(.head(ResponseHead(status: 200, expectedBytes: 10, rawHeaders: [])), to: id, at: 8)
        store.apply(.received(4), to: id, at: 9)
        #expect(store[id].state == .receiving)
        #expect(store[id].progress == 0.4)
        store.apply(.received(6), to: id, at: 10)
        store.apply(.attemptFinished(attempt(status: 200)), to: id, at: 10)
        store.apply(.finished(.succeeded), to: id, at: 10)
        #expect(store.counts[.succeeded] == 1)
        #expect(store.outcomes.byClass[2] == 1)
        #expect(store.statistics.receivedBytes == 10)
        #expect(store.active.isEmpty)
        #expect(Array(store.recentlyFinished) == [id])
    }

    @Test func aRetryOfAFinishedFetchTakesItsOutcomeBack() {
        let id = store.add(FetchJob(url: "http://a.example/1"), at: .at(0))
        store.apply(.started(attempt: 1), to: id, at: 0)
        store.apply(.attemptFinished(attempt(status: 503)), to: id, at: 1)
        store.apply(.finished(.httpError), to: id, at: 1)
        #expect(store.outcomes.byClass[5] == 1)
        store.apply(.requeued, to: id, at: 2)
        #expect(store.outcomes.byClass[5] == 0)
        #expect(store.counts[.queued] == 1)
        store.apply(.started(attempt: 2), to: id, at: 3)
        #expect(store.statistics.retries == 1)
    }

    @Test func whatWasCancelledIsInNoLatency() {
        for (end, ok, failed) in [(FetchState.cancelled, 0, 0), (.succeeded, 1, 0), (.failed, 1, 1)] {
            let id = store.add(FetchJob(url: "http://a.example/1"), at: .at(0))
            store.apply(.started(attempt: 1), to: id, at: 0)
            store.apply(.attemptFinished(attempt(status: 200)), to: id, at: 10)
            store.apply(.finished(end), to: id, at: 10)
            #expect(store.statistics.succeeded.total.count == ok)
            #expect(store.statistics.failedLatencies.total.count == failed)
            #expect(store.host(of: id).latency?.count ?? 0 == ok)
        }
    }

    @Test func anyOrderOfEventsKeepsTheListsConsistent() {
        var random = SeededRandom(seed: 7)
        var ids: [FetchID] = []
        for step in 0..<400 {
            if ids.isEmpty || Int.random(in: 0..<5, using: &random) == 0 {
                ids.append(store.add(FetchJob(url: "http://h\(step % 3).example/\(step)"), at: .at(Int64(step))))
                continue
            }
            let id = ids.randomElement(using: &random)!
            let now = Int64(step)
            switch store[id].state {
            case .queued:
                let kinds: [FetchEvent.Kind] = [.started(attempt: 1), .paused, .finished(.cancelled)]
                store.apply(kinds.randomElement(using: &random)!, to: id, at: now)
            case .resolving, .receiving:
                store.apply(.attemptFinished(attempt(status: 200)), to: id, at: now)
                let kinds: [FetchEvent.Kind] = [
                    .finished(.succeeded), .backingOff(until: .at(now + 5)), .paused, .requeued,
                ]
                store.apply(kinds.randomElement(using: &random)!, to: id, at: now)
            default: store.apply(.requeued, to: id, at: now)
            }
        }
    }

    @Test func waitsAreAccountedByReason() {
        let id = store.add(FetchJob(url: "http://a.example/1"), at: .at(0))
        let host = store[id].host
        #expect(store.waitReason(of: id) == .slot)
        store.setGate(.host, of: host, at: .at(10))
        #expect(store.waitReason(of: id) == .host)
        store.setGate(.rate(until: .at(99)), at: .at(20))
        store.setGate(nil, of: host, at: .at(30))
        #expect(store.waitReason(of: id) == .rate(until: .at(99)))
        store.setGate(.retryAfter(until: .at(60)), of: host, at: .at(50))
        store.setGate(nil, of: host, at: .at(60))
        store.setGate(nil, at: .at(70))
        store.apply(.started(attempt: 1), to: id, at: 100)
        let waits = store[id].detail!.waits
        #expect(waits.host == .milliseconds(20))
        #expect(waits.rate == .milliseconds(30))
        #expect(waits.retry == .milliseconds(10))
        #expect(waits.slot == .milliseconds(40))
        #expect(waits.queue == .milliseconds(100))
    }

    @Test(arguments: [
        ("http://A.Example:80/x?y=1", "a.example"), ("https://a.example:443", "a.example"),
        ("https://a.example:80/", "a.example:80"), ("http://user:p@ss@h:8080/a@b", "h:8080"),
        ("example.com/?u=http://other/", "example.com"), ("http://[::1]:9/", "[::1]:9"), ("http://", ""), ("", ""),
    ])
    func theHostIsTheAuthorityWithoutUserAndUsualPort(url: String, host: String) {
        #expect(hostName(ofURL: url) == host)
    }
}

/// A small deterministic generator, so that a failing run can be repeated.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
