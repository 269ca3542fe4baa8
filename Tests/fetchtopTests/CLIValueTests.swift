import Testing

@testable import fetchtop

@Suite("Option values") struct CLIValueTests {
    @Test(
        "Lengths of time",
        arguments: [
            ("30", Duration.seconds(30)), ("0", .zero), ("1.5", .milliseconds(1500)), ("0.1", .milliseconds(100)),
            ("500ms", .milliseconds(500)), ("90s", .seconds(90)), ("5m", .seconds(300)), ("2h", .seconds(7200)),
            ("1d", .seconds(86_400)), ("1h30m", .seconds(5400)), ("1m30s500ms", .milliseconds(90_500)),
            ("1.5h", .seconds(5400)),
            (".5", .milliseconds(500)),
        ])
    func durations(text: String, expected: Duration) throws {
        #expect(try DurationValue.parse(text) == expected)
    }

    @Test(
        "What is no length of time",
        arguments: [
            "", "-1", "+1", "x", "5x", "5 s", "s", "1.2.3", "30m1h", "5m5m", "1e3", "5.", "٣", "nan", "9999999999999d",
        ])
    func badDurations(text: String) {
        #expect(throws: ValueError.self) { try DurationValue.parse(text) }
    }

    @Test(
        "Sizes are 1024-based, as curl's",
        arguments: [
            ("0", 0), ("123", 123), ("1k", 1024), ("1K", 1024), ("3m", 3 << 20), ("1.5M", 3 << 19),
            ("123.45K", 126_412),
            ("1G", 1 << 30), ("2T", 2 << 40), ("1P", 1 << 50), ("10B", 10),
        ] as [(String, Int64)])
    func sizes(text: String, expected: Int64) throws {
        #expect(try SizeValue.parse(text) == expected)
    }

    @Test("What is no size", arguments: ["", "k", "-1", "1x", "1 k", "1kB", "1..5k", "99999P", "٣"])
    func badSizes(text: String) {
        #expect(throws: ValueError.self) { try SizeValue.parse(text) }
    }

    @Test(
        "Rates",
        arguments: [
            ("5/s", RunOptions.StartRate(count: 5, per: .seconds(1))),
            ("100/m", RunOptions.StartRate(count: 100, per: .seconds(60))),
            ("3/4h", RunOptions.StartRate(count: 3, per: .seconds(14_400))),
            ("5/15s", RunOptions.StartRate(count: 5, per: .seconds(15))),
            ("1000/d", RunOptions.StartRate(count: 1000, per: .seconds(86_400))),
        ])
    func rates(text: String, expected: RunOptions.StartRate) throws {
        #expect(try RateValue.parse(text) == expected)
    }

    @Test(
        "What is no rate",
        arguments: ["", "5/", "/s", "0/s", "-5/s", "+5/s", "5/0s", "5/x", "5/s ", "5 / s", "1.5/s", "5/s/s"])
    func badRates(text: String) {
        #expect(throws: ValueError.self) { try RateValue.parse(text) }
    }

    @Test("A rate without a unit is asked about, not guessed")
    func bareRate() {
        #expect(throws: ValueError("a rate per what? write 100/s, 100/m or 100/h")) { try RateValue.parse("100") }
    }

    @Test("Status codes")
    func statuses() throws {
        #expect(try StatusSet.parse("200..399").ranges == [200...399])
        #expect(try StatusSet.parse("200-299,404").ranges == [200...299, 404...404])
        #expect(try StatusSet.parse("503").contains(503))
        for text in ["", "99", "600", "300..200", "200..", "2xx", "200,", "200..300..400"] {
            #expect(throws: ValueError.self) { try StatusSet.parse(text) }
        }
    }

    @Test("Counts and shares")
    func countsAndShares() throws {
        #expect(try RunOptions.Gates.Limit.parse("20") == .count(20))
        #expect(try RunOptions.Gates.Limit.parse("1.5%") == .percent(1.5))
        #expect(try RunOptions.Gates.Limit.parse("100%") == .percent(100))
        for text in ["", "%", "-1", "+1", "101%", "1e1%", "x", "1.5"] {
            #expect(throws: ValueError.self) { try RunOptions.Gates.Limit.parse(text) }
        }
    }

    @Test("Headers set and remove as with curl")
    func headers() throws {
        #expect(try HeaderValue.parse("Accept: */*") == .set(name: "Accept", value: "*/*"))
        #expect(try HeaderValue.parse("X-Time:12:30 ") == .set(name: "X-Time", value: "12:30"))
        #expect(try HeaderValue.parse("User-Agent:") == .remove(name: "User-Agent"))
        #expect(try HeaderValue.parse("X-Empty;") == .empty(name: "X-Empty"))
        for text in ["", "Accept", ": x", "A b: c", "A: b\r\nC: d", "A: b\nC: d", "A: \0", "X-Y; z", ";"] {
            #expect(throws: ValueError.self) { try HeaderValue.parse(text) }
        }
    }

    @Test(
        "Protocol lists, as curl reads them",
        arguments: [
            ("=https", "https"), ("https", "http,https"), ("-http", "https"), ("-all,https", "https"),
            ("=http,https", "http,https"),
            ("ftp", "http,https"), ("-https,+https", "http,https"), ("all", "http,https"),
        ])
    func protocols(text: String, expected: String) throws {
        #expect(try ProtocolList.parse(text) == expected)
        #expect(throws: ValueError("leaves neither http nor https")) { try ProtocolList.parse("-all") }
        #expect(throws: ValueError("leaves neither http nor https")) { try ProtocolList.parse("=ftp") }
    }
}
