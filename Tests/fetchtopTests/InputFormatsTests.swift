import Testing

@testable import fetchtop

@Suite("Lists written for other tools") struct InputFormatsTests {
    // MARK: aria2

    @Test("aria2: options belong to the URL above them")
    func aria2() {
        let batch = parse(
            """
            # comment
            http://h/1
              out=one.bin
              dir=sub
              header=X-A: 1
              header=X-B: 2
              max-tries=3
              gid=abc
            http://h/two.bin?x
              dir=sub/
            http://h/3
            """, format: .aria2)
        #expect(batch.problems.isEmpty)
        #expect(batch.jobs.map(\.url) == ["http://h/1", "http://h/two.bin?x", "http://h/3"])
        #expect(batch.jobs[0].output == "sub/one.bin")
        #expect(batch.jobs[0].values.headers.map(\.name) == ["X-A", "X-B"])
        #expect(batch.jobs[0].values.retries == 2)
        #expect(batch.jobs[0].id == "abc")
        #expect(batch.jobs[1].output == "sub/two.bin")
        #expect(batch.jobs[2].extras == nil)
    }

    @Test("aria2: what is not supported is warned about, what is wrong is not fetched")
    func aria2Problems() {
        let text = """
              out=x
            http://h/1\tftp://m/1
              split=5
            http://h/2
              out=/etc/x
            bad
            http://h/
              dir=d
            """
        let batch = parse(text, format: .aria2)
        #expect(batch.jobs.map(\.url) == ["http://h/1"])
        #expect(
            batch.problems.map { "\($0.severity) \($0)" } == [
                "error line 1: an option before the first URL",
                "warning line 2: mirrors are not supported: only the first URL is fetched",
                "warning line 3: aria2's option 'split' is not supported",
                "error line 4: output '/etc/x' is absolute (--trust-input allows it)",
                "error line 6: malformed URL: no http:// or https:// in front",
                "error line 7: dir=d without out=, and the URL names no file",
            ])
    }

    // MARK: curl

    @Test(
        "A line of a curl configuration file splits as curl splits it",
        arguments: [
            (#"url = "http://h/""#, "url", "http://h/"), (#"url=http://h/"#, "url", "http://h/"),
            (#"user-agent: "a \"b\" \\ \t""#, "user-agent", "a \"b\" \\ \t"), (#"-H "A: b""#, "H", "A: b"),
            (#"--url http://h/ # x"#, "url", "http://h/"), (#"data = """#, "data", ""), ("next", "next", nil),
            (#"referer = == x"#, "referer", "x"),
        ] as [(String, String, String?)])
    func curlLine(line: String, name: String, value: String?) throws {
        let option = try CurlConfigLine(ArraySlice(line.utf8))
        #expect(option.name == name)
        #expect(option.value == value)
    }

    @Test("curl: outputs pair with URLs in order, options hold for the section, next begins a new one")
    func curlSections() {
        let batch = parse(
            """
            url = "http://h/[1-2]"
            output = "o-#1"
            user-agent = "ua"
            url = "h/b"
            -O
            header = "X: y"
            next
            url = "http://h/c"
            data = "a=1"
            data = "b=2"
            """, format: .curl)
        #expect(batch.problems.isEmpty)
        #expect(batch.jobs.map(\.url) == ["http://h/1", "http://h/2", "http://h/b", "http://h/c"])
        #expect(batch.jobs.map(\.output) == ["o-1", "o-2", "b", nil])
        #expect(batch.jobs.prefix(3).allSatisfy { $0.values.userAgent == "ua" && $0.values.headers.count == 1 })
        #expect(batch.jobs[3].values.headers.map(\.name) == ["Content-Type"])
        #expect(batch.jobs[3].values.body == Array("a=1&b=2".utf8))
        #expect(batch.jobs[3].method == "POST")
    }

    @Test("curl: an option that cannot be honoured keeps its section from being fetched otherwise than meant")
    func curlUnsupported() {
        let batch = parse("url = http://h/1\nproxy = http://p/\nnext\nurl = http://h/2\n", format: .curl)
        #expect(batch.jobs.map(\.url) == ["http://h/2"])
        #expect(
            batch.problems.map(\.description) == [
                "line 2: curl's option 'proxy' is not supported in a list",
                "line 1: not fetched because of line 2 (1 URLs)",
            ])
    }

    @Test(
        "curl: local files are not read because a list says so",
        arguments: ["data = @/etc/passwd", "header = @x", "cookie = jar"])
    func curlFiles(line: String) {
        let batch = parse("url = http://h/1\n\(line)\n", format: .curl)
        #expect(batch.jobs.isEmpty)
        #expect(batch.problems.first?.message.contains("from a file") == true)
    }

    // MARK: vegeta

    @Test("vegeta: method, headers, targets separated by empty lines")
    func vegeta() {
        let batch = parse("GET http://h/1\n\nPUT http://h/2\nX-A: 1\nX-B: 2\nDELETE http://h/3\n", format: nil)
        #expect(batch.problems.isEmpty)
        #expect(batch.jobs.map(\.url) == ["http://h/1", "http://h/2", "http://h/3"])
        #expect(batch.jobs.map(\.method) == [nil, "PUT", "DELETE"])
        #expect(batch.jobs[1].values.headers.count == 2)
        #expect(batch.jobs[0].extras == nil)
    }

    @Test("vegeta: JSON targets")
    func vegetaJSON() {
        let batch = parse(
            #"{"method":"POST","url":"http://h/1","body":"YWI=","header":{"X":["1","2"]}}"#, format: .vegeta)
        #expect(batch.problems.isEmpty)
        #expect(batch.jobs.first?.values.body == Array("ab".utf8))
        #expect(batch.jobs.first?.values.headers.map(\.value) == ["1", "2"])
    }

    @Test("vegeta: a body file needs trust, and a broken target does not swallow the next")
    func vegetaProblems() {
        let batch = parse(
            "POST http://h/1\n@/etc/passwd\n\nX: y\n\nGET nonsense\nX: y\n\nGET http://h/2\n", format: .vegeta)
        #expect(batch.jobs.map(\.url) == ["http://h/2"])
        #expect(batch.problems.map(\.line) == [2, 4, 6, 7])
    }

    @Test(
        "The name a URL suggests",
        arguments: [
            ("http://h/a/b.html?x#y", "b.html"), ("http://h/%2e%2e", "%2e%2e"), ("http://h/", nil), ("http://h", nil),
            ("http://h/a/..", nil), ("http://h?x/y", nil),
        ] as [(String, String?)])
    func remoteNames(url: String, name: String?) {
        #expect(RemoteName.of(url) == name)
    }
}
