@testable import FetchLoop
import Foundation
import Testing
import TestSupport

/// From where and to where, and what becomes of connections.
@Suite(.timeLimit(.minutes(5))) struct ConnectionTests {
    @Test func theSourceAddressCanBeChosen() async throws {
        try await withClient { _, client, base in
            var request = client.request("\(base)/close/1")
            request.networkInterface = "127.0.0.2"
            let chosen = try await client.fetch(request).summary.localIP
            #expect(chosen == "127.0.0.2")
            request.networkInterface = "lo"
            let named = try await client.fetch(request).summary.localIP
            #expect(named == "127.0.0.1")
            request.networkInterface = "no-such-interface"
            await expectFailure("curl 45 connect") { try await client.fetch(request) }
        }
    }

    @Test func hostsCanBeMapped() async throws {
        try await withClient { _, client, base in
            let port = base.split(separator: ":").last!
            var request = client.request("http://a.test:\(port)/echo")
            request.resolve = ["a.test:\(port):127.0.0.1"]
            let mapped = try await client.fetch(request)
            #expect(mapped.summary.remoteIP == "127.0.0.1")
            let host = try Echo(mapped)["Host"]
            #expect(host == "a.test:\(port)")
            request = client.request("http://b.test:\(port)/echo")
            request.connectTo = ["b.test:\(port):127.0.0.1:\(port)"]
            let connected = try await client.fetch(request).status
            #expect(connected == 200)
        }
    }

    @Test func aMappingIsForItsRequestAlone() async throws {
        try await withClient(maxClients: 1) { _, client, base in
            let port = base.split(separator: ":").last!
            var request = client.request("http://a.test:\(port)/echo")
            request.resolve = ["a.test:\(port):127.0.0.1"]
            let mapped = try await client.fetch(request).status
            #expect(mapped == 200)
            do {
                _ = try await client.fetch("http://a.test:\(port)/echo")
                Issue.record("must throw")
            } catch let error as HTTPClientError {
                #expect(error.phase == .dns)
            }
        }
    }

    @Test(.enabled(if: (try? ScriptedServer(host: "::1") { _ in .silence }) != nil, "no IPv6 on this machine"))
    func iPv6() async throws {
        let server = try await onFreshThread {
            try ScriptedServer(host: "::1") { _ in .text("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") }
        }
        try await withClient { _, client, _ in
            let response = try await client.fetch(server.url)
            #expect(response.text == "hi")
            #expect(response.summary.remoteIP == "::1")
            var request = client.request("http://localhost:\(server.port)/")
            request.addressFamily = .v6
            let six = try await client.fetch(request).summary.remoteIP
            #expect(six == "::1")
            // Mostly nobody listens there, but some other test's server may.
            request.addressFamily = .v4
            request.requestTimeout = .seconds(5)
            let four = try? await client.fetch(request, raiseError: false).summary.remoteIP
            #expect(four == nil || four == "127.0.0.1")
        }
    }

    @Test func aUNIXSocketServesAsWell() async throws {
        let nginx = try await onFreshThread { try NginxServer(files: ["a": "content of a"]) }
        try await withClient { _, client, _ in
            var request = client.request("http://whatever.test/a")
            request.unixSocket = nginx.unixSocket
            let text = try await client.fetch(request).text
            #expect(text == "content of a")
            await expectFailure("curl 6 dns") { try await client.fetch("http://whatever.test/a") }
        }
    }

    /// Neither the request's, in the queue or with libcurl, nor 300 s, which is libcurl's own limit for connecting.
    @Test func noTimeoutIsReallyNone() async throws {
        try await withClient(maxClients: 1) { loop, client, base in
            var request = client.request("\(base)/stall")
            for (limit, milliseconds, connect) in [(20, 20_000, 20_000), (0, 0, Int(Int32.max))] {
                request.requestTimeout = .seconds(limit)
                request.connectTimeout = .seconds(limit)
                #expect(CurlHandle.connectMilliseconds(request.settings) == connect)
                let active = try client.start(request, delegate: Nobody())
                #expect(active.handle?.appliedTimeout == milliseconds)
                let queued = try client.start(request, delegate: Nobody())
                #expect(queued.queueTimer?.isPending == (limit == 0 ? nil : true))
                queued.cancel()
                active.cancel()
            }
            let got = try await client.fetch("\(base)/bytes/10").body.count
            #expect(got == 10)
        }
    }

    @Test func aPeerThatNeverAcceptsIsAConnectTimeout() async throws {
        let full = try await onFreshThread { try DeadHost() }
        try await withClient { _, client, _ in
            var request = client.request("\(full.url)/")
            request.connectTimeout = .milliseconds(30)
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch HTTPClientError.timeout(let phase, _) {
                #expect(phase == .connect)
            }
        }
    }

    @Test func aConnectThatIsGivenUpLeavesNoWatchBehind() async throws {
        // libcurl 7.88 closes such a socket without its callback; the number then soon belongs to someone else.
        let full = try await onFreshThread { try DeadHost() }
        try await withClient { loop, client, base in
            for _ in 0..<20 {
                let future = loop.spawn { try await client.fetch(full.url) }
                await loop.yield()
                future.cancel()
            }
            try await loop.wait(for: "the end of all") { client.activeCount == 0 }
            #expect(loop.activeWatches.allSatisfy { "\($0.name)" != "libcurl socket" })
            #expect(client.connectionCount == 0)
            let files = (0..<30).map { _ in loop.spawn { try await client.fetch("\(base)/close/1").status } }
            for file in files {
                let status = try await file.value
                #expect(status == 200)
            }
        }
    }

    @Test func aLaterHopsConnectTimeoutIsOne() async throws {
        let full = try await onFreshThread { try DeadHost() }
        try await withClient { _, client, base in
            var request = client.request("\(base)/redirect-to?url=\(full.url)/")
            request.connectTimeout = .milliseconds(100)
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch HTTPClientError.timeout(let phase, _) {
                #expect(phase == .connect)
            }
        }
    }

    @Test func aRedirectTakesNoExtraSlot() async throws {
        try await withClient(maxClients: 1) { _, client, base in
            let got = try await client.fetch("\(base)/redirect/3").text
            #expect(got == "arrived\n")
        }
    }

    @Test func noMoreThanTheLimitRunAtOnceAndTheRestWaitInOrder() async throws {
        try await withClient(maxClients: 3) { loop, client, base in
            let arrivals = (0..<12).map { _ in Arrival() }
            let transfers = try arrivals.enumerated().map { index, arrival in
                try client.start(client.request("\(base)/delay/\(index % 3)/1"), delegate: arrival)
            }
            #expect(client.activeCount == 3)
            #expect(client.queuedCount == 9)
            var ended = 0
            for arrival in arrivals {
                arrival.onEnd = {
                    ended += 1
                    let waits = transfers.map { $0.phase == .queued }
                    #expect(waits == waits.sorted { !$0 && $1 }, "nobody waits who came before one that does not")
                }
            }
            try await loop.wait(for: "all") {
                #expect(client.activeCount <= 3)
                return ended == 12
            }
        }
    }

    /// A start inside a callback of libcurl waits for the next turn, though a slot is free; a timer of that turn is earlier.
    @Test func nobodyOvertakesTheQueue() async throws {
        try await withClient(maxClients: 2) { loop, client, base in
            let (first, second) = (Arrival(), Arrival())
            let starter = Arrival()
            var order: [Int] = []
            first.onEnd = { order.append(1) }
            second.onEnd = { order.append(2) }
            starter.onHead = {
                loop.after(.zero) {
                    #expect(client.queuedCount == 1)
                    _ = try? client.start(client.request("\(base)/bytes/1"), delegate: second)
                    #expect(client.queuedCount == 2, "behind the one that waits")
                }
                _ = try? client.start(client.request("\(base)/bytes/1"), delegate: first)
            }
            _ = try client.start(client.request("\(base)/bytes/1"), delegate: starter)
            try await loop.wait(for: "both") { order.count == 2 }
            #expect(client.activeCount == 0)
        }
    }

    /// libcurl does not look at the time of those that wait for a connection.
    @Test func theRequestTimeoutEndsAWaitForAConnection() async throws {
        let server = try await onFreshThread { try ScriptedServer { _ in .silence } }
        try await withClient(configure: { $0.maxConnections = 1 }) { loop, client, _ in
            var request = HTTPRequest("\(server.url)/first")
            request.requestTimeout = .zero
            let first = loop.spawn { [request] in try await client.fetch(request) }
            try await loop.wait(for: "the first request") { server.requests.count == 1 }
            request = HTTPRequest("\(server.url)/second")
            request.requestTimeout = .milliseconds(50)
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch HTTPClientError.timeout(let phase, _) {
                #expect(phase == .connect)
            }
            // The one that has the connection goes on.
            #expect(!first.isDone && client.activeCount == 1)
            first.cancel()
        }
    }

    @Test func timeInTheQueueIsNotRequestTime() async throws {
        try await withClient(maxClients: 1) { loop, client, base in
            let first = loop.spawn { try await client.fetch("\(base)/delay/30/1") }
            let second = loop.spawn { try await client.fetch("\(base)/bytes/1") }
            let (before, after) = (try await first.value, try await second.value)
            #expect(before.queueTime == .zero)
            #expect(after.queueTime >= .milliseconds(29))
            // By the loop's clock, which stands still during a turn, and the first reply is later than its delay.
            #expect(after.startTime >= before.startTime.advanced(by: .milliseconds(29)))
            #expect(after.summary.queueTime == after.queueTime && after.summary.startTime == after.startTime)
            let stream = try client.stream(client.request("\(base)/bytes/1"))
            for try await _ in stream {}
            let summary = try #require(stream.summary)
            #expect(summary.queueTime == .zero && summary.startTime.map { $0 > after.startTime } == true)
        }
    }

    @Test func aTransferThatNeverGotASlotHasWaitedAndNotStarted() async throws {
        try await withClient(maxClients: 1) { loop, client, base in
            let blocker = try client.start(client.request("\(base)/stall"), delegate: Nobody())
            var request = client.request("\(base)/bytes/1")
            request.requestTimeout = .milliseconds(30)
            let arrivals = [Arrival(), Arrival()]
            _ = try client.start(request, delegate: arrivals[0])
            try await loop.wait(for: "the timeout") { arrivals[0].summary != nil }
            _ = try client.start(client.request("\(base)/bytes/1"), delegate: arrivals[1])
            try await loop.sleep(for: .milliseconds(2))
            client.close()
            for (arrival, least) in zip(arrivals, [30, 2]) {
                let summary = try #require(arrival.summary)
                #expect(summary.queueTime >= .milliseconds(least))
                #expect(summary.startTime == nil)
            }
            #expect(blocker.phase == .done)
        }
    }

    @Test func settingsOfTheClientHoldForItsRequests() async throws {
        try await withClient(configure: { $0.defaults.userAgent = "mine" }) { _, client, base in
            let sent = try await Echo(client.fetch("\(base)/echo"))["User-Agent"]
            #expect(sent == "mine")
            let made = try await Echo(client.fetch(client.request("\(base)/echo", method: "DELETE")))
            #expect(made.method == "DELETE")
            #expect(made["User-Agent"] == "mine")
            let other = try await Echo(client.fetch(HTTPRequest("\(base)/echo")))["User-Agent"]
            #expect(other == "FetchLoop")
        }
    }

    @Test func idleShardsAreFreedAndTheFirstStays() async throws {
        try await withClient(maxClients: 100, configure: { $0.transfersPerShard = 10 }) { loop, client, base in
            let futures = (0..<60).map { _ in loop.spawn { try await client.fetch("\(base)/delay/5/1") } }
            #expect(client.shardCount == 6)
            for future in futures { _ = try await future.value }
            await loop.yield()
            await loop.yield()
            #expect(client.shardCount == 1)
            let kept = client.connectionCount
            #expect(kept <= 10, "the connections went with their shards")
            let again = try await client.fetch("\(base)/bytes/1").summary.connectCount
            #expect(again == 0)
        }
    }

    @Test func descriptorsThatAreReusedAtOnceMeetNoStaleEvents() async throws {
        // Origin and client share the loop, so each number closed by one is soon the other's, or a file's.
        try await withClient(maxClients: 40) { loop, client, base in
            let futures = (0..<400).map { index in
                loop.spawn {
                    let paths = ["close/20", "reset", "hangup-body/40", "bytes/20", "redirect/1"]
                    let response = try? await client.fetch("\(base)/\(paths[index % 5])", raiseError: false)
                    let file = FileHandle(forReadingAtPath: "/dev/null")
                    await loop.yield()
                    try? file?.close()
                    return response?.status
                }
            }
            for (index, future) in futures.enumerated() {
                let status = try await future.value
                #expect(status == (index % 5 == 1 || index % 5 == 2 ? nil : 200))
            }
            #expect(client.activeCount == 0)
        }
    }

    @Test func unknownIsNilInLibcurlsThatDoNotTell() async throws {
        try await withClient { _, client, base in
            let summary = try await client.fetch("\(base)/bytes/1").summary
            let version = CurlFeatures.current().version.split(separator: ".").compactMap { Int($0) }
            let number = version[0] * 100 + version[1]
            #expect((summary.connectionID != nil) == (number >= 802))
            #expect((summary.usedProxy != nil) == (number >= 807))
            #expect((summary.timings.postTransfer != nil) == (number >= 810))
        }
    }
}

private final class Arrival: TransferDelegate {
    var onHead: () -> Void = {}
    var onEnd: () -> Void = {}
    var summary: TransferSummary?
    func transfer(_ transfer: Transfer, didReceive head: HTTPResponseHead) { onHead() }
    func transfer(_ transfer: Transfer, didReceiveBody bytes: RawSpan) -> Transfer.BodyAction { .continue }
    func transfer(_ transfer: Transfer, didFinish summary: TransferSummary, error: HTTPClientError?) {
        self.summary = summary
        onEnd()
    }
}
