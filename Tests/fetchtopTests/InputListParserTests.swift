import Testing

@testable import fetchtop

@Suite("Lists of jobs") struct InputListParserTests {
    @Test("A plain list: URLs, blank lines, comments, blanks around, CRLF, no newline at the end")
    func plain() {
        let batch = parse("# list\n\n  http://h/1  \r\nhttp://h/2\n\thttp://h/3", format: .urls)
        #expect(batch.jobs.map(\.url) == ["http://h/1", "http://h/2", "http://h/3"])
        #expect(batch.problems.isEmpty)
        #expect(batch.jobs.allSatisfy { $0.extras == nil })
    }

    @Test("A malformed URL is named with its line, and the rest goes on")
    func badLine() {
        var lines = (1...20).map { "http://h/\($0)" }
        lines[16] = "htp://h/17"
        let batch = parse(lines.joined(separator: "\n"), format: nil)
        #expect(batch.jobs.count == 19)
        #expect(batch.problems.map(\.description) == ["line 17: unsupported scheme 'htp' (only http and https)"])
    }

    @Test(
        "What is plainly a host needs no scheme, as on the command line; other words do",
        arguments: [
            ("127.0.0.1:9900/a", true), ("example.com", false), ("localhost/x", true), ("localhost:80", true),
            ("[::1]:8080/x", true), ("h:8080?q", false), ("example.com/a:b@c", true), ("nonsense", false),
            ("foo/bar.html", false), ("mailto:me@example.com", false), ("me:pw@example.com", false), ("end.", false),
            ("javascript:x", false), ("3.14", false), ("12:30", false), ("10.0.0.1", false), ("10.0.0.1:8080", true),
            ("1.2.3", false), ("3com.example/", true), (".hidden", false), (":80", false), ("h:99999", false),
            ("http:example.com", false), ("localhost", true), ("example.com?q", true), ("example.com:80", true),
            ("[::1]", true), ("TODO:1", false), ("Chapter:5", false), ("error:404", false), ("README.md", false),
            ("README.md#use", false), ("foo.txt", false), ("foo.txt:", false), ("v1.2/notes", false), ("1.2/x", false),
        ])
    func bareHosts(text: String, isTaken: Bool) {
        for (format, line) in [(InputFormat.urls, text), (.ndjson, #"{"url":"\#(text)"}"#), (.aria2, text)] {
            let batch = parse(line, format: format)
            #expect(batch.jobs.map(\.url) == (isTaken ? ["http://" + text] : []), "\(format)")
            #expect(batch.problems.isEmpty == isTaken, "\(format)")
        }
    }

    @Test("Globs are not expanded in a list, as curl does not")
    func noGlobs() {
        #expect(parse("http://h/[1-3]{a,b}", format: .urls).jobs.map(\.url) == ["http://h/[1-3]{a,b}"])
    }

    @Test("Bytes that are not UTF-8 are refused, not repaired into another URL")
    func notUTF8() {
        var parser = ListParser(format: .urls)
        let batch = parser.feed(Array("http://h/".utf8) + [0xff, 0x0a] + Array("http://h/2\n".utf8))
        #expect(batch.problems.map(\.line) == [1])
        #expect(batch.jobs.map(\.url) == ["http://h/2"])
    }

    @Test("However the bytes are cut into chunks, the jobs are the same", arguments: [1, 2, 3, 7, 64])
    func chunks(size: Int) {
        let text =
            "\u{FEFF}{\"url\":\"http://h/ü\"}\r\n\n# x\n{\"url\":\"http://h/2\",\"id\":7}\nnonsense\n{\"url\":\"http://h/3\"}"
        var parser = ListParser(format: nil)
        var batch = InputBatch()
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            batch.append(parser.feed(Array(rest.prefix(size))))
            rest = rest.dropFirst(size)
        }
        batch.append(parser.finish())
        #expect(batch.jobs.map(\.url) == ["http://h/ü", "http://h/2", "http://h/3"])
        #expect(batch.problems.map(\.line) == [5])
    }

