@testable import FetchLoop
import Foundation
import Testing
import TestSupport

/// The parts of the client that need no I/O.
@Suite(.timeLimit(.minutes(5))) struct PureTests {
    @Test(arguments: [
        (Int64(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
    ])
    func datesAreWrittenAsHTTPWantsThem(seconds: Int64, text: String) {
        #expect(HTTPDate.text(seconds) == text)
    }

    @Test func datesOfCertificatesAreRead() {
        #expect(HTTPDate.certificateDate("Nov  6 08:49:37 1994 GMT") == 784_111_777)
        #expect(HTTPDate.certificateDate("Feb 29 00:00:00 2000 GMT") == 951_782_400)
        #expect(HTTPDate.certificateDate("yesterday") == nil)
    }

    /// RFC 9110, section 5.6.7: what seems more than fifty years ahead is in the past. The present is 23 November 2026.
    @Test(arguments: [
        ("94", 1994), ("26", 2026), ("70", 2070), ("76", 2076), ("77", 1977), ("00", 2000),
    ])
    func yearsOfTwoDigitsAreNoMoreThanFiftyAhead(digits: String, year: Int) {
        let seconds = HTTPDate.unixSeconds("Sunday, 06-Nov-\(digits) 08:49:37 GMT", now: 1_795_435_200)
        #expect(seconds.map(HTTPDate.text)?.contains(" 06 Nov \(year) ") == true)
    }

    @Test func fiftyYearsEndToTheSecond() {
        let now: Int64 = 1_795_435_200
        #expect(HTTPDate.text(now) == "Mon, 23 Nov 2026 12:00:00 GMT")
        let last = HTTPDate.unixSeconds("Monday, 23-Nov-76 12:00:00 GMT", now: now)
        #expect(last.map(HTTPDate.text)?.contains("2076") == true)
        let next = HTTPDate.unixSeconds("Monday, 23-Nov-76 12:00:01 GMT", now: now)
        #expect(next.map(HTTPDate.text)?.contains("1976") == true)
    }

    @Test(arguments: [
        "Wed, 31 Feb 2021 08:49:37 GMT", "Mon, 29 Feb 2100 08:49:37 GMT", "Sun, 31 Apr 2021 08:49:37 GMT",
        "Sun Feb 29 08:49:37 2021", "Sunday, 31-Feb-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 PST",
        "Sun, 00 Nov 1994 08:49:37 GMT",
    ])
    func daysThatAMonthLacksAndOtherZonesAreNoDates(text: String) {
        #expect(HTTPDate.unixSeconds(text) == nil)
    }

    @Test func userNamesAreComposed() {
        #expect(Array("Jos\u{65}\u{301}".precomposed.utf8) == Array("Jos\u{E9}".utf8))
        #expect(Array("\u{1112}\u{1161}\u{11AB}".precomposed.unicodeScalars) == ["\u{D55C}"])
        #expect(Array("\u{61}\u{323}\u{302}".precomposed.unicodeScalars) == ["\u{1EAD}"])
        #expect(Array("x\u{301}y".precomposed.unicodeScalars) == ["x", "\u{301}", "y"], "there is no such letter")
        #expect(Array("\u{915}\u{93C}".precomposed.unicodeScalars) == ["\u{915}", "\u{93C}"], "excluded by Unicode")
        #expect("plain".precomposed == "plain")
    }

    /// Whatever the order of its marks, each decomposed text has the form that Unicode's own algorithm gives it.
    @Test func marksAreComposedInWhateverOrderTheyCome() throws {
        var random = SeededGenerator(seed: 1)
        let letters: [Unicode.Scalar] = [
            "a", "e", "o", "u", "s", "A", "O", "\u{3B1}", "\u{438}", "\u{1100}", "\u{915}",
        ]
        let marks: [Unicode.Scalar] = [
            "\u{300}", "\u{301}", "\u{302}", "\u{308}", "\u{30A}", "\u{31B}", "\u{323}", "\u{327}", "\u{328}",
            "\u{345}",
            "\u{1161}", "\u{11A8}", "\u{93C}", "\u{200D}",
        ]
        for _ in 0..<seedCount(20_000) {
            var scalars = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                scalars.append(letters.randomElement(using: &random)!)
                for _ in 0..<Int.random(in: 0...4, using: &random) {
                    scalars.append(marks.randomElement(using: &random)!)
                }
            }
            let text = String(scalars)
            let expected = Array(text.precomposedStringWithCanonicalMapping.unicodeScalars)
            let found = Array(text.precomposed.unicodeScalars)
            try #require(found == expected, "\(Array(scalars))")
        }
    }

    @Test func timeoutsBelowAMillisecondRoundUpAndNotToNone() {
        #expect(Duration.microseconds(1).millisecondsUp == 1)
        #expect(Duration.microseconds(1001).millisecondsUp == 2)
        #expect(Duration.milliseconds(7).millisecondsUp == 7)
        #expect(Duration.zero.millisecondsUp == 0)
        // "For ever" is a time like any other.
        #expect(Duration.seconds(Int64.max).millisecondsUp == Int(Int64.max / 1_000_000) + 1)
    }

    @Test func mappedHostsStayWithTheirRequestWhereLibcurlCan() {
        var settings = HTTPRequestSettings()
        settings.resolve = ["a.test:80:127.0.0.1", "b.test:80:::1", "c.test:80:127.0.0.1,127.0.0.2", "*:80:127.0.0.1"]
        let mapping = HostMapping(settings)
        #expect(mapping.connectTo == ["a.test:80:127.0.0.1:80", "b.test:80:[::1]:80"])
        #expect(mapping.resolve == ["c.test:80:127.0.0.1,127.0.0.2", "*:80:127.0.0.1"])
        settings.proxy = HTTPProxy(url: "http://127.0.0.1:1")
        #expect(HostMapping(settings).connectTo.isEmpty, "through a proxy it would make a tunnel")
    }

    @Test func theDefaultLimitOfBodiesIsForCollectedOnes() async throws {
        try await withLoop { loop in
            let core = ClientCore(loop: loop, configuration: .init())
            defer { core.close() }
            var request = HTTPRequest("http://127.0.0.1:1/")
            func limit(isCollected: Bool) throws -> Int64? {
                try core.start(request, delegate: Nobody(), isCollected: isCollected).bodyLimit
            }
            let defaults = (try limit(isCollected: true), try limit(isCollected: false))
            #expect(defaults == (100 << 20, nil))
            request.maxBodyBytes = 5
            let set = try limit(isCollected: false)
            #expect(set == 5)
            request.maxBodyBytes = nil
            let none = try limit(isCollected: true)
            #expect(none == nil)
        }
    }

    @Test func headsAreParsedWhenAsked() {
        let text = "HTTP/1.1 200 All is well\r\nA: 1\r\na:  2 \r\nFolded: x\r\n\ty\r\nNo colon\r\n\r\n"
        let head = HTTPResponseHead(bytes: Array(text.utf8))
        #expect(head.status == 200)
        #expect(head.version == "HTTP/1.1")
        #expect(head.reason == "All is well")
        #expect(head.headers.values("A") == ["1", "2"])
        #expect(head.headers["folded"] == "x y", "continuation lines are joined")
        #expect(head.headers.fields.count == 3)
    }

    @Test func bytesAbove127AreLatin1UnlessTheyAreUTF8() {
        let head = HTTPResponseHead(
            bytes: Array("HTTP/1.1 200 caf".utf8) + [0xE9] + Array("\r\nX: \u{E9}\r\n\r\n".utf8))
        #expect(head.reason == "caf\u{E9}")
        #expect(head.headers["X"] == "\u{E9}")
    }

    @Test func headersCompareWithoutCaseAndKeepTheirOrder() {
        var headers: HTTPHeaders = ["B": "1", "a": "2"]
        headers.add("b", "3")
        #expect(headers.values("b") == ["1", "3"])
        headers["B"] = "4"
        #expect(headers.fields.map(\.name) == ["a", "B"])
        headers["a"] = nil
        #expect(headers.fields.count == 1)
    }

    @Test func headersAreEqualWhateverTheCaseOfTheirNames() {
        let headers: HTTPHeaders = ["Accept": "a", "X-B": "2"]
        let same: HTTPHeaders = ["accept": "a", "x-b": "2"]
        #expect(headers == same)
        #expect(Set([headers, same]).count == 1)
        #expect(headers != ["Accept": "A", "X-B": "2"])
        #expect(headers != ["X-B": "2", "Accept": "a"], "their order is told")
    }

    @Test func headersAreACollectionOfTheirFields() {
        let headers: HTTPHeaders = ["A": "1", "B": "2", "a": "3"]
        #expect(headers.count == 3)
        #expect(headers.map(\.value) == ["1", "2", "3"])
        #expect(headers.last?.name == "a")
        #expect(HTTPHeaders().isEmpty)
    }

    @Test(arguments: ["a\r\nb", "a\nb", "a\0b"])
    func credentialsWithControlCharactersAreRefused(text: String) {
        for authentication in [
            HTTPAuthentication.basic(user: text, password: ""), .digest(user: text, password: ""), .bearer(token: text),
        ] {
            var request = HTTPRequest("http://127.0.0.1/")
            request.authentication = authentication
            let refusal = #expect(throws: HTTPClientError.self) { try request.validate() }
            #expect(refusal?.description == "the credentials contain a control character")
        }
    }

    @Test func numbersThatMeanNothingAreRefusedByName() {
        let changes: [(String, (inout HTTPRequest) -> Void)] = [
            ("the request timeout", { $0.requestTimeout = .seconds(-1) }),
            ("the connect timeout", { $0.connectTimeout = .milliseconds(-1) }),
            ("the number of redirects", { $0.maxRedirects = -1 }),
            ("the receive rate is 0", { $0.maxReceiveRate = 0 }), ("the send rate is -1", { $0.maxSendRate = -1 }),
            ("no head", { $0.maxHeadBytes = 0 }), ("maxBodyBytes", { $0.maxBodyBytes = -1 }),
            ("the low speed limit", { $0.lowSpeedLimit = LowSpeedLimit(bytesPerSecond: -1, duration: .seconds(1)) }),
            ("the low speed limit", { $0.lowSpeedLimit = LowSpeedLimit(bytesPerSecond: 1, duration: .zero) }),
            ("the value of header X is blank", { $0.headers["X"] = " \t" }),
            ("the body's length -5", { $0.body = .stream(length: -5) { nil } }),
        ]
        for (reason, change) in changes {
            var request = HTTPRequest("http://127.0.0.1/")
            change(&request)
            var refusal: String?
            do { _ = try request.validate() } catch { refusal = error.description }
            #expect(refusal?.hasPrefix(reason) == true, "\(reason): \(refusal ?? "passed")")
        }
    }

    @Test func timesThatLibcurlCannotCountAreNone() throws {
        var request = HTTPRequest("http://127.0.0.1/")
        for (time, milliseconds) in [
            (Duration.seconds(20), 20_000), (.seconds(30 * 86_400), 0), (.seconds(Int64.max), 0), (.zero, 0),
            (Duration(secondsComponent: 0, attosecondsComponent: 1), 1),
        ] {
            request.requestTimeout = time
            request.connectTimeout = time
            _ = try request.validate()
            #expect(request.storage.timeoutMilliseconds == milliseconds)
        }
    }

    @Test func anAuthenticationThatProxiesDoNotHaveIsRefusedAndNotReplaced() {
        var request = HTTPRequest("http://127.0.0.1/")
        request.proxy = HTTPProxy(url: "http://127.0.0.1:1", authentication: .bearer(token: "t"))
        let refusal = #expect(throws: HTTPClientError.self) { try request.validate() }
        #expect(refusal?.description == "proxies do not take bearer tokens")
    }
}

final class Nobody: TransferDelegate {
    func transfer(_ transfer: Transfer, didReceiveBody bytes: RawSpan) -> Transfer.BodyAction { .continue }
    func transfer(_ transfer: Transfer, didFinish summary: TransferSummary, error: HTTPClientError?) {}
}
