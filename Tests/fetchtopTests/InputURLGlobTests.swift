import Testing

@testable import fetchtop

@Suite("URL globs") struct InputURLGlobTests {
    private func urls(_ text: String) throws -> [String] {
        let glob = try URLGlob(parsing: text)
        return (0..<glob.count).map { glob.expansion(at: $0).url }
    }

    // Left: what is typed. Right: what `curl -w '%{url}'` requests for it.
    @Test(
        "A glob expands to what curl requests",
        arguments: [
            ("http://h/plain", ["http://h/plain"]),
            ("http://h/[1-3]", ["http://h/1", "http://h/2", "http://h/3"]),
            ("http://h/[001-003]", ["http://h/001", "http://h/002", "http://h/003"]),
            ("http://h/[08-10]", ["http://h/08", "http://h/09", "http://h/10"]),
            ("http://h/[1-3:2]", ["http://h/1", "http://h/3"]),
            ("http://h/[0-10:5]", ["http://h/0", "http://h/5", "http://h/10"]),
            ("http://h/[a-e:2]", ["http://h/a", "http://h/c", "http://h/e"]),
            ("http://h/[B-D]", ["http://h/B", "http://h/C", "http://h/D"]),
            ("http://h/[5-5]", ["http://h/5"]),
            ("http://h/[a-a]", ["http://h/a"]),
            ("http://h/{one,two}", ["http://h/one", "http://h/two"]),
            ("http://h/{a,,b}", ["http://h/a", "http://h/", "http://h/b"]),
            ("http://h/{a\\,b,c}", ["http://h/a,b", "http://h/c"]),
            ("http://h/x[1-2]{a,b}", ["http://h/x1a", "http://h/x1b", "http://h/x2a", "http://h/x2b"]),
            ("http://h/\\[1-2\\]", ["http://h/[1-2]"]),
            ("http://h/\\a", ["http://h/\\a"]),
            ("http://[::1]:80/[1-2]", ["http://[::1]:80/1", "http://[::1]:80/2"]),
            ("http://[fe80::1%25eth0]/", ["http://[fe80::1%25eth0]/"]),
            ("http://h/?q[]=1", ["http://h/?q[]=1"]),
            ("http://h/{<site>a,b}[<n>1-2]", ["http://h/a1", "http://h/a2", "http://h/b1", "http://h/b2"]),
            ("", [""]),
        ])
    func expands(text: String, expected: [String]) throws {
        #expect(try urls(text).filter { !$0.isEmpty } == expected.filter { !$0.isEmpty })
    }

    @Test(
        "What was meant to be an IPv6 address is not taken for a range",
        arguments: [
            ("http://[::1", "the bracket of the IPv6 address '[::1' is not closed: it opens", 8),
            ("http://u:p@[fe80::1/a[1-3]", "the bracket of the IPv6 address '[fe80::1' is not closed: it opens", 12),
            ("http://[::zz]/", "'[::zz]' is no IPv6 address: it stands", 8),
            ("http://[1-3/", "bad range", 12), ("http://[1-9:2/", "bad range", 14),
            ("http://h/[::1", "bad range specification", 11),
        ])
    func refusesAddress(url: String, reason: String, position: Int) {
        #expect(throws: GlobError(reason: reason, position: position)) { try URLGlob(parsing: url) }
    }

    // Positions as curl 7.88 prints them for `file:///nonex/` + glob, where it prints a useful one.
    @Test(
        "A broken glob is refused with curl's words and its position",
        arguments: [
            ("[3-1]", "bad range", 20), ("[z-a]", "bad range", 20), ("[a-C]", "bad range", 20),
            ("[A-z]", "bad range", 20), ("[ab-c]", "bad range", 16), ("[1-3", "bad range", 19),
            ("[1-10:0]", "bad range", 23), ("[1-3:5]", "bad range", 22), ("[5-5:2]", "bad range", 22),
            ("[1 - 3]", "bad range", 17), ("[1-9999999999999999999999]", "bad range", 18),
            ("[1:2:3]", "bad range", 17), ("[-1-3]", "bad range specification", 16),
            ("[", "bad range specification", 16),
            ("{}", "empty string within braces", 16), ("{a", "unmatched brace", 15),
            ("{[1-2],x}", "nested brace", 16), ("{a,{b}}", "nested brace", 18), ("{a]", "unexpected close bracket", 17),
            ("a}", "unmatched close brace/bracket", 16), ("a]", "unmatched close brace/bracket", 16),
            ("[1-9223372036854775807]", "range end/step overflow", 38),
            ("[1-4000000000][1-4000000000]", "range overflow", 43),
            ("{<a>1,2}{<a>3,4}", "duplicate glob name 'a'", 24),
        ])
    func refuses(glob: String, reason: String, position: Int) {
        #expect(throws: GlobError(reason: reason, position: position)) {
            try URLGlob(parsing: "file:///nonex/" + glob)
        }
    }

    @Test("A billion URLs cost nothing until one is asked for")
    func isLazy() throws {
        let glob = try URLGlob(parsing: "http://h/[0-999999]/[0-999]")
        #expect(glob.count == 1_000_000_000)
        #expect(glob.expansion(at: 999_999_999).url == "http://h/999999/999")
        #expect(glob.expansion(at: 1_000).url == "http://h/1/0")
    }

    @Test("Back-references name the globs by number and by name")
    func substitutes() throws {
        let glob = try URLGlob(parsing: "http://{one,two}.test/[<n>08-10]")
        let last = glob.expansion(at: glob.count - 1)
        #expect(try last.substituted(into: "d/#1-#2.html") == "d/two-10.html")
        #expect(try last.substituted(into: "#<n>_#1#1") == "10_twotwo")
        #expect(try last.substituted(into: "#0 #3 #x # #<> #") == "#0 #3 #x # #<> #")
        #expect(throws: GlobError(reason: "no glob is named 'm'", position: 1)) {
            try last.substituted(into: "#<m>")
        }
    }

    @Test("With globbing off everything is literal")
    func literal() {
        let glob = URLGlob(literal: "http://h/[1-3]{a}")
        #expect(glob.count == 1)
        #expect(glob.expansion(at: 0).url == "http://h/[1-3]{a}")
    }

    @Test(
        "IPv6 addresses are told from ranges",
        arguments: [
            ("::1", true), ("::", true), ("1::", true), ("fe80::1%25eth0", true), ("1:2:3:4:5:6:7:8", true),
            ("::ffff:192.0.2.1", true), ("1:2:3:4:5:6:192.0.2.1", true),
            ("", false), ("1-3", false), ("1:2:3", false), ("1::2::3", false), ("12345::", false), (":1", false),
            ("1:2:3:4:5:6:7:8:9", false), ("1.2.3.4::", false), ("::256.1.1.1", false), ("::1%", false),
        ])
    func addresses(text: String, isAddress: Bool) {
        #expect(IPv6Literal.isValid(Array(text.utf8)) == isAddress)
    }
}