    @Test("A job comes out with its own line, not with the next one")
    func streams() {
        var parser = ListParser(format: nil)
        #expect(parser.feed(Array("http://h/1\n".utf8)).jobs.count == 1)
        #expect(parser.feed(Array("http://h".utf8)).jobs.isEmpty)
        #expect(parser.feed(Array("/2\nhttp://h/3".utf8)).jobs.map(\.url) == ["http://h/2"])
        #expect(parser.finish().jobs.map(\.url) == ["http://h/3"])
    }

    @Test("What a line, or the end of a section, stands for comes in pieces, and in the order of the lines")
    func pieces() {
        let urls = (1...1_500).map { "url = http://a/\($0)\n" }.joined()
        let text = urls + "next\nurl = http://b/[1-2500]\nnext\nnonsense = 1\nurl = http://c/\nnext\nurl = http://d/\n"
        var parser = ListParser(format: .curl)
        var batches = [parser.feed(Array(text.utf8))]
        while let more = parser.more() { batches.append(more) }
        batches.append(parser.finish())
        #expect(batches.allSatisfy { $0.jobs.count <= ListParser.mostDue })
        let expected = (1...1_500).map { "http://a/\($0)" } + (1...2_500).map { "http://b/\($0)" } + ["http://d/"]
        #expect(batches.flatMap(\.jobs).map(\.url) == expected)
        let withProblems = batches.filter { !$0.problems.isEmpty }
        #expect(withProblems.flatMap(\.problems).map(\.line) == [1_504, 1_505])
        // All that stands before is in the batches before, or counted in.
        let index = batches.firstIndex { !$0.problems.isEmpty } ?? 0
        let before =
            batches[..<index].reduce(0) { $0 + $1.jobs.count } + (withProblems.first?.jobCountBeforeProblem ?? -1)
        #expect(before == 4_000)
    }

    @Test("A line without end is given up, and what follows it is read")
    func endlessLine() {
        var parser = ListParser(format: .urls)
        var batch = InputBatch()
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        for _ in 0..<18 { batch.append(parser.feed(chunk)) }
        batch.append(parser.feed(Array("\nhttp://h/2\n".utf8)))
        #expect(batch.problems.map(\.description) == ["line 1: longer than 16 MiB"])
        #expect(batch.jobs.map(\.url) == ["http://h/2"])
    }

    @Test(
        "The format is found out from the name or the first lines",
        arguments: [
            (nil, "http://h/1\nhttp://h/2\n", InputFormat.urls), (nil, "", .urls), (nil, "not-a-url\n", .urls),
            (nil, "garbage line\n", .urls), (nil, "# c\n\n{\"url\":\"http://h\"}\n", .ndjson),
            ("jobs.NDJSON", "", .ndjson), ("jobs.jsonl", "http://h/", .ndjson), ("x.aria2", "http://h/", .aria2),
            (nil, "http://h/1\n  out=x\nhttp://h/2\n", .aria2), (nil, "http://h/1\n  http://h/2?a=b\n", .urls),
            (nil, "GET http://h/\nX: y\n", .vegeta), (nil, "url = \"http://h\"\n", .curl),
            (nil, "-H \"X: y\"\n", .curl),
            (nil, "--url http://h\n", .curl), (nil, "output: x\n", .curl),
        ])
    func detects(name: String?, text: String, expected: InputFormat) {
        #expect(InputFormat.detect(fileName: name, head: ArraySlice(text.utf8)) == expected)
    }
}

/// All of `text` through a parser in one piece.
func parse(_ text: String, format: InputFormat?, rules: InputRules = InputRules()) -> InputBatch {
    var parser = ListParser(format: format, rules: rules)
    var batch = parser.feed(Array(text.utf8))
    batch.append(parser.finish())
    while let more = parser.more() { batch.append(more) }
    return batch
}

extension InputBatch {
    mutating func append(_ other: InputBatch) {
        jobs += other.jobs
        problems += other.problems
    }
}
