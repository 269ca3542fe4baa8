import FetchLoop
import Testing
import TestSupport

/// Cancellations, time limits and grants in every order that a few thousand seeds bring about. Whatever happens, no
/// element and no permit is lost, and none exists twice.
@Suite struct InterleavingTests {
    // MARK: Queue

    /// What became of the elements.
    private final class Ledger {
        var accepted: Set<Int> = []
        var received: [Int] = []
    }

    @Test(arguments: ["fifo", "lifo", "priority"])
    func anElementIsNeverLostAndNeverDeliveredTwice(order: String) async throws {
        try await withLoop(clock: .virtual) { loop in
            for seed in 0..<UInt64(seedCount(1000)) {
                let (accepted, received) = try await Self.queueRound(loop, seed: seed, order: order)
                #expect(received.count == Set(received).count, "seed \(seed): delivered twice")
                #expect(accepted == Set(received), "seed \(seed)")
            }
        }
    }

    private static func queueRound(
        _ loop: EventLoop, seed: UInt64, order: String
    ) async throws -> (accepted: Set<Int>, received: [Int]) {
        var random = SeededGenerator(seed: seed)
        let kind: QueueOrder<Int> = order == "fifo" ? .fifo : order == "lifo" ? .lifo : .priority
        let queue = AsyncQueue<Int>(on: loop, capacity: Int.random(in: 0...3, using: &random), order: kind)
        let ledger = Ledger()
        var coroutines: [Future<Void>] = []
        for element in 0..<60 {
            let limit: Duration? = Bool.random(using: &random) ? .seconds(Int.random(in: 0...3, using: &random)) : nil
            switch Int.random(in: 0..<12, using: &random) {
            case 0...2:
                coroutines.append(
                    loop.spawn {
                        try await queue.put(element, timeout: limit)
                        ledger.accepted.insert(element)
                    })
            case 3...5:
                coroutines.append(loop.spawn { ledger.received.append(try await queue.get(timeout: limit)) })
            case 6:
                // A structured time limit cancels the getter; what it got is returned nevertheless.
                coroutines.append(
                    loop.spawn {
                        ledger.received.append(
                            try await loop.withTimeout(limit ?? .seconds(1)) { try await queue.get() })
                    })
            case 7, 8: coroutines.randomElement(using: &random)?.cancel()
            case 9: await loop.yield()
            case 10: try await loop.sleep(for: .seconds(Int.random(in: 0...2, using: &random)))
            default:
                if Bool.random(using: &random) {
                    if (try? queue.putNow(element)) != nil { ledger.accepted.insert(element) }
                } else if let element = try? queue.getNow() {
                    ledger.received.append(element)
                }
            }
        }
        // What is left comes out in the end, that of blocked puts included, even if the end comes in the midst of it.
        let rest = loop.spawn { for await element in queue { ledger.received.append(element) } }
        let endsEarly = Bool.random(using: &random)
        if endsEarly { queue.finish() }
        for coroutine in coroutines where Bool.random(using: &random) { coroutine.cancel() }
        for _ in 0..<200 { await loop.yield() }
        queue.finish()
        try await rest.value
        for _ in 0..<3 { await loop.yield() }
        return (ledger.accepted, ledger.received)
    }

    // MARK: Semaphore and lock

    @Test(arguments: 1...3)
    func aPermitIsNeverLostAndNeverGivenTwice(permits: Int) async throws {
        try await withLoop(clock: .virtual) { loop in
            for seed in 0..<UInt64(seedCount(1000)) {
                let semaphore = BoundedSemaphore(on: loop, permits: permits)
                let most = try await Self.permitRound(loop, seed: seed) { limit, body in
                    try await semaphore.withPermit(timeout: limit, body)
                }
                #expect(semaphore.freePermits == permits, "seed \(seed)")
                #expect(most <= permits, "seed \(seed)")
            }
        }
    }

    @Test func aLockIsNeverLostAndNeverHeldTwice() async throws {
        try await withLoop(clock: .virtual) { loop in
            for seed in 0..<UInt64(seedCount(1000)) {
                let lock = AsyncLock(on: loop)
                let most = try await Self.permitRound(loop, seed: seed) { limit, body in
                    try await lock.withLock(timeout: limit, body)
                }
                #expect(!lock.isLocked, "seed \(seed)")
                #expect(most == 1, "seed \(seed)")
            }
        }
    }

