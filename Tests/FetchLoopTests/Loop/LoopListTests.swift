import FetchLoop
import Testing
import TestSupport

import class TestSupport.Pipe

/// What a loop tells those who debug a program: who waits for what, what is to come, and who blocked it.
@Suite struct LoopListTests {
    @Test func suspendedCoroutinesHaveNamesAgesAndReasons() async throws {
        try await withLoop(clock: .virtual) { loop in
            let start = loop.now
            let event = AsyncEvent(on: loop)
            let page = Promise<Int>(on: loop, name: "page 3")
            let sleeper = loop.spawn(name: "sleeper") { try await loop.sleep(for: .seconds(100)) }
            try await loop.sleep(for: .seconds(1))
            loop.spawn(name: "listener") { try await event.wait() }
            try await loop.sleep(for: .seconds(1))
            loop.spawn { try await page.future.value }
            let list = loop.suspendedCoroutines
            #expect(list.map(\.name) == ["sleeper", "listener", ""])
            #expect(list.map(\.waitingFor) == ["sleep", "event", "future page 3"])
            #expect(list.map { $0.since - start } == [.zero, .seconds(1), .seconds(2)])
            #expect(list.map { $0.spawned.map { $0 - start } } == [.zero, .seconds(1), nil])
            event.set()
            try page.succeed(1)
            sleeper.cancel()
            for _ in 0..<3 { await loop.yield() }
            #expect(loop.suspendedCoroutines.isEmpty)
        }
    }

    @Test func aCoroutineThatWaitsAgainWaitsSinceThen() async throws {
        try await withLoop(clock: .virtual) { loop in
            let start = loop.now
            loop.spawn(name: "ticker") { while true { try await loop.sleep(for: .seconds(1)) } }
            try await loop.sleep(for: .milliseconds(2500))
            let ticker = loop.suspendedCoroutines.first
            #expect(ticker?.name == "ticker")
            #expect(ticker?.spawned == start)
            #expect(ticker.map { $0.since - start } == .seconds(2))
        }
    }

    @Test func aCancelledCoroutineThatHangsIsStillThere() async throws {
        try await withLoop(clock: .virtual) { loop in
            let lock = AsyncEvent(on: loop)
            let stubborn = loop.spawn(name: "stubborn") {
                try? await loop.sleep(for: .seconds(1))
                try? await loop.spawn { try? await lock.wait() }.shielded().value
            }
            stubborn.cancel()
            await loop.yield()
            await loop.yield()
            #expect(loop.liveFutures.map(\.state) == ["cancelled"])
        }
    }

    @Test func liveFuturesSayWhatTheirCoroutinesWaitFor() async throws {
        try await withLoop { loop in
            let one = loop.spawn(name: "one") { try await loop.sleep(for: .seconds(100)) }
            let two = Promise<Int>(on: loop, name: "two")
            let three = loop.spawn(name: "three") { 3 }
            let list = loop.liveFutures
            #expect(Set(list.map(\.name)) == ["one", "two", "three"])
            for future in list {
                #expect(future.waitingFor == (future.name == "one" ? "sleep" : nil))
                #expect(future.state == (future.name == "three" ? "succeeded" : "pending"))
            }
            one.cancel()
            two.future.cancel()
            _ = three
        }
    }

    @Test func fetchesAndQueuesAreNamedAsReasons() async throws {
        try await withClient { loop, client, base in
            let queue = AsyncQueue<Int>(on: loop, capacity: 1)
            try queue.putNow(1)
            let waits: [Future<Void>] = [
                loop.spawn(name: "fetcher") { _ = try await client.fetch("\(base)/stall") },
                loop.spawn(name: "putter") { try await queue.put(2) },
                loop.spawn(name: "joiner") { try await queue.join() },
            ]
            let reasons = loop.suspendedCoroutines.filter { !$0.name.isEmpty }.map { "\($0.name): \($0.waitingFor)" }
            #expect(Set(reasons) == ["fetcher: fetch", "putter: room in queue", "joiner: queue join"])
            for wait in waits { wait.cancel() }
        }
    }

    @Test func pendingTimersComeInTheirOrder() async throws {
        try await withLoop(clock: .virtual) { loop in
            loop.after(.seconds(3), name: "late") {}
            let cancelled = loop.after(.seconds(2), name: "cancelled") {}
            loop.after(.seconds(1), name: "early") {}
            cancelled.cancel()
            #expect(loop.pendingTimers.map(\.name) == ["early", "late"])
            #expect(loop.pendingTimers.map { $0.deadline - loop.now } == [.seconds(1), .seconds(3)])
            #expect(loop.timerCount == 2)
        }
    }

    @Test func watchesHaveNamesDescriptorsAndInterests() async throws {
        try await withLoop { loop in
            let pipe = try Pipe()
            let watch = try loop.watch(pipe.readEnd, for: .read, name: "input") { _ in }
            let listed = loop.activeWatches.first { $0.descriptor == pipe.readEnd }
            #expect(listed.map { "\($0.name)" } == "input")
            #expect(listed?.interest == .read)
            watch.cancel()
            let isListed = loop.activeWatches.contains { $0.descriptor == pipe.readEnd }
            #expect(!isListed)
        }
    }
}
