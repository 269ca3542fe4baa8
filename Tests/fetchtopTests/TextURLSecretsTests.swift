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

    @Test(arguments: [
        // What servers read, whatever is escaped, and how often.
        ("http://h/?To%6ben=TOKEN11&a=1", "http://h/?To%6ben=***&a=1"),
        ("http://h/?To%256ben=a%26b&c=1", "http://h/?To%256ben=***&c=1"),
        (
            "http://h/redir/http:%2f%2fu9:PASSWD9@host/x%3ftoken=TOKEN9",
            "http://h/redir/http:%2f%2f***@host/x%3ftoken=***"
        ),
        ("http://h/?u=http%253A%252F%252Fu%253Ap%2540i%252F", "http://h/?u=http%253A%252F%252F***%2540i%252F"),
        (
            "http://h/?u=http%3A%2F%2Fi%2F%3Ftoken%3Da%2526b%26c%3D1",
            "http://h/?u=http%3A%2F%2Fi%2F%3Ftoken%3D***%26c%3D1"
        ),
        ("http://h/?u=http%3A%2F%2Fi%2F%3Ftoken%3Da&c=1", "http://h/?u=http%3A%2F%2Fi%2F%3Ftoken%3D***&c=1"),
        ("http://h/a%20b%2fc/%E2%82%AC?q=%3D%26", "http://h/a%20b%2fc/%E2%82%AC?q=%3D%26"),
        ("http://h/100%/?a=%", "http://h/100%/?a=%"), ("http://h/p/http://u:p/w@i/x", "http://h/p/http://***@i/x"),
        ("http://h/?a=MDEyMzQ1Njc4OWFiY2RlZg%2FNDUyMzQ1Njc4%3D%3D&b=1", "http://h/?a=***&b=1"),
        (
            "http://h/?a=%2Fdir%2F2024%2F11%2F23%2Ffile.html%2Fmore",
            "http://h/?a=%2Fdir%2F2024%2F11%2F23%2Ffile.html%2Fmore"
        ),
        ("http:/u:p@h/x", "http:/u:***@h/x"),
    ])
    func whatIsEscapedIsReadAsServersReadIt(url: String, masked: String) {
        #expect(Secrets.masked(url: url) == masked)
        #expect(URLText(url).text.string.hasSuffix(masked.dropFirst(20)))
    }

    @Test(arguments: [
        ("http://h/a;jsessionid=JSESS8", "http://h/a;jsessionid=***"),
        ("http://h/a;v=1;PHPSESSID=x/b;sid=y?q=1", "http://h/a;v=1;PHPSESSID=***/b;sid=***?q=1"),
        ("http://h/a;v=token/token=b", "http://h/a;v=token/token=b"),
        ("http://h/cb?code=4/0AX4XfWhabc&scope=x", "http://h/cb?code=***&scope=x"),
        ("http://h/cb?code=CODE4", "http://h/cb?code=***"), ("http://h/cas?ticket=ST-1-abc", "http://h/cas?ticket=***"),
        // Codes of other kinds: a status, a currency, a language; a number for a login has six digits.
        ("http://h/?code=404", "http://h/?code=404"),
        ("http://h/?code=USD&ticket=4711", "http://h/?code=USD&ticket=4711"),
        ("http://h/?code=en-GB", "http://h/?code=en-GB"), ("http://h/?code=123456", "http://h/?code=***"),
        ("http://h/?zipcode=abc12345&encoding=x1", "http://h/?zipcode=abc12345&encoding=x1"),
        (
            "http://h/?access.key=a&Subscription-Key=b&apiKey=c",
            "http://h/?access.key=***&Subscription-Key=***&apiKey=***"
        ),
        (
            "http://h/?SAMLResponse=a&code_verifier=b&client_assertion=c",
            "http://h/?SAMLResponse=***&code_verifier=***&client_assertion=***"
        ),
        ("http://h/?authority=h&authors=x&authorisation=1", "http://h/?authority=h&authors=x&authorisation=***"),
    ])
    func namesOfCredentialsAreKnown(url: String, masked: String) {
        #expect(Secrets.masked(url: url) == masked)
    }

    @Test(arguments: [
        ("http://h/p/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.PATHJWT8/x", "http://h/p/***/x"),
        ("http://h/p/eyJhbGciOiJIUzI1NiJ9%2EeyJzdWIiOiIxIn0", "http://h/p/***"),
        ("http://h/eyJhbGciOiJIUzI1NiJ9", "http://h/eyJhbGciOiJIUzI1NiJ9"), ("http://h/eyJ.a.b", "http://h/eyJ.a.b"),
        ("no token eyJhbGciOiJub25lIn0.eyJhIjoxfQ. taken", "no token ***. taken"),
    ])
    func signedTokensAreHiddenWhereverTheyStand(text: String, masked: String) {
        #expect(Secrets.masked(text: text) == masked)
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
        #expect(Secrets.masked(text: "no route to 'http://u:p@h' at 12:30") == "no route to 'http://u:***@h' at 12:30")
        #expect(Secrets.masked(form: "name=x&password=y") == "name=x&password=***")
        #expect(
            Secrets.masked(text: "for 'x://u:p@h:1' (http://h/?token=1).")
                == "for 'x://u:***@h:1' (http://h/?token=***)."
        )
        #expect(Secrets.masked(form: "{\"a\":1}") == "{\"a\":1}")
        #expect(
            Secrets.masked(
                form: #"{"user":"me","passwords":["a\"b",2],"x":{"pin":1,"api_key" : 7},"u":"http://u:p@h"}"#)
                == #"{"user":"me","passwords":["***",***],"x":{"pin":1,"api_key" : ***},"u":"http://u:***@h"}"#)
        #expect(Secrets.masked(header: "Location", value: "/x?token=1") == "/x?token=***")
        #expect(Secrets.masked(header: "Location", value: "https://h/x?token=1") == "https://h/x?token=***")
        #expect(Secrets.masked(header: "Set-Cookie", value: "sid=1; path=/") == "sid=***" as String)
        #expect(Secrets.masked(header: "Authorization", value: "Basic abc") == "Basic ***" as String)
        #expect(Secrets.masked(header: "Authorization", value: "a-token-of-one-s-own with blanks") == "***" as String)
    }

    @Test(arguments: [
        ("Set-Cookie2", true), ("X-Api-Key", true), ("X-Auth-User", true), ("X-Session-Id", true), ("Api_Key", true),
        ("Ocp-Apim-Subscription-Key", true), ("Authentication-Info", true), ("X-Access-Key", true),
        ("WWW-Authenticate", false), ("Proxy-Authenticate", false), ("X-RateLimit-Remaining-Tokens", false),
        ("Access-Control-Allow-Credentials", false), ("X-Author", false), ("Idempotency-Key", false), ("ETag", false),
        ("X-Functions-Key", true), ("Fastly-Key", true), ("DD-APPLICATION-KEY", true), ("X-App-Key", true),
        ("X-User-Pass", true), ("X-Authenticate-Token", true), ("X-Authenticated-Session", true), ("X-AppKey", true),
        ("My-RateLimit-Token", true), ("Sec-WebSocket-Key", false), ("Cache-Key", false), ("Surrogate-Key", false),
        ("X-Monkey", false), ("X-Bypass", false), ("RateLimit", false), ("X-Rate-Limit-Tokens", false),
    ])
    func headersAreCredentialsByTheSameNames(name: String, isSecret: Bool) {
        #expect(Secrets.isSecret(header: name) == isSecret)
    }
}
