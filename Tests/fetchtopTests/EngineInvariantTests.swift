import FetchLoop
import TestSupport
import Testing

@testable import fetchtop

/// Follows every event with a model of its own, and compares all figures with it: nothing may be counted twice, lost or
/// shown as more than all.
private final class InvariantCheck: FetchObserver {
    private var states: [FetchState] = []
    private var attempts: [Int] = []
    private var isRunning: [Bool] = []
    private var received: Int64 = 0
    private var completions = 0
    private var lastMoment = Moment.start
    private(set) var events = 0

    func store(_ store: FetchStore, didApply event: FetchEvent) {
        events += 1
        #expect(event.at >= lastMoment, "time never goes back")
        lastMoment = event.at
        let index = event.id.index
        if case .added = event.kind {
            #expect(index == states.count)
            states.append(.queued)
            attempts.append(0)
            isRunning.append(false)
        }
        let (old, new) = (states[index], store[event.id].state)
        #expect(isLegal(event.kind, from: old, to: new, isRunning: isRunning[index]), "\(event.kind): \(old) to \(new)")
        states[index] = new
        follow(event, index)
        compare(store, at: event.at)
    }

    private func follow(_ event: FetchEvent, _ index: Int) {
        switch event.kind {
        case .started(let attempt):
            #expect(attempt == attempts[index] + 1, "attempts count one by one")
            attempts[index] = attempt
            isRunning[index] = true
        case .attemptFinished(let attempt):
            #expect(attempt.number == attempts[index])
            isRunning[index] = false
        case .requeued: isRunning[index] = false
        case .checkedAgain: attempts[index] = 0
        case .received(let count): received += Int64(count)
        case .finished: completions += 1
        default: break
        }
    }

    private func isLegal(_ kind: FetchEvent.Kind, from old: FetchState, to new: FetchState, isRunning: Bool) -> Bool {
        switch kind {
        case .added: return new == .queued
        case .started: return old == .queued && new == .resolving && !isRunning
        case .intended, .phase: return isRunning && new.isInFlight
        case .head: return old.isInFlight && new == .receiving
        case .received, .sent, .saved: return isRunning && old == new
        case .attemptFinished, .prioritised, .waited: return old == new
        case .backingOff: return old.isInFlight && !isRunning && new == .backoff
        case .requeued: return new == .queued && old != .queued
        case .checkedAgain: return old.isFinished && new == .queued
        case .paused: return !old.isFinished && old != .paused && new == .paused
        case .finished(let state): return !old.isFinished && !isRunning && new == state
        }
    }

