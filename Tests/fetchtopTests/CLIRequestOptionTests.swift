import ArgumentParser
import FetchLoop
import TestSupport
import Testing

@testable import fetchtop

@Suite("Options of requests") struct CLIRequestOptionTests {
    @Test("Method, headers, data, login, agent")
    func request() throws {
        let request = try plan(
            "h", "-XPUT", "-H", "A: b", "--header", "User-Agent:", "-H", "-x: y", "-d", "a=1", "--data", "b=2", "-u",
            "me:pw:x",
            "-A", "ua"
        ).options.request
        #expect(request.method == "PUT")
        #expect(
            request.headers == [
                .init(name: "A", value: "b"), .init(name: "User-Agent", value: nil), .init(name: "-x", value: "y"),
                .init(name: "Content-Type", value: "application/x-www-form-urlencoded"),
            ])
        #expect(request.body == Array("a=1&b=2".utf8))
        #expect(request.user == "me:pw:x")
        #expect(request.userAgent == "ua")
        #expect(try plan("h", "--request", "G", "--user-agent", "", "--user", "a:").options.request.userAgent == "")
        #expect(refusal(RequestOptionGroup.self, "-X", "G T")?.contains("not a method") == true)
        #expect(refusal(RequestOptionGroup.self, "-u", "me")?.contains("no password") == true)
        #expect(usageError("h", "-H", "nonsense") == "--header 'nonsense': not a header; write 'Name: value'")
        #expect(refusal(RequestOptionGroup.self, "-A", "a\nb")?.contains("line break") == true)
    }

    @Test(
        "What is mistyped is named without what it was to keep secret",
        arguments: [
            (["-H", "Authorization Bearer hunter2"], "--header 'Authorization ***': not a header"),
            (["-H", "Authorization Bearer hunter2:x"], "not a header name: 'Authorization ***'"),
            (["-H", "Authorization: Bearer hunter2\nX: y"], "--header 'Authorization: ***': a line break"),
            (["-H", "X-Key; hunter2"], "--header 'X-Key; ***': write 'Name: value'"),
            (["-H", "sk-hunter2-0123456789"], "--header '***': not a header"),
            (["-b", "sid=hunter2\nX"], "the value '***' is invalid for '-b"),
            (["-b", "hunter2"], "--cookie '***': neither name=value nor a file that is there"),
            (["--cookie", "sid=hunter2' is invalid for '\nX"], "the value '***' is invalid for '--cookie"),
            (["-e", "http://u:hunter2@h/\nX"], "the value 'http://u:***@h/; X' is invalid for '-e"),
            (["http://u:hunter2/x@h/"], "'http://u:***@h/': malformed URL: bad port '***'"),
        ])
    func secretsInMessages(words: [String], message: String) throws {
        do throws(UsageError) {
            _ = try Invocation.parse(["http://h/"] + words, environment: .terminal)
            Issue.record("it was taken")
        } catch {
            #expect(error.description.contains(message), "\(error)")
            #expect(!error.description.contains("hunter2"), "\(error)")
        }
    }

    @Test(
        "So is what is mistyped in a list",
        arguments: [
            (
                InputFormat.ndjson, #"{"url":"http://h/","header":["Authorization Bearer hunter2"]}"#,
                "'Authorization ***'"
            ),
            (.ndjson, #"{"url":"http://h/","headers":{"Authorization: Bearer hunter2":""}}"#, "'Authorization: ***'"),
            (.aria2, "http://h/\n header Authorization: Bearer hunter2", "not an option: 'header ***'"),
            (.aria2, "http://h/\n header=Authorization Bearer hunter2", "header 'Authorization ***': not a header"),
            (.vegeta, "GET http://h/\nAuthorization Bearer hunter2\n", "header 'Authorization ***': not a header"),
            (.curl, "url = http://h/\nheader = \"Authorization Bearer hunter2\"\n", "header 'Authorization ***'"),
            (.curl, "url = http://h/\n-uuser:hunter2\n", "option 'uuser: ***' is not supported"),
            (.urls, "http://u:hunter2/x@h/", "bad port '***'"),
        ])
    func secretsInMessagesOfLists(format: InputFormat, text: String, message: String) {
        let messages = parse(text + "\n", format: format).problems.map(\.description).joined(separator: "\n")
        #expect(messages.contains(message), "\(messages)")
        #expect(!messages.contains("hunter2"), "\(messages)")
    }

    @Test("Headers and data come from files with @")
    func files() throws {
        try withTemporaryFile("A: b\r\nC: d\n\n") { path in
            let request = try plan("h", "-H", "@\(path)", "-d", "@\(path)").options.request
            #expect(request.headers.map(\.name) == ["A", "C", "Content-Type"])
            #expect(request.body == Array("A: bC: d".utf8))
        }
        #expect(
            usageError("h", "-d", "@/nonexistent") == "--data: cannot read '/nonexistent': No such file or directory")
        #expect(
            usageError("h", "-H", "@/nonexistent") == "--header: cannot read '/nonexistent': No such file or directory")
    }

    @Test("Passwords from a netrc file")
    func netrc() throws {
        #expect(try plan("h").options.request.netrc == .ignored)
        #expect(try plan("h", "--netrc").options.request.netrc == .required)
        #expect(try plan("h", "--netrc-optional").options.request.netrc == .optional)
        try withTemporaryFile("") { path in
            let request = try plan("h", "--netrc-file", path).options.request
            #expect(request.netrc == .required && request.netrcFile == path)
        }
        #expect(usageError("h", "--netrc-file", "/nonexistent")?.hasPrefix("--netrc-file: cannot read") == true)
    }

    @Test("Safety: schemes and private addresses")
    func safety() throws {
        let request = try plan("h", "--proto", "=https", "--proto-redir=-http", "--deny-private").options.request
        #expect(request.protocols == "https" && request.redirectProtocols == "https")
        #expect(request.deniesPrivateAddresses && request.proxy == "")
        #expect(refusal(SafetyOptions.self, "--proto", "-all")?.contains("leaves neither") == true)
        #expect(usageError("h", "--deny-private", "-x", "p")?.contains("what a proxy connects to") == true)
        #expect(usageError("h", "--deny-private", "--unix-socket", "s")?.contains("exclude each other") == true)
    }

    @Test("Only the head, bearer, referer, cookies, ranges, redirects")
    func moreRequest() throws {
        let request = try plan(
            "h", "-I", "--oauth2-bearer", "t", "-e", "http://r/", "-b", "a=1", "--cookie", "b=2", "-r", "0-9,-5", "-L",
            "--max-redirs", "3"
        ).options.request
        #expect(request.method == "HEAD")
        #expect(request.bearerToken == "t")
        #expect(request.referer == "http://r/")
        #expect(request.cookies == ["a=1", "b=2"])
        #expect(request.range == "0-9,-5")
        #expect(request.maxRedirects == 3 && request.followsRedirects)
        #expect(try plan("h", "--max-redirs", "0").options.request.followsRedirects == false)
        #expect(try plan("h", "--head", "-X", "GET", "--location", "--range", "5-").options.request.method == "GET")
        #expect(usageError("h", "-u", "a:b", "--oauth2-bearer", "t") == "--user and --oauth2-bearer exclude each other")
        #expect(
            usageError("h", "-b", "/nonexistent")
                == "--cookie: cannot read '/nonexistent': No such file or directory")
        #expect(usageError("h", "-c", "/nonexistent/jar")?.hasPrefix("--cookie-jar: cannot write") == true)
        #expect(usageError("h", "--cookie-jar", "-")?.hasPrefix("--cookie-jar: '-' is not supported") == true)
        let following = try plan("h", "--referer", "x;auto").options.request
        #expect(following.referer == "x" && following.setsReferer)
        #expect(try plan("h", "-e", ";auto").options.request.referer == nil)
        for range in ["", "5", "-", "9-0", "a-b", "1-2-3", "0-1,"] {
            #expect(refusal(RequestOptionGroup.self, "-r", range)?.contains("range") == true)
        }
    }

    @Test("Bodies: raw, binary, JSON")
    func bodies() throws {
        #expect(try plan("h", "-d", "a\nb").options.request.body == Array("a\nb".utf8))
        #expect(try plan("h", "--data-raw", "@x", "--data-raw", "y").options.request.body == Array("@x&y".utf8))
        try withTemporaryFile("A\r\n") { path in
            let binary = try plan("h", "--data-binary", "@\(path)").options.request
            let text = try plan("h", "--data-ascii", "@\(path)").options.request
            #expect(binary.body == Array("A\r\n".utf8))
            #expect(text.body == Array("A".utf8))
        }
        let json = try plan("h", "--json", "[1,", "--json", "2]", "-H", "accept: text/plain").options.request
        #expect(json.body == Array("[1,2]".utf8))
        #expect(json.headers.map(\.name) == ["accept", "Content-Type"])
        let form = try plan("h", "-d", "a").options.request
        #expect(form.headers == [.init(name: "Content-Type", value: "application/x-www-form-urlencoded")])
        let untyped = try plan("h", "-d", "a", "-H", "content-type:").options.request
        #expect(untyped.headers == [.init(name: "content-type", value: nil)])
        #expect(usageError("h", "-d", "a", "--json", "{}") == "--data and --json exclude each other")
    }
}
