import FetchLoop
import Testing
import TestSupport

/// Fetches cancelled at every suspension point, in random orders that a seed repeats: no slot is ever lost.
@Suite(.timeLimit(.minutes(5))) struct FetchInterleavingTests {
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
        var random = SeededGenerator(seed: seed)
        var futures: [Future<Void>] = []
        let transfers = Transfers()
        for _ in 0..<30 {
            let path = paths.randomElement(using: &random)!
            var request = client.request("\(base)/\(path)")
            switch Int.random(in: 0..<14, using: &random) {
            case 0..<5:
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
            case 8..<11:
                // Another than the transfer itself, mostly, as where the first of several answers wins.
                let place = Place.allCases.randomElement(using: &random)!
                let follower = Follower(
                    place, victim: transfers.all.randomElement(using: &random), of: transfers, on: loop)
                if path.hasPrefix("stall") { request.requestTimeout = .zero }
                follower.transfer = try client.start(request, delegate: follower)
                transfers.all.append(follower)
            case 11:
                guard let victim = transfers.all.randomElement(using: &random) else { continue }
                let delay = Int.random(in: 0..<1500, using: &random)
                loop.after(.microseconds(delay)) { transfers.cancel(victim) }
            case 12: try await loop.sleep(for: .microseconds(Int.random(in: 0..<1500, using: &random)))
            default: await loop.yield()
            }
            #expect(client.activeCount <= 3)
        }
        for future in futures { future.cancel() }
        for future in futures { _ = try? await future.value }
        // What would never end by itself; all the rest must.
        for follower in transfers.all where follower.isEndless { transfers.cancel(follower) }
        try await loop.wait(for: "the end of every transfer, seed \(seed)") {
            transfers.all.allSatisfy { $0.ends + $0.cancellations > 0 }
        }
        #expect(transfers.all.allSatisfy { $0.ends + $0.cancellations == 1 }, "seed \(seed)")
        try await loop.wait(for: "every slot, seed \(seed)") { client.activeCount + client.queuedCount == 0 }
        // All slots are there, and work.
        let last = (0..<6).map { _ in loop.spawn { try await client.fetch("\(base)/bytes/10").body.count } }
        #expect(client.activeCount == 3)
        for future in last {
            let count = try await future.value
            #expect(count == 10)
        }
    }

    private static let paths = [
        "bytes/10", "bytes/200000", "stall", "stall-head", "stall-body", "delay/1/10", "redirect/2", "gzip/5000",
        "chunked/3000/100", "reset", "hangup-body", "close/10", "status/503", "bad-gzip",
    ]

    @Test(arguments: 0..<seedCount(30))
    func closeAtAnyMomentEndsEveryFetch(seed: Int) async throws {
        try await withClient(maxClients: 3) { loop, client, base in
            var random = SeededGenerator(seed: UInt64(seed))
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

/// Where a transfer cancels another one.
private enum Place: CaseIterable {
    case connection, head, body, end
    /// In a timer that is due at the start of the turn after the body.
    case timer
}

/// The transfers of one round.
private final class Transfers {
    var all: [Follower] = []

    func cancel(_ follower: Follower) {
        guard let transfer = follower.transfer, transfer.phase != .done else { return }
        follower.cancellations += 1
        transfer.cancel()
    }
}

/// Counts the ends of a transfer, and cancels another one on the way.
private final class Follower: TransferDelegate {
    var transfer: Transfer?
    var ends = 0
    var cancellations = 0
    private let place: Place
    private let victim: Follower?
    private unowned let transfers: Transfers
    private let loop: EventLoop

    init(_ place: Place, victim: Follower?, of transfers: Transfers, on loop: EventLoop) {
        self.place = place
        self.victim = victim
        self.transfers = transfers
        self.loop = loop
    }

    var isEndless: Bool { transfer?.request.requestTimeout == .zero }

    private func reached(_ place: Place) {
        if place == self.place, let victim { transfers.cancel(victim) }
    }

    func transferDidConnect(_ transfer: Transfer) { reached(.connection) }

    func transfer(_ transfer: Transfer, didReceive head: HTTPResponseHead) { reached(.head) }

    func transfer(_ transfer: Transfer, didReceiveBody bytes: RawSpan) -> Transfer.BodyAction {
        reached(.body)
        if place == .timer { loop.after(.zero) { [self] in reached(.timer) } }
        return .continue
    }

    func transfer(_ transfer: Transfer, didFinish summary: TransferSummary, error: HTTPClientError?) {
        ends += 1
        reached(.end)
    }
}
