import Testing

@testable import fetchtop

@Suite("Conditions over a run") struct ModelConditionTests {
    /// A store with `ok` successes of 100 ms and `failures` answers of 503, out of `total` fetches.
    private func store(total: Int, ok: Int, failures: Int) -> FetchStore {
        let store = FetchStore(clock: RunClock(startedAtUnixNanoseconds: 0))
        for index in 0..<total { _ = store.add(FetchJob(url: "http://h/\(index)"), at: .start) }
        for index in 0..<(ok + failures) {
            let id = FetchID(index: index)
            let isOK = index < ok
            var record = TransferRecord()
            record.statusCode = isOK ? 200 : 503
            record.times.startTransfer = .milliseconds(50)
            let end = Moment(nanoseconds: 100_000_000)
            let attempt = Attempt(
                number: 1, startedAt: .start, finishedAt: end, failure: nil, record: record, retryAfter: nil,
                backoff: nil)
            store.apply(FetchEvent(id: id, at: .start, kind: .started(attempt: 1)))
            store.apply(FetchEvent(id: id, at: end, kind: .attemptFinished(attempt)))
            store.apply(FetchEvent(id: id, at: end, kind: .finished(isOK ? .succeeded : .httpError)))
        }
        return store
    }

    @Test(
        "What is true of 20 fetches, of which 8 succeeded and 2 failed",
        arguments: [
            ("total == 20", true), ("done>=10", true), ("done > 10", false), ("ok==8", true), ("failed != 2", false),
            ("failed>19%", true), ("failed > 20%", false), ("done == 50%", true), ("queued<=10", true),
            ("active<1", true),
            ("http_error==2", true), ("error == 0", true), ("code_503==2", true), ("code_5xx == 20%", true),
            ("code_404 == 0", true), ("retries==0", true), ("p99 <= 101ms", true), ("p50 < 99ms", false),
            ("max>=0.1", true),
            ("ttfb_p50 < 60ms", true), ("bytes < 1M", true), ("cancelled==0", true), ("backoff==0", true),
        ])
    func holds(text: String, expected: Bool) throws {
        #expect(try RunCondition(text).holds(in: store(total: 20, ok: 8, failures: 2)) == expected)
    }

    @Test("Of latencies that nobody measured nothing is true")
    func nothing() throws {
        let empty = store(total: 1, ok: 0, failures: 0)
        #expect(try !RunCondition("p99 > 0").holds(in: empty))
        #expect(try !RunCondition("p99 <= 9h").holds(in: empty))
        #expect(try !RunCondition("failed > 0%").holds(in: empty))
    }

    @Test(
        "What cannot be read is named",
        arguments: [
            ("", "'' compares nothing; write something like failed>1% or p99<=2s"),
            ("failed", "'failed' compares nothing"),
            ("bad > 1", "unknown figure 'bad'"), ("failed > x", "'failed' cannot be compared with 'x'"),
            ("failed > -1", "'failed' cannot be compared with '-1'"), ("p99 > 1%", "'p99' cannot be a share: '1%'"),
            ("bytes>1%", "'bytes' cannot be a share"), ("code_999 > 1", "unknown figure 'code_999'"),
            ("failed = 1", "'failed = 1' compares nothing"), ("p99>1M", "'p99' cannot be compared with '1M'"),
        ])
    func refuses(text: String, message: String) {
        #expect {
            try RunCondition(text)
        } throws: { error in
            "\(error)".hasPrefix(message)
        }
    }

    @Test("Messages say what it is instead")
    func actual() throws {
        let store = store(total: 20, ok: 8, failures: 2)
        #expect(try RunCondition("failed>1%").actual(in: store) == "2 of 10")
        #expect(try RunCondition("failed>1").actual(in: store) == "2")
        #expect(try RunCondition("max>1s").actual(in: store) == "0.1 s")
    }
}