    @Test func aSemaphoreLosesNoPermitEither() async throws {
        try await withLoop(clock: .virtual) { loop in
            for seed in 0..<UInt64(seedCount(1000)) {
                let semaphore = AsyncSemaphore(on: loop, permits: 2)
                let most = try await Self.permitRound(loop, seed: seed) { limit, body in
                    try await semaphore.withPermit(timeout: limit, body)
                }
                #expect(semaphore.freePermits == 2, "seed \(seed)")
                #expect(most <= 2, "seed \(seed)")
            }
        }
    }

    /// The most bodies that were inside at once.
    private static func permitRound(
        _ loop: EventLoop, seed: UInt64, _ enter: @escaping (Duration?, () async throws -> Void) async throws -> Void
    ) async throws -> Int {
        var random = SeededGenerator(seed: seed)
        var (inside, most) = (0, 0)
        var coroutines: [Future<Void>] = []
        for _ in 0..<60 {
            let limit: Duration? = Bool.random(using: &random) ? .seconds(Int.random(in: 0...3, using: &random)) : nil
            let stay = Int.random(in: 0...3, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0...3:
                coroutines.append(
                    loop.spawn {
                        try await enter(limit) {
                            inside += 1
                            most = max(most, inside)
                            defer { inside -= 1 }
                            if stay == 3 { try await loop.sleep(for: .seconds(1)) }
                            for _ in 0..<stay { await loop.yield() }
                        }
                    })
            case 4, 5: coroutines.randomElement(using: &random)?.cancel()
            case 6: await loop.yield()
            default: try await loop.sleep(for: .seconds(Int.random(in: 0...2, using: &random)))
            }
        }
        for coroutine in coroutines where Bool.random(using: &random) { coroutine.cancel() }
        try await loop.sleep(for: .seconds(100))
        return most
    }

    // MARK: Condition

    /// Every notification reaches someone as long as anyone waits.
    @Test func aNotificationIsNeverLost() async throws {
        try await withLoop { loop in
            for seed in 0..<UInt64(seedCount(1000)) {
                let (woken, notified) = await Self.conditionRound(loop, seed: seed)
                #expect(woken == notified, "seed \(seed)")
            }
        }
    }

    private static func conditionRound(_ loop: EventLoop, seed: UInt64) async -> (woken: Int, notified: Int) {
        var random = SeededGenerator(seed: seed)
        let condition = AsyncCondition(on: loop)
        var woken = 0
        let waiters = (0..<12).map { _ in loop.spawn { if try await condition.wait() { woken += 1 } } }
        let notified = Int.random(in: 0...6, using: &random)
        for _ in 0..<notified {
            if Bool.random(using: &random) { await loop.yield() }
            condition.notify()
            if Bool.random(using: &random) { waiters.prefix(6).randomElement(using: &random)?.cancel() }
        }
        for _ in 0..<20 { await loop.yield() }
        defer { condition.notifyAll() }
        return (woken, notified)
    }

    // MARK: gather

    @Test func gatherEndsWhateverIsCancelled() async throws {
        try await withLoop(clock: .virtual) { loop in
            for seed in 0..<UInt64(seedCount(1000)) {
                let alive = try await Self.gatherRound(loop, seed: seed)
                #expect(alive == 0, "seed \(seed)")
            }
        }
    }

    private static func gatherRound(_ loop: EventLoop, seed: UInt64) async throws -> Int {
        var random = SeededGenerator(seed: seed)
        var alive = 0
        let futures = (0..<5).map { _ in
            let seconds = Int.random(in: 0...3, using: &random)
            return loop.spawn {
                alive += 1
                defer { alive -= 1 }
                try await loop.sleep(for: .seconds(seconds))
            }
        }
        let whole = loop.spawn { try await loop.gather(futures) }
        for _ in 0..<3 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: whole.cancel()
            case 1: futures.randomElement(using: &random)?.cancel()
            case 2: await loop.yield()
            default: try await loop.sleep(for: .seconds(1))
            }
        }
        _ = try? await whole.value
        try await loop.sleep(for: .seconds(4))
        return alive
    }
}
