import FetchLoop
import Testing

@testable import fetchtop

@Suite("Other forms of records") struct HeadlessFormsTests {
    /// A store with one success with headers, one refusal, and their records as lines.
    private func lines() throws -> [(line: RecordLine, json: [UInt8], id: FetchID)] {
        let store = FetchStore(clock: RunClock(startedAtUnixNanoseconds: 0))
        let ok = store.add(FetchJob(url: "https://h/a,b\"c"), at: .start)
        store.apply(FetchEvent(id: ok, at: .start, kind: .started(attempt: 1)))
        let head = ResponseHead(
            status: 200, expectedBytes: 3, rawHeaders: Array("HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\n\r\n".utf8))
        store.apply(FetchEvent(id: ok, at: .start, kind: .head(head)))
        var record = TransferRecord()
        record.statusCode = 200
        record.effectiveURL = "https://h/a"
        record.sizeDownload = 3
        record.times.total = .milliseconds(1500)
        store.apply(FetchEvent(id: ok, at: .start, kind: .attemptFinished(attempt(record: record))))
        store.apply(FetchEvent(id: ok, at: .start, kind: .finished(.succeeded)))
        let bad = store.add(FetchJob(url: "http://h/2"), at: .start)
        store.apply(FetchEvent(id: bad, at: .start, kind: .started(attempt: 1)))
        let failure = FetchFailure(kind: .refused, phase: .connect, exitCode: 7, message: "Couldn't connect")
        store.apply(FetchEvent(id: bad, at: .start, kind: .attemptFinished(attempt(failure: failure))))
        store.apply(FetchEvent(id: bad, at: .start, kind: .finished(.failed)))
        var format = ResultRecord()
        format.includesHeaders = true
        return try [ok, bad].map { id in
            var json = JSONRecord()
            format.write(store[id], in: store, to: &json)
            let bytes = json.bytes
            return (try RecordLine(bytes[...]), bytes, id)
        }
    }

    private func attempt(record: TransferRecord = TransferRecord(), failure: FetchFailure? = nil) -> Attempt {
        Attempt(
            number: 1, startedAt: .start, finishedAt: .start, failure: failure, record: record, retryAfter: nil,
            backoff: nil)
    }

    private func written(_ format: String) throws -> (output: [String], errors: String) {
        let writeOut = try WriteOut(parsing: format)
        var errors: [UInt8] = []
        let output = try lines().map { line in
            var output: [UInt8] = []
            writeOut.write(line.line, json: line.json[...], id: line.id, to: &output, &errors)
            return String(decoding: output, as: UTF8.self)
        }
        return (output, String(decoding: errors, as: UTF8.self))
    }

    @Test("The names one may write out are those of the record")
    func names() throws {
        for line in try lines() { #expect(line.line.members.map(\.name) == ResultRecord.memberNames) }
    }

    @Test(
        "Variables, escapes and percent signs, with curl's zeros for what is unknown",
        arguments: [
            ("%{http_code} %{url}\\n", "200 https://h/a,b\"c\n", "000 http://h/2\n"),
            ("%{response_code}%{scheme}", "200https", "000http"), ("%{time_total}", "1.500000", "0.000000"),
            ("%{size_download}|%{remote_port}|%{remote_ip}", "3|0|", "0|0|"),
            ("%{exitcode} %{errormsg}", "0 ", "7 Couldn't connect"),
            ("100%% %x \\t\\r\\q%", "100% %x \t\r\\q%", "100% %x \t\r\\q%"), ("%{urlnum}", "0", "1"),
            ("%{state}", "ok", "failed"),
            ("%header{X-A}.%header{none}", "1.", "."), ("%{onerror}%{errormsg}", "", "Couldn't connect"),
            ("%{header_json}", #"{"x-a":["1","2"]}"#, "{}"),
        ])
    func variables(format: String, success: String, failure: String) throws {
        #expect(try written(format).output == [success, failure])
    }

    @Test("Some of it may go to standard error")
    func errors() throws {
        let written = try written("a%{stderr}%{state} %{stdout}b")
        #expect(written.output == ["ab", "ab"])
        #expect(written.errors == "ok failed ")
    }

    @Test("%{json} is the whole record")
    func json() throws {
        let output = try written("%{json}\\n").output
        #expect(output == (try lines().map { String(decoding: $0.json, as: UTF8.self) }))
    }

    @Test("Unknown variables are refused", arguments: ["%{nonsense}", "%{http_code", "%header{x"])
    func unknown(format: String) {
        #expect(throws: ValueError.self) { try WriteOut(parsing: format) }
    }

    @Test("Headers are kept only where something asks for them")
    func headers() throws {
        #expect(try !WriteOut(parsing: "%{http_code}").needsHeaders)
        #expect(try WriteOut(parsing: "%header{etag}").needsHeaders)
    }

    @Test("On a terminal and on standard error, what a server said is text and nothing more")
    func textFromServersCannotDrawOnTerminals() throws {
        let json = Array("{\"content_type\":\"a\\u001b[2Jb\",\"http_code\":200,\"exitcode\":0}".utf8)
        let line = try RecordLine(json[...])
        let format = try WriteOut(parsing: "%{content_type}\\t%{stderr}%{content_type}\\n")
        for (isForTerminal, shown) in [(true, "a^[[2Jb\t"), (false, "a\u{1B}[2Jb\t")] {
            var (output, errors): ([UInt8], [UInt8]) = ([], [])
            format.write(
                line, json: json[...], id: FetchID(index: 0), isForTerminal: isForTerminal, to: &output, &errors)
            #expect(String(decoding: output, as: UTF8.self) == shown)
            #expect(String(decoding: errors, as: UTF8.self) == "a^[[2Jb\n")
            var csv = CSVRecord(hasHeading: true, isForTerminal: isForTerminal)
            var cells: [UInt8] = []
            csv.write(line, to: &cells)
            #expect(cells.contains(0x1B) == !isForTerminal)
        }
    }

    @Test("CSV has a heading, quotes what needs it, and leaves the unknown empty")
    func csv() throws {
        var csv = CSVRecord()
        var bytes: [UInt8] = []
        for line in try lines() { csv.write(line.line, to: &bytes) }
        let rows = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(rows.count == 4 && rows[3].isEmpty)
        let columns = rows[0].split(separator: ",").map(String.init)
        #expect(columns == ResultRecord.memberNames.filter { $0 != "attempts" && $0 != "headers" })
        #expect(rows[1].contains(#","https://h/a,b""c",https://h/a,GET,200,"#))
        let second = rows[2].split(separator: ",", omittingEmptySubsequences: false)
        #expect(second.count == columns.count)
        #expect(second[columns.firstIndex(of: "http_code")!] == "")
        #expect(second[columns.firstIndex(of: "errormsg")!] == "Couldn't connect")
    }
}
