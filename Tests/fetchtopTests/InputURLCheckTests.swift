import Testing

@testable import fetchtop

@Suite("URL check") struct InputURLCheckTests {
    @Test(
        "What libcurl can fetch passes",
        arguments: [
            "http://example.com", "https://example.com/", "HTTP://EXAMPLE.com:80/x?y#z", "http://h:/", "http://h:65535",
            "http://user:p@ss@h/", "http://[::1]:8080/", "http://[fe80::1%25eth0]/", "http://münchen.example/straße",
            "http://a_b-c.example./", "http://127.0.0.1?q=http://x", "http://h/[1]{2}|3",
        ])
    func accepts(url: String) {
        #expect(URLCheck.problem(with: url) == nil)
    }

    @Test(
        "What is certainly wrong is named",
        arguments: [
            ("", URLProblem.empty), ("example.com/x", .noScheme), ("not-a-url", .noScheme), ("://x", .noScheme),
            ("example.com:80/x", .noScheme), ("ftp://h/x", .unsupportedScheme("ftp")),
            ("htp://h", .unsupportedScheme("htp")), ("file:///etc/passwd", .unsupportedScheme("file")),
            ("http://", .noHost), ("http:///x", .noHost), ("http:/x", .noHost), ("https://?q", .noHost),
            ("http://:80/", .noHost), ("http://user@/", .noHost), ("http://a b/", .space(position: 9)),
            ("http://h/a b", .space(position: 11)), ("http://h/\u{1}", .controlCharacter(1, position: 10)),
            ("http://h\r\nX: y", .controlCharacter(13, position: 9)),
            ("http://h/\u{7f}", .controlCharacter(127, position: 10)),
            ("http://h:80x/", .badPort(":80x")), ("http://h:65536/", .badPort(":65536")),
            ("http://h:99999999999999999999/", .badPort(":99999999999999999999")),
            ("http://[::1/", .unclosedBracket("[::1")), ("http://[1-3]/", .badHost("[1-3]")),
            ("http://[::1]x/", .badPort("x")),
            ("http://./", .badHost(".")), ("http://h../", .badHost("h..")), ("http://a,b/", .badHost("a,b")),
        ])
    func refuses(url: String, problem: URLProblem) {
        #expect(URLCheck.problem(with: url) == problem)
    }

    @Test("An argument without a scheme means http, as with curl")
    func guesses() {
        #expect(URLCheck.guessingScheme("example.com/x") == "http://example.com/x")
        #expect(URLCheck.guessingScheme("https://example.com") == "https://example.com")
    }
}