    private func compare(_ store: FetchStore, at now: Moment) {
        var counts = StateCounts()
        for state in states { counts[state] += 1 }
        #expect(store.counts == counts)
        #expect(store.count == states.count)
        #expect(counts.finished + counts.inFlight + counts.pending == store.count)
        #expect(counts.successes + counts.failures + counts[.cancelled] == counts.finished)
        #expect(store.hosts.hosts.reduce(0) { $0 + $1.counts.total } == store.count)
        #expect(store.hosts.hosts.reduce(0) { $0 + $1.receivedBytes } == received)
        #expect(store.statistics.receivedBytes == received)
        #expect(store.statistics.completions == completions)
        #expect(store.outcomes.byClass.reduce(0, +) == counts.finished)
        #expect(
            store.outcomes.byStatus.values.allSatisfy { $0 >= 0 }
                && store.outcomes.byFailure.values.allSatisfy { $0 >= 0 })
        #expect(store.outcomes.byStatus.values.reduce(0, +) <= counts.finished)
        for (place, id) in store.active.enumerated() { #expect(store[id].listIndex == place) }
        for (place, id) in store.held.enumerated() { #expect(store[id].listIndex == place) }
        for (index, state) in states.enumerated() {
            let fetch = store[FetchID(index: index)]
            #expect(fetch.state == state && Int(fetch.attempts) == attempts[index])
            if let progress = fetch.progress { #expect((0...1).contains(progress)) }
        }
        // What people read: no share is more than all of it, and all of it is only said when it is.
        let percent = Format.percent(counts.finished, of: store.count).string
        #expect((percent == "100%") == (counts.finished == store.count), "\(percent)")
        let line = StatusLine.text(store, isInputOver: true, at: now).string
        for match in line.matches(of: #/(\d+)%/#) { #expect(Int(match.1)! <= 100, "\(line)") }
    }
}

@Suite struct EngineInvariantTests {
    /// A run in which everything happens that can, decided by the seed alone.
    @Test(arguments: 1...40) func whateverHappensTheCountsAddUpAfterEveryEvent(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let bench = try SchedulerBench(
            { options in
                options.concurrency.total = Int.random(in: 1...12, using: &random)
                options.concurrency.perHost = Int.random(in: 1...6, using: &random)
                options.concurrency.isAdaptive = Bool.random(using: &random)
                if Bool.random(using: &random) {
                    options.concurrency.connections = Int.random(in: 1...6, using: &random)
                }
                options.order = RunOptions.Order.allCases.randomElement(using: &random)!
                options.retry.count = Int.random(in: 0...3, using: &random)
                options.retry.delay = .milliseconds(Int.random(in: 1...500, using: &random))
                if seed % 3 == 0 { options.rate.starts = .init(count: 30, per: .seconds(1)) }
                if seed % 4 == 0 { options.rate.startsPerHost = .init(count: 15, per: .seconds(1)) }
                if seed % 5 == 0 { options.load.requests = 1_000 }
                if seed % 7 == 0 { options.time.queue = .seconds(2) }
            })
        var answers = SeededGenerator(seed: UInt64(seed) &* 977)
        bench.client.script = { _, _ in Self.answer(&answers) }
        if seed % 2 == 0 { bench.client.httpVersions = ["h0": "2", "h1": "1.1", "h2": "2"] }
        let check = InvariantCheck()
        bench.store.addObserver(check)
        bench.add((0..<15).map { "http://h\($0 % 4)/\($0)" })
        var commands = SeededGenerator(seed: UInt64(seed) &* 31 &+ 7)
        for step in 1...250 {
            bench.at(.milliseconds(step * 20 + Int.random(in: 0...19, using: &random))) {
                Self.command(bench, &commands)
                Self.compare(bench)
            }
        }
        bench.at(.seconds(6)) {
            bench.scheduler.isHeldBack = false
            bench.scheduler.resumeAll()
            bench.scheduler.setRate(nil)
            bench.scheduler.setConcurrency(20)
            for index in 0..<bench.store.count { bench.scheduler.resume(FetchID(index: index)) }
        }
        try bench.run(stopsWhenIdle: false)
        Self.compare(bench)
        #expect(bench.store.counts.finished == bench.store.count, "\(bench.states())")
        #expect(bench.scheduler.isIdle && bench.scheduler.queue.count == 0)
        #expect(bench.scheduler.slotsTaken == 0 && bench.scheduler.connections?.used ?? 0 == 0)
        #expect(check.events > 250)
    }

    @Test(arguments: [3, 8, 21, 34]) func aRunThatIsCutOffAnywhereAddsUpAsWell(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let bench = try SchedulerBench({ $0.concurrency.total = 5 })
        bench.client.script = { _, _ in Self.answer(&random) }
        bench.store.addObserver(InvariantCheck())
        bench.add((0..<40).map { "http://h\($0 % 4)/\($0)" })
        bench.at(.milliseconds(seed * 10)) {
            if seed % 2 == 0 { bench.scheduler.drain() } else { bench.scheduler.abort() }
        }
        try bench.run()
        #expect(bench.store.counts.inFlight == 0 && bench.scheduler.slotsTaken == 0)
        #expect(bench.store.counts.finished + bench.store.counts.pending == 40)
    }

    private static func answer(_ random: inout SeededGenerator) -> FakeTransferClient.Script {
        let delay = Duration.milliseconds(Int.random(in: 1...300, using: &random))
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return .answer(404, after: delay)
        case 1: return .answer(503, after: delay)
        case 2: return .answer(429, after: delay, headers: "Retry-After: 1\r\n")
        case 3: return .answer(304, after: delay, bytes: 0)
        case 4: return .fail(FailureKind.allCases.randomElement(using: &random)!, after: delay)
        case 5: return .refuse
        default: return .answer(200, after: delay, bytes: Int.random(in: 0...5_000, using: &random))
        }
    }

    private static func command(_ bench: SchedulerBench, _ random: inout SeededGenerator) {
        let scheduler = bench.scheduler
        let id = FetchID(index: Int.random(in: 0..<bench.store.count, using: &random))
        switch Int.random(in: 0..<20, using: &random) {
        case 0...2: scheduler.cancel(id)
        case 3...5: scheduler.retry(id)
        case 6...7: scheduler.pause(id)
        case 8...9: scheduler.resume(id)
        case 10: scheduler.setPriority(Int32.random(in: -3...3, using: &random), of: id)
        case 11: scheduler.setConcurrency(Int.random(in: 1...15, using: &random))
        case 12: scheduler.setLimit(Int.random(in: 1...8, using: &random), of: bench.store[id].host)
        case 13: scheduler.setRate(Bool.random(using: &random) ? nil : .init(count: 40, per: .seconds(1)))
        case 14: if scheduler.isPaused { scheduler.resumeAll() } else { scheduler.pauseAll() }
        case 15: if bench.store[id].state.isFinished { scheduler.checkAgain(id, round: bench.store[id].repetition + 1) }
        case 16: scheduler.isHeldBack.toggle()
        case 17: if Int.random(in: 0..<5, using: &random) == 0 { scheduler.cancelWaiting() }
        default: bench.add("http://h\(Int.random(in: 0...5, using: &random))/added")
        }
        if scheduler.isHeldBack, Bool.random(using: &random) { scheduler.isHeldBack = false }
    }

    /// What the scheduler keeps for itself agrees with what the store shows.
    private static func compare(_ bench: SchedulerBench) {
        let (scheduler, store) = (bench.scheduler, bench.store)
        #expect(scheduler.queue.count == store.counts[.queued])
        #expect(scheduler.backoffs.count == store.counts[.backoff])
        let holding = scheduler.running.values.count { !$0.isPaused }
        #expect(scheduler.slotsTaken == holding && holding == store.counts.inFlight)
        var active: [HostID: Int] = [:]
        for attempt in scheduler.running.values where !attempt.isPaused { active[attempt.host, default: 0] += 1 }
        for host in store.hosts.hosts {
            #expect(scheduler.hosts[host.id.index].active == active[host.id] ?? 0)
            #expect(host.counts.inFlight == active[host.id] ?? 0)
        }
        #expect(bench.client.open.count == scheduler.running.count)
        if let connections = scheduler.connections { #expect(connections.used <= scheduler.running.count) }
    }
}
