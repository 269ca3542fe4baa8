import FetchLoop

/// Fetches one URL a number of times, one coroutine a fetch, so many in flight: what `reference/multi.c` does in plain C.
final class FetchBenchmark {
    private let loop: EventLoop
    private let client: AsyncHTTPClient
    private var request: HTTPRequest
    private var notStarted: Int
    private var inFlight = 0
    private(set) var finished = 0
    private(set) var failed = 0
    private(set) var bytes = 0

    init(loop: EventLoop, client: AsyncHTTPClient, url: String, count: Int, caFile: String? = nil) {
        self.loop = loop
        self.client = client
        request = HTTPRequest(url)
        request.caFile = caFile
        request.decompress = false  // as multi.c: both sides send the same request
        notStarted = count
    }

    /// Runs the loop until every fetch has finished.
    func run(inFlight: Int) throws {
        for _ in 0..<inFlight { startNext() }
        try loop.run()
    }

    private func startNext() {
        guard notStarted > 0 else {
            if inFlight == 0 { loop.stop() }
            return
        }
        notStarted -= 1
        inFlight += 1
        loop.spawn { [self] in
            do { bytes += try await client.fetch(request).body.count } catch { failed += 1 }
            finished += 1
            inFlight -= 1
            startNext()
        }
    }
}
