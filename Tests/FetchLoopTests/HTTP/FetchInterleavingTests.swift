import FetchLoop
import Testing
import TestSupport

/// Fetches cancelled at every suspension point, in random orders that a seed repeats: no slot is ever lost.
@Suite struct FetchInterleavingTests {
    /// A thousand seeds, in batches that share a client: what one round left behind would hurt the next.
    @Test(arguments: 0..<seedCount(40))
    func cancellationsNeverLoseASlot(batch: Int) async throws {
        try await withClient(maxClients: 3) { loop, client, base in
            for seed in batch * 25..<(batch + 1) * 25 {
                try await Self.round(loop, client, base, seed: UInt64(seed))
            }
        }
    }

    private static func round(
        _ loop: EventLoop, _ client: AsyncHTTPClient, _ base: String, seed: UInt64
    ) async throws {
        var random = SplitMix(state: seed)
        let paths = [
            "bytes/10", "bytes/200000", "stall", "stall-head", "stall-body", "delay/1/10", "redirect/2",
            "gzip/5000",
            "chunked/3000/100", "reset", "hangup-body", "close/10", "status/503", "bad-gzip",
        ]
        var futures: [Future<Void>] = []
        for _ in 0..<30 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let path = paths.randomElement(using: &random)!
                var request = client.request("\(base)/\(path)")
                if Bool.random(using: &random) { request.requestTimeout = .milliseconds(1) }
                let fixed = request
                let streams = Int.random(in: 0..<4, using: &random) == 0
                futures.append(
                    loop.spawn {
                        if streams {
                            for try await _ in try client.stream(fixed) { await loop.yield() }
                        } else {
                            _ = try await client.fetch(fixed)
                        }
                    })
            case 5..<8: futures.randomElement(using: &random)?.cancel()
            case 8: try await loop.sleep(for: .microseconds(Int.random(in: 0..<1500, using: &random)))
            default: await loop.yield()
            }
            #expect(client.activeCount <= 3)
        }
        for future in futures { future.cancel() }
        for future in futures { _ = try? await future.value }
        while client.activeCount + client.queuedCount > 0 { await loop.yield() }
        // All slots are there, and work.
        let last = (0..<6).map { _ in loop.spawn { try await client.fetch("\(base)/bytes/10").body.count } }
        #expect(client.activeCount == 3)
        for future in last {
            let count = try await future.value
            #expect(count == 10)
        }
    }

    @Test(arguments: 0..<seedCount(30))
    func closeAtAnyMomentEndsEveryFetch(seed: Int) async throws {
        try await withClient(maxClients: 3) { loop, client, base in
            var random = SplitMix(state: UInt64(seed))
            let futures = (0..<8).map { index in
                let path = ["stall", "bytes/100000", "delay/1/10", "redirect/2", "stall-body"][index % 5]
                return loop.spawn { try await client.fetch("\(base)/\(path)") }
            }
            for _ in 0..<Int.random(in: 0..<30, using: &random) { await loop.yield() }
            client.close()
            for future in futures {
                do { _ = try await future.value } catch HTTPClientError.closed {}
            }
            #expect(client.activeCount == 0)
            #expect(client.connectionCount == 0)
        }
    }

    @Test func anErrorAfterACancellationIsReported() async throws {
        struct Late: Error {}
        let reported = try await withClient { loop, client, base in
            var messages: [String] = []
            loop.onDiagnostic = { messages.append($0.message) }
            let future = loop.spawn(name: "fetch") {
                do { _ = try await client.fetch("\(base)/stall") } catch { throw Late() }
            }
            future.cancel()
            for _ in 0..<4 { await loop.yield() }
            return messages
        }
        #expect(reported.count == 1)
        #expect(reported.first?.contains("Late") == true)
    }
}

/// A small random number generator with a seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
