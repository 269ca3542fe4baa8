import Foundation
import Testing

@testable import fetchtop

@Suite struct HeadlessRecordTests {
    static func written(_ body: (inout JSONRecord) -> Void) -> String {
        var json = JSONRecord()
        body(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    static func object(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test func objectsAndArraysHaveTheirCommasWhereTheyBelong() {
        let text = Self.written { json in
            json.beginObject()
            json.member("a", 1)
            json.key("b")
            json.beginArray()
            json.beginObject()
            json.endObject()
            json.integer(-20)
            json.bool(true)
            json.endArray()
            json.member("c", Int?.none)
            json.endObject()
            json.endLine()
            json.beginObject()
            json.endObject()
        }
        #expect(text == "{\"a\":1,\"b\":[{},-20,true],\"c\":null}\n{}")
    }

    @Test(arguments: [
        "", "plain", "a\"b\\c", "\u{0}\u{1}\u{1F}\u{7F}", "\n\r\t", "ü€😀\u{85}\u{9B}x", "\u{2028}", "\u{200B}é",
    ])
    func everyStringSurvives(text: String) throws {
        let bytes = Array(
            Self.written { json in
                json.beginArray()
                json.string(text)
                json.endArray()
            }.utf8)
        #expect(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String] == [text])
        #expect(!bytes.contains { $0 < 0x20 || $0 == 0x7F })
        #expect(!String(decoding: bytes, as: UTF8.self).unicodeScalars.contains { (0x80..<0xA0).contains($0.value) })
    }

    @Test(arguments: [
        (0.0, "0"), (1, "1"), (-1.5, "-1.5"), (0.001, "0.001"), (12.34, "12.34"), (1e9, "1000000000"),
        (.infinity, "null"), (.nan, "null"), (-0.25, "-0.25"),
    ])
    func numbersHaveNoMoreDigitsThanTheyNeed(value: Double, text: String) {
        #expect(Self.written { $0.number(value) } == text)
    }

    @Test func timesAreWrittenAsCurlDoes() {
        #expect(Self.written { $0.seconds(microseconds: 1_234_567) } == "1.234567")
        #expect(Self.written { $0.seconds(microseconds: 0) } == "0.000000")
        #expect(Self.written { $0.member("x", Duration.nanoseconds(999)) } == "\"x\":0.000000")
    }

    @Test func timesOfDayAreRFC3339() {
        let cases: [(Int64, String)] = [
            (0, "1970-01-01T00:00:00.000000Z"), (784_111_777_123_456_789, "1994-11-06T08:49:37.123456Z"),
            (-1_000, "1969-12-31T23:59:59.999999Z"), (1_709_164_800_000_000_000, "2024-02-29T00:00:00.000000Z"),
        ]
        var json = JSONRecord()
        json.beginArray()
        for (nanoseconds, _) in cases + cases.reversed() { json.time(unixNanoseconds: nanoseconds) }
        json.endArray()
        let expected = (cases + cases.reversed()).map { "\"\($0.1)\"" }.joined(separator: ",")
        #expect(String(decoding: json.bytes, as: UTF8.self) == "[\(expected)]")
    }

    // MARK: - The record of a fetch

    static let keys: [String] = """
        v type id key tag state attempt started_at finished_at url url_effective method http_code http_version exitcode \
        errormsg content_type remote_ip remote_port local_ip local_port num_connects num_redirects num_retries \
        redirect_url size_download size_header size_request size_upload speed_download filename_effective \
        ssl_verify_result time_namelookup time_connect time_appconnect time_pretransfer time_starttransfer \
        time_redirect time_total time_queue wait_slot wait_host wait_rate wait_retry time_job intended_at time_intended repetition previous_state fetch fail_phase attempts \
        sha256 etag last_modified resumed_from host
        """.split(separator: " ").map(String.init)

    func record(_ build: (FetchStore) -> FetchID) throws -> [String: Any] {
        let store = FetchStore(clock: RunClock(startedAtUnixNanoseconds: 784_111_777_000_000_000))
        let id = build(store)
        var json = JSONRecord()
        ResultRecord().write(store[id], in: store, to: &json)
        #expect(json.bytes.last == UInt8(ascii: "\n"))
        #expect(json.bytes.count { $0 == UInt8(ascii: "\n") } == 1)
        return try Self.object(json.bytes)
    }

    @Test func aSuccessHasEveryFieldOfTheSchema() throws {
        let record = try record { store in
            var job = FetchJob(url: "http://user:secret@a.example/x?q=\"1\"")
            job.values.id = "x1"
            job.values.tag = "b7"
            let id = store.add(job, at: .at(0))
            store.apply(.started(attempt: 1), to: id, at: 20)
            var record = TransferRecord()
            record.statusCode = 200
            record.times.total = .milliseconds(30)
            record.times.startTransfer = .microseconds(12_345)
            record.sizeDownload = 1_024
            record.remotePort = 80
            let attempt = Attempt(number: 1, startedAt: .at(20), finishedAt: .at(50), record: record)
            store.apply(.attemptFinished(attempt), to: id, at: 50)
            store.apply(.finished(.succeeded), to: id, at: 50)
            return id
        }
        #expect(Set(record.keys) == Set(Self.keys))
        #expect(record["state"] as? String == "ok")
        #expect(record["id"] as? String == "x1")
        #expect(record["tag"] as? String == "b7")
        #expect(record["url"] as? String == "http://user:***@a.example/x?q=\"1\"")
        #expect(record["http_code"] as? Int == 200)
        #expect(record["exitcode"] as? Int == 0)
        #expect(record["time_total"] as? Double == 0.03)
        #expect(record["time_starttransfer"] as? Double == 0.012345)
        #expect(record["time_queue"] as? Double == 0.02)
        #expect(record["time_job"] as? Double == 0.05)
        #expect(record["started_at"] as? String == "1994-11-06T08:49:37.020000Z")
        #expect(record["finished_at"] as? String == "1994-11-06T08:49:37.050000Z")
        #expect(record["host"] as? String == "a.example")
        #expect((record["attempts"] as? [[String: Any]])?.count == 1)
    }

    @Test func whatIsUnknownIsNullAndNeverZero() throws {
        let record = try record { store in
            let id = store.add(FetchJob(url: "http://a/"), at: .at(0))
            store.apply(.finished(.cancelled), to: id, at: 5)
            return id
        }
        #expect(Set(record.keys) == Set(Self.keys))
        let known: Set = [
            "v", "type", "state", "attempt", "finished_at", "url", "method", "num_retries", "time_queue", "time_job",
            "attempts", "host", "fetch",
        ]
        for (key, value) in record where !known.contains(key) { #expect(value is NSNull, "\(key)") }
        #expect(record["state"] as? String == "cancelled")
    }

    @Test func aFailureSaysInWhichPhase() throws {
        let record = try record { store in
            let id = store.add(FetchJob(url: "http://a/"), at: .at(0))
            for number in 1...2 {
                store.apply(.started(attempt: number), to: id, at: Int64(number) * 10)
                let failed = Attempt(
                    number: number, startedAt: .at(0), finishedAt: .at(1),
                    failure: FetchFailure(kind: .dns, phase: .dns, exitCode: 6, message: "Could not resolve host: a"),
                    record: TransferRecord(), backoff: number == 1 ? .milliseconds(5) : nil)
                store.apply(.attemptFinished(failed), to: id, at: Int64(number) * 10 + 5)
                if number == 1 { store.apply(.requeued, to: id, at: 20) }
            }
            store.apply(.finished(.failed), to: id, at: 25)
            return id
        }
        #expect(record["state"] as? String == "failed")
        #expect(record["exitcode"] as? Int == 6)
        #expect(record["errormsg"] as? String == "Could not resolve host: a")
        #expect(record["fail_phase"] as? String == "dns")
        #expect(record["http_code"] is NSNull)
        #expect(record["num_retries"] as? Int == 1)
        let attempts = try #require(record["attempts"] as? [[String: Any]])
        #expect(attempts.map { $0["attempt"] as? Int } == [1, 2])
        #expect(attempts[0]["backoff"] as? Double == 0.005)
        #expect(attempts[1]["backoff"] is NSNull)
    }

    @Test func headersAreGroupedByNameInLowerCase() throws {
        let store = FetchStore()
        let id = store.add(FetchJob(url: "http://a/"), at: .at(0))
        store.apply(.started(attempt: 1), to: id, at: 0)
        let raw = "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nETag:\"x\"\r\nset-cookie:  b=2 \r\n\r\n"
        store.apply(.head(ResponseHead(status: 200, expectedBytes: nil, rawHeaders: Array(raw.utf8))), to: id, at: 1)
        store.apply(.attemptFinished(attempt(status: 200)), to: id, at: 2)
        store.apply(.finished(.succeeded), to: id, at: 2)
        var format = ResultRecord()
        format.includesHeaders = true
        for (reveals, cookies) in [(true, ["a=1", "b=2"]), (false, ["a=***", "b=***"])] {
            format.revealsSecrets = reveals
            var json = JSONRecord()
            format.write(store[id], in: store, to: &json)
            let headers = try Self.object(json.bytes)["headers"] as? [String: [String]]
            #expect(headers == ["set-cookie": cookies, "etag": ["\"x\""]])
        }
        #expect(store[id].detail?.head?.value(of: "etag") == "\"x\"")
        #expect(store[id].detail?.head?.value(of: "location") == nil)
    }

    @Test func theSummaryCountsEverything() throws {
        let bench = try SchedulerBench(script: { url, _ in url.hasSuffix("0") ? .answer(404) : .answer(200) })
        bench.add(EngineSchedulerTests.urls(20))
        try bench.run()
        var json = JSONRecord()
        SummaryRecord.write(bench.store, exitCode: 1, at: .at(1_000), to: &json)
        let summary = try Self.object(json.bytes)
        #expect(summary["fetches"] as? Int == 20)
        #expect((summary["state"] as? [String: Int])?["ok"] == 18)
        #expect((summary["state"] as? [String: Int])?["http_error"] == 2)
        #expect((summary["http_code"] as? [String: Int]) == ["200": 18, "404": 2])
        #expect((summary["exitcode"] as? [String: Int]) == ["0": 20])
        #expect((summary["hosts"] as? [[String: Any]])?.count == 1)
        let text = SummaryText.lines(bench.store, at: .at(1_000)).map(\.string)
        #expect(text[0].hasPrefix("20 fetches in 1.0s, 20/s"))
        #expect(text[1] == "ok 18  http errors 2")
        #expect(text[2] == "status  200 18  404 2")
        let status = StatusLine.text(bench.store, isInputOver: true, at: .at(1_000)).string
        #expect(status.hasPrefix("20/20 100% ok 18 fail 2"))
    }
}

@Suite struct HeadlessExitStatusTests {
    @Test func theWorstThingThatHappenedDecides() {
        var status = ExitStatus()
        #expect(status.code == 0)
        status.hasFailures = true
        #expect(status.code == 1)
        status.isUnfinished = true
        #expect(status.code == 7)
        status.isGateTripped = true
        #expect(status.code == 5)
        status.killedBy = 2
        #expect(status.code == 130)
        status.killedBy = 15
        #expect(status.code == 143)
        status.isOutputError = true
        #expect(status.code == 4)
        status.isInputError = true
        #expect(status.code == 3)
        status.isUsageError = true
        #expect(status.code == 2)
    }
}
