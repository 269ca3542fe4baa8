import Testing

@testable import fetchtop

@Suite("NDJSON jobs") struct InputNDJSONTests {
    private func only(_ line: String, rules: InputRules = InputRules()) throws -> FetchJob {
        let batch = parse(line, format: .ndjson, rules: rules)
        #expect(batch.problems.isEmpty)
        return try #require(batch.jobs.first)
    }

    @Test("Every documented key reaches the job")
    func allKeys() throws {
        let job = try only(
            #"""
            {"url":"https://a.example/x","id":"x1","method":"PUT","headers":{"Accept":"*/*","X":["1","2"]},"output":"d/x.html",\#
            "priority":-5,"tag":"b7","max_time":1.5,"retry":1,"checksum":"sha-256=\#(String(repeating: "aB", count: 32))",\#
            "data":"a=1","referer":"r","user_agent":"ua","range":"0-9","cookie":"c=1"}
            """#)
        #expect(job.url == "https://a.example/x")
        var expected = FetchJob.Values()
        expected.lineNumber = 1
        expected.id = "x1"
        expected.method = "PUT"
        expected.headers = [
            .init(name: "Accept", value: "*/*"), .init(name: "X", value: "1"), .init(name: "X", value: "2"),
            .init(name: "Content-Type", value: "application/x-www-form-urlencoded"),
        ]
        expected.output = "d/x.html"
        expected.priority = -5
        expected.tag = "b7"
        expected.maxTime = .milliseconds(1500)
        expected.retries = 1
        expected.checksum = "sha-256=" + String(repeating: "aB", count: 32)
        expected.body = Array("a=1".utf8)
        expected.referer = "r"
        expected.userAgent = "ua"
        expected.range = "0-9"
        expected.cookie = "c=1"
        #expect(job.values == expected)
    }

    @Test("Blanks around a header's value are no part of it, and a value of blanks is none")
    func blankHeaders() throws {
        let job = try only(#"{"url":"http://h/","headers":{"A":" a b\t","B":" \t ","C":[" "]}}"#)
        #expect(
            job.values.headers == [
                .init(name: "A", value: "a b"), .init(name: "B", value: ""), .init(name: "C", value: ""),
            ])
    }

    @Test("A job that is only a URL carries nothing else")
    func plain() throws {
        #expect(try only(#"{"url":"http://h/","id":null}"#).extras == nil)
    }

    @Test("A body means POST, and JSON says what it is")
    func bodies() throws {
        #expect(try only(#"{"url":"http://h/","data":""}"#).values.method == "POST")
        #expect(try only(#"{"url":"http://h/","data_base64":"AP8="}"#).values.body == [0, 255])
        let json = try only(#"{"url":"http://h/","json":{"a": [1]}}"#).values
        #expect(json.body == Array(#"{"a": [1]}"#.utf8))
        #expect(json.headers.first == .init(name: "Content-Type", value: "application/json"))
    }

    @Test("Numbers are ids, header arrays are curl's -H")
    func variants() throws {
        #expect(try only(#"{"url":"http://h/","id":17}"#).id == "17")
        let headers = try only(#"{"url":"http://h/","header":["A: b","User-Agent:"]}"#).values.headers
        #expect(headers == [.init(name: "A", value: "b"), .init(name: "User-Agent", value: "")])
    }

    @Test(
        "A bad record is refused with the reason",
        arguments: [
            ("{}", "line 1: no url"), ("[]", "line 1: expected an object, column 1"),
            (#"{"url":"http://h/"} x"#, "line 1: text after the end of the JSON value, column 21"),
            (#"{"url":5}"#, "line 1: expected a string, column 8"),
            (#"{"url":"x"}"#, "line 1: malformed URL: no http:// or https:// in front"),
            (#"{"url":"http://h/","prioritiy":1}"#, "line 1: unknown key 'prioritiy'"),
            (#"{"url":"http://h/","priority":1.5}"#, "line 1: expected a whole number, column 34"),
            (#"{"url":"http://h/","priority":99999999999}"#, "line 1: priority 99999999999 is out of range"),
            (#"{"url":"http://h/","id":""}"#, "line 1: empty id"),
            (#"{"url":"http://h/","method":"G T"}"#, "line 1: not a method: 'G T'"),
            (#"{"url":"http://h/","headers":{"A":"b\r\nX: y"}}"#, "line 1: header A: a line break or NUL in a header"),
            (#"{"url":"http://h/","headers":{"A b":""}}"#, "line 1: not a header name: 'A ***'"),
            (#"{"url":"http://h/","cookie":"a\nb"}"#, "line 1: a line break or NUL in a header"),
            (#"{"url":"http://h/","max_time":0}"#, "line 1: max_time 0.0 is out of range"),
            (#"{"url":"http://h/","retry":-1}"#, "line 1: retry -1 is out of range"),
            (
                #"{"url":"http://h/","checksum":"md6=1"}"#,
                "line 1: checksum 'md6=1': unknown checksum type 'md6': it is one of md5, sha-1, sha-256, sha-512"
            ),
            (#"{"url":"http://h/","data_base64":"A"}"#, "line 1: data_base64 is not base64"),
            (#"{"url":"http://h/","key":"/etc/key"}"#, "line 1: unknown key 'key'"),
        ])
    func refuses(line: String, message: String) {
        let batch = parse(line, format: .ndjson)
        #expect(batch.jobs.isEmpty)
        #expect(batch.problems.map(\.description) == [message])
    }

    @Test("Outputs outside the output directory need trust", arguments: ["/etc/passwd", "../x", "a/../../x", ".."])
    func untrustedOutputs(path: String) throws {
        let line = #"{"url":"http://h/","output":"\#(path)"}"#
        let batch = parse(line, format: .ndjson)
        #expect(batch.jobs.isEmpty)
        #expect(batch.problems.first?.message.hasSuffix("(--trust-input allows it)") == true)
        #expect(try only(line, rules: InputRules(isTrusted: true)).output == path)
    }

    @Test("Base64 both ways", arguments: [[], [0], [0, 255], [1, 2, 3], [UInt8](0...255)])
    func base64(bytes: [UInt8]) {
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        #expect(Base64.encode(Array("any carnal pleas".utf8)) == "YW55IGNhcm5hbCBwbGVhcw==")
        for bad in ["A", "AB", "A===", "AB=C", "A B=", "AB==AB==", "/x==", "\u{e9}AAA"] {
            #expect(Base64.decode(bad) == nil)
        }
    }
}
