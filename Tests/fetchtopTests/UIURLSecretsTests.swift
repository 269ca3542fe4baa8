import Testing

@testable import fetchtop

@Suite struct URLSecretsTests {
    @Test(arguments: [
        ("https://u:p@h.example/a?b=c", "https://u:***@h.example/a?b=c"),
        ("https://a@b@c/x@y", "https://***@c/x@y"), ("https://a:p@b@c/", "https://a:***@c/"),
        ("http://h/", "http://h/"), ("not a url", "not a url"), ("", ""),
        // A name that stands alone, or before nothing, may be a token; so may a long one.
        ("https://ghp_x@h/", "https://***@h/"), ("https://sk_x:@h/", "https://***:@h/"),
        ("https://0123456789abcdef0123456789abcdef:x@h/", "https://***:***@h/"),
        // A password with a slash in it is no URL; nobody wants to see it all the same.
        ("http://u:p/w@h/x", "http://u:***@h/x"), ("http://h:80/x@y", "http://h:80/x@y"),
        ("http://[::1]:80/x@y", "http://[::1]:80/x@y"), ("h.example:80", "h.example:80"), ("u:p@h", "u:***@h"),
    ])
    func whatIdentifiesSomebodyIsHidden(url: String, masked: String) {
        #expect(Secrets.masked(url: url) == masked)
    }

    @Test(arguments: [
        ("https://h/a?token=abc&x=1#f", "https://h/a?token=***&x=1#f"),
        ("h.example/x?password=1", "h.example/x?password=***"),
        ("https://h/#access_token=abc&state=1", "https://h/#access_token=***&state=1"),
        ("https://h/#/callback?id_token=abc", "https://h/#/callback?id_token=***"),
        ("https://h/?a=1;sig=2&key=&API_KEY=3=4", "https://h/?a=1;sig=***&key=&API_KEY=***"),
        ("https://h/token=abc", "https://h/token=abc"),
        ("https://h/?monkey=1&author=x", "https://h/?monkey=1&author=x"),
        ("https://h/?authorization=1&oauth=2", "https://h/?authorization=***&oauth=***"),
        ("https://h/?id=0123456789abcdef0123456789abcdef", "https://h/?id=***"),
        ("https://h/?id=123e4567-e89b-12d3-a456-426614174000", "https://h/?id=123e4567-e89b-12d3-a456-426614174000"),
        ("https://h/?key", "https://h/?key"), ("https://h/?", "https://h/?"),
        ("https://h?token=1", "https://h?token=***"),
    ])
    func valuesThatAreCredentialsAreHidden(url: String, masked: String) {
        #expect(Secrets.masked(url: url) == masked)
    }

    @Test(arguments: [
        ("http://h/proxy/http://u:p@i/x", "http://h/proxy/http://***@i/x"),
        ("http://h/?u=http://u:p@i/x", "http://h/?u=http://***@i/x"),
        ("http://h/?u=https%3A%2F%2Fu%3Ap%40i%2Fx", "http://h/?u=https%3A%2F%2F***%40i%2Fx"),
        ("http://h/@user/%40x", "http://h/@user/%40x"), ("http://h/?token=http://u:p@i/", "http://h/?token=***"),
    ])
    func urlsWithinURLsHaveTheirSecretsHidden(url: String, masked: String) {
        #expect(Secrets.masked(url: url) == masked)
    }

    @Test func whatIsMaskedStaysMasked() {
        let url = "https://user:pw@h/p?token=abc&q=1#access_token=z"
        let once = Secrets.masked(url: url)
        #expect(once == "https://user:***@h/p?token=***&q=1#access_token=***")
        #expect(Secrets.masked(url: once) == once)
        #expect(URLText(url).text.string == once)
        #expect(URLText(url, revealing: true).text.string == url)
    }

    @Test func sentencesFormsAndHeadersAreMaskedAsURLsAre() {
        #expect(Secrets.masked(text: "no route to 'http://u:p@h' at 12:30") == "no route to 'http://***@h' at 12:30")
        #expect(Secrets.masked(form: "name=x&password=y") == "name=x&password=***")
        #expect(Secrets.masked(form: "{\"a\":1}") == "{\"a\":1}")
        #expect(Secrets.masked(header: "Location", value: "/x?token=1") == "/x?token=***")
        #expect(Secrets.masked(header: "Location", value: "https://h/x?token=1") == "https://h/x?token=***")
        #expect(Secrets.masked(header: "Set-Cookie", value: "sid=1; path=/") == "sid=***" as String)
        #expect(Secrets.masked(header: "Authorization", value: "Basic abc") == "Basic ***" as String)
    }
}
