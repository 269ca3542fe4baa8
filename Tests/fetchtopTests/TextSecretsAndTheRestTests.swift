import FetchLoop
import Testing

@testable import fetchtop

/// What hides secrets takes its time from the length of a text only, hides what has odd names, and leaves the rest alone.
@Suite struct SecretsAndTheRestTests {
    /// As long as libcurl lets a `Location` be. Undone one after the other, these escapes would take days.
    @Test func chainsOfEscapesComeToAnEnd() {
        let chain = "%" + String(repeating: "25", count: 50_000) + "41"
        let undone = UnescapedText.whole(chain.utf8.span)?.count
        #expect(undone == chain.utf8.count - 2 * UnescapedText.depth)
        let mixed = String(repeating: "%252525252525255Fa1", count: 5_000)
        for text in [chain, mixed] {
            for url in [
                "http://h/?x=\(text)", "http://h/?\(text)=x", "http://h/\(text)/a;\(text)=\(text)",
                "http://h/#\(text)=1",
                "http://\(text):p@h/",
            ] {
                #expect(!Secrets.masked(url: url).isEmpty)
                #expect(!Secrets.masked(header: "Location", value: url).isEmpty)
                #expect(!Secrets.masked(text: "to '\(url)'").isEmpty)
            }
            #expect(!Secrets.masked(header: "X-A", value: text).isEmpty)
            #expect(!Secrets.masked(form: #"{"a":"\#(text)"}"#).isEmpty)
            #expect(!Secrets.masked(form: "a=\(text)&b=\(text)").isEmpty)
        }
        let many = "http://h/?" + String(repeating: "%74oken=1&", count: 10_000)
        #expect(Secrets.masked(url: many) == "http://h/?" + String(repeating: "%74oken=***&", count: 10_000))
    }

    @Test(arguments: [
        "https://h/?file=annual-report-2023-2024-final-v2.pdf",
        "https://h/?q=how+to+install+ubuntu+22.04+on+a+2019+mac", "https://h/?max_tokens=100&tokens=5&maxTokensCount=6",
        "https://h/?pc=win10-x64-rtx3080-i7-12700k-ddr5-16gb", "https://h/?sort_key=name&compass=n&monkey=1",
    ])
    func whatIsNoCredentialIsShown(url: String) {
        #expect(Secrets.masked(url: url) == url)
        #expect(Secrets.masked(form: String(url.dropFirst("https://h/?".count))) == url.dropFirst("https://h/?".count))
    }

    @Test(arguments: [
        ("user_pass=a&user[pass]=b&pass[]=c&pass[0]=d", "user_pass=***&user[pass]=***&pass[]=***&pass[0]=***"),
        ("app_key=a&appKey=b&passcode=c&hdnea=d", "app_key=***&appKey=***&passcode=***&hdnea=***"),
        ("user%5Bpass%5D=a&user[api][key]=b", "user%5Bpass%5D=***&user[api][key]=***"),
        ("x=dGhpc19p-c3Rva2VuMQ_aGVsbG8xd29ybGQy", "x=***"),
        ("tokensecret=a&token_set=b", "tokensecret=***&token_set=***"),
    ])
    func namesOfFormsAreKnown(form: String, masked: String) {
        #expect(Secrets.masked(form: form) == masked)
        #expect(Secrets.masked(url: "http://h/?" + form) == "http://h/?" + masked)
    }

