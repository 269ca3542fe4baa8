import DemoServer
import FetchLoop
import Testing
import TestSupport

/// `maxReceiveRate`, alone and together with pauses of the transfer's owner.
@Suite(.timeLimit(.minutes(5))) struct ReceiveRateTests {
    /// A client whose clock is virtual: waiting costs nothing, and the loop's time is what the rate is measured by.
    private func withVirtualClient(
        _ body: nonisolated(nonsending) @escaping @Sendable (EventLoop, AsyncHTTPClient, String) async throws -> Void
    ) async throws {
        try await withLoop(clock: .virtual) { loop in
            let origin = try Origin(loop: loop)
            var configuration = AsyncHTTPClient.Configuration()
            // One slot: each request gets the handle of the one before.
            configuration.maxClients = 1
            configuration.defaults.requestTimeout = .zero
            configuration.defaults.connectTimeout = .zero
            let client = AsyncHTTPClient(loop: loop, configuration: configuration)
            try await body(loop, client, origin.url)
            client.close()
            origin.close()
        }
    }

    @Test(arguments: [(8_000, 40_000), (100_000, 400_000), (2_000_000, 1_000_000)])
    func aBodyComesNoFasterThanItsRate(rate: Int, size: Int) async throws {
        try await withVirtualClient { loop, client, base in
            var request = client.request("\(base)/bytes/\(size)")
            request.maxReceiveRate = Int64(rate)
            let begin = loop.now
            var (count, tooMany, largest) = (0, 0, 0)
            _ = try await client.fetch(request) { bytes in
                // Whoever has room takes a piece whole: all before that one were covered.
                if Double(count) >= Double(rate) * (0.1 + Double((loop.now - begin).nanoseconds) * 1e-9) {
                    tooMany += 1
                }
                count += bytes.byteCount
                largest = max(largest, bytes.byteCount)
            }
            #expect(count == size)
            #expect(tooMany == 0)
            #expect(largest <= max(1024, rate / 8), "one piece is not much of a second's worth")
            let seconds = Double((loop.now - begin).nanoseconds) * 1e-9
            #expect(seconds >= Double(size - largest) / Double(rate) - 0.1)
        }
    }

    @Test func theRateIsOfThisRequestAlone() async throws {
        try await withVirtualClient { loop, client, base in
            var slow = client.request("\(base)/bytes/20000")
            slow.maxReceiveRate = 2000
            var largest: [Int] = []
            for request in [slow, client.request("\(base)/bytes/20000")] {
                let begin = loop.now
                var pieces: [Int] = []
                _ = try await client.fetch(request) { pieces.append($0.byteCount) }
                #expect(pieces.reduce(0, +) == 20_000)
                largest.append(pieces.max() ?? 0)
                #expect((loop.now - begin > .seconds(8)) == (largest.count == 1))
            }
            #expect(largest[0] <= 1024 && largest[1] > 1024, "nor is the smaller buffer of the next")
        }
    }

    @Test func noTimerIsLeftOfATransferThatWasCancelled() async throws {
        try await withVirtualClient { loop, client, base in
            var request = client.request("\(base)/bytes/100000")
            request.maxReceiveRate = 10
            let fetch = loop.spawn { [request] in try await client.fetch(request) }
            func isHeld() -> Bool { loop.pendingTimers.contains { $0.name == "receive rate" } }
            while !isHeld() { await loop.yield() }
            fetch.cancel()
            for _ in 0..<4 { await loop.yield() }
            #expect(!isHeld())
            let next = try await client.fetch("\(base)/bytes/3").body.count
            #expect(next == 3)
        }
    }

    @Test(arguments: SuiteServer.allCases, ["bytes/200000", "gzip/200000"])
    func aStreamWithARateWhoseConsumerPausesIsWhole(server: SuiteServer, path: String) async throws {
        try await withClient(server) { loop, client, base in
            var request = client.request("\(base)/\(path)")
            request.maxReceiveRate = 800_000
            var count = 0
            for try await piece in try client.stream(request) {
                count += piece.count
                // Slower than the rate now and then, and faster than it in between.
                if count % 7 == 0 { try await loop.sleep(for: .milliseconds(10)) }
            }
            #expect(count == 200_000)
        }
    }

    @Test(arguments: SuiteServer.allCases)
    func pausesOfTheOwnerAndOfTheRateDoNotDisturbEachOther(server: SuiteServer) async throws {
        try await withClient(server) { loop, client, base in
            for seed in 0..<5 as Range<UInt64> {
                var random = SeededGenerator(seed: seed)
                var request = client.request("\(base)/bytes/40000")
                request.maxReceiveRate = 400_000
                let receiver = MoodyReceiver(loop: loop, random: random)
                let transfer = try client.start(request, delegate: receiver)
                while !receiver.ended.future.isDone {
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: transfer.pause()
                    case 1: transfer.resume()
                    default: try await loop.sleep(for: .microseconds(Int.random(in: 0..<2000, using: &random)))
                    }
                    // In the end it goes on: a paused transfer takes nothing.
                    if transfer.isPaused && Bool.random(using: &random) { transfer.resume() }
                }
                let count = try await receiver.ended.future.value
                #expect(count == 40_000, "seed \(seed)")
                #expect(receiver.takenWhilePaused == 0)
            }
        }
    }
}

/// Refuses pieces at random.
private final class MoodyReceiver: TransferDelegate {
    let ended: Promise<Int>
    private(set) var takenWhilePaused = 0
    private var random: SeededGenerator
    private var count = 0

    init(loop: EventLoop, random: SeededGenerator) {
        ended = Promise(on: loop)
        self.random = random
    }

    func transfer(_ transfer: Transfer, didReceiveBody bytes: RawSpan) -> Transfer.BodyAction {
        if transfer.isPaused { takenWhilePaused += 1 }
        if Int.random(in: 0..<4, using: &random) == 0 { return .pause }
        count += bytes.byteCount
        return .continue
    }

    func transfer(_ transfer: Transfer, didFinish summary: TransferSummary, error: HTTPClientError?) {
        if let error { ended.tryFail(error) } else { ended.trySucceed(count) }
    }
}