    @Test(arguments: [
        ("From", "me@example.com", "me@example.com"),
        ("User-Agent", "Bot (+mailto:bot@example.com)", "Bot (+mailto:bot@example.com)"),
        ("User-Agent", "Bot (+http://u:p@h/)", "Bot (+http://u:***@h/)"),
        ("Location", "http://u:HUNTER2 x@127.0.0.1/", "http://u:***@127.0.0.1/"),
        ("Content-Location", "http://u:HUNTER2 x y@127.0.0.1/", "http://u:***@127.0.0.1/"),
        ("Referer", "//u:HUNTER2@h/?token=a b", "//u:***@h/?token=***"), ("location", "/@me/x", "/@me/x"),
        ("X-Note", "see http://u:HUNTER2 and x@h/ there", "see http://u:***@h/ there"),
        ("X-Note", "http://u:a b/c me@example.com", "http://u:a b/c me@example.com"),
        ("X-Note", "http://h:80 of me@example.com", "http://h:80 of me@example.com"),
        ("X-Note", "'http://h:x' of me@example.com", "'http://h:x' of me@example.com"),
        ("X-Note", "u:HUNTER2@h", "u:***@h"),
    ])
    func passwordsInHeadersAreHiddenAndAddressesAreNot(name: String, value: String, masked: String) {
        #expect(Secrets.masked(header: name, value: value) == masked)
    }

    @Test(arguments: [
        (#"{"pass\u0077ord":"HUNTER2"}"#, #"{"pass\u0077ord":"***"}"#),
        (
            #"{"password":[["x"],"HUNTER2",{"a":1},"HUNTER2"],"b":2}"#,
            #"{"password":[["***"],"***",{"a":1},"***"],"b":2}"#
        ),
        (#"["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0", "b"]"#, #"["***", "b"]"#),
        (#"{"a":["\u0065yJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0"]}"#, #"{"a":["***"]}"#),
        (#"{"u":"http:\/\/u:HUNTER2@h\/","max_tokens":100}"#, #"{"u":"http:***@h\/","max_tokens":100}"#),
        (#"{password: "HUNTER2", a: "b"}"#, #"{password: "***", a: "b"}"#),
        (#"{"a":{"password":"HUNTER2"},"b":["c"]}"#, #"{"a":{"password":"***"},"b":["c"]}"#),
        ("a=1&data=%7B%22password%22%3A%22HUNTER2%22%7D", "a=1&data=***"),
        (#"a=1&data={"password":"HUNTER2"}&b=2"#, #"a=1&data={"password":"***"}&b=2"#),
        ("a=1&data=%7B%22page%22%3A2%7D", "a=1&data=%7B%22page%22%3A2%7D"),
    ])
    func bodiesHaveTheirSecretsHidden(body: String, masked: String) {
        #expect(Secrets.masked(form: body) == masked)
    }

    @Test func whatOthersNeedGoesToAnotherOriginAndCredentialsDoNot() throws {
        var options = RunOptions()
        options.request.headers = [
            .init(name: "User-Agent", value: "Bot (+mailto:bot@example.com)"),
            .init(name: "From", value: "me@example.com"),
            .init(name: "Content-Type", value: "multipart/form-data;boundary=0123456789abcdef0123456789abcdef"),
            .init(name: "X-Api-Key", value: "a"), .init(name: "X-Own", value: "Bearer a"),
            .init(name: "X-Forward", value: "http://u:p@h/"), .init(name: "X-Plain", value: "see me@example.com"),
            .init(name: "X-JWT", value: "a"), .init(name: "X-Assured", value: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0"),
        ]
        let builder = try RequestBuilder(options)
        var order = TransferOrder(id: FetchID(index: 0), url: "http://h/", values: nil, method: "GET")
        #expect(builder.request(for: order).originHeaders == ["X-Api-Key", "X-Own", "X-Forward", "X-JWT", "X-Assured"])
        var values = FetchJob.Values()
        values.headers = [
            .init(name: "x-own", value: "plain"), .init(name: "Fastly-Key", value: "a"),
            .init(name: "Accept", value: "*/*"),
        ]
        order = TransferOrder(id: FetchID(index: 0), url: "http://h/", values: values, method: "GET")
        let own = builder.request(for: order).originHeaders
        #expect(own == ["X-Api-Key", "X-Forward", "X-JWT", "X-Assured", "Fastly-Key"])
    }
}
