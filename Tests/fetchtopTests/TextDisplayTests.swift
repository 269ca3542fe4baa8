import Testing

@testable import fetchtop

@Suite struct DisplayTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("a\tb\r\n", "a^Ib^M^J"), ("\u{1B}[31mred", "^[[31mred"), ("\u{7F}", "^?"),
        ("\u{9B}31m", "<9B>31m"), ("\u{202E}evil", "<U+202E>evil"), ("a\u{200B}b", "a<U+200B>b"),
        ("a\u{200D}b", "a<U+200D>b"), ("\u{3164}", "<U+3164>"), ("\u{115F}x", "<U+115F>x"), ("\u{FFA0}", "<U+FFA0>"),
        ("a\u{034F}", "a<U+034F>"), ("\u{2764}\u{FE0F}", "\u{2764}<U+FE0F>"), ("\u{E0041}", "<U+E0041>"),
        ("\u{E000}", "<U+E000>"), ("\u{2028}", "<U+2028>"), ("\u{FEFF}x", "<U+FEFF>x"), ("\u{378}", "<U+0378>"),
        ("\u{301}e", "<U+0301>e"), ("e\u{301}\u{302}\u{303}", "e\u{301}\u{302}<U+0303>"), ("日本", "日本"),
        ("x\u{1F3FD}", "x<U+1F3FD>"), ("\u{AD}", "<U+00AD>"), ("\0", "^@"),
    ])
    func everyCharacterBecomesVisible(raw: String, shown: String) {
        let text = DisplayText(sanitising: raw)
        #expect(text.string == shown)
        #expect(text.columns == CharacterWidth.columns(of: shown))
    }

    @Test(
        arguments: [
            ([0xFF], "\\xFF"), ([0xC3], "\\xC3"), ([0xC0, 0xAF], "\\xC0\\xAF"),
            ([0xED, 0xA0, 0x80], "\\xED\\xA0\\x80"),
            ([0xE2, 0x82, 0x41], "\\xE2\\x82A"), ([0xF4, 0x90, 0x80, 0x80], "\\xF4\\x90\\x80\\x80"),
            ([0xC3, 0xA9], "é"), ([0xF0, 0x9F, 0x98, 0x80], "😀"),
        ] as [([UInt8], String)])
    func bytesThatAreNotUTF8StayReadable(bytes: [UInt8], shown: String) {
        #expect(DisplayText(sanitising: bytes).string == shown)
    }

    @Test func everyFieldIsCappedAtTheGate() {
        let text = DisplayText(sanitising: String(repeating: "a", count: 100_000), cap: 256)
        #expect(text.columns == 257)
        #expect(text.string.hasSuffix("a~"))
        // A character cut in two is no reason to show bytes.
        #expect(DisplayText(sanitising: "aé", cap: 2).string == "a~")
    }

    @Test func everythingAfterTheGatePassesTheAllowList() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = DisplayText(sanitising: bytes)
            var list = EscapeAllowList()
            try list.check(text.string.utf8)
            #expect(list.isAtRest)
            #expect(text.columns == CharacterWidth.columns(of: text.string))
            for limit in [0, 1, 2, 3, 17, 80] {
                #expect(text.truncated(to: limit).columns <= limit)
                #expect(text.truncatedLeft(to: limit).columns <= limit)
            }
        }
    }

    @Test func cuttingKeepsWholeCharacters() {
        let text = DisplayText(sanitising: "日本語")
        #expect(text.prefix(3).string == "日")
        #expect(text.truncated(to: 4).string == "日~")
        #expect(text.suffix(3).string == "語")
        #expect(text.truncatedLeft(to: 5).string == "~本語")
    }

    @Test func literalsAndNumbersMakeTextToo() {
        let host = DisplayText(sanitising: "h\u{1B}")
        let text: DisplayText = "\(host): \(42) ok"
        #expect(text.string == "h^[: 42 ok")
        #expect(text.columns == 10)
    }
}

@Suite struct URLTextTests {
    @Test func credentialsAndTokensAreMaskedUntilAsked() {
        let url = "https://user:pw@h.example/p?token=abc&q=1&X-Amz-Signature=99#f"
        #expect(URLText(url).text.string == "https://user:***@h.example/p?token=***&q=1&X-Amz-Signature=***#f")
        #expect(URLText(url, revealing: true).text.string == url)
        let long = "https://h/?id=0123456789abcdef0123456789abcdef01"
        #expect(URLText(long).text.string == "https://h/?id=***")
    }

    /// Two powers of two never have the same label.
    @Test func edgesOfPowersOfTwoDiffer() {
        let labels = (0...36).map { Format.below(Double(UInt64(1) << UInt64($0)) * 1e-6).string }
        #expect(Set(labels).count == labels.count)
        #expect(labels[6] == "<64us" && labels[12] == "<4ms" && labels[20] == "<1.0s")
        #expect(labels.allSatisfy { $0.count <= 7 })
    }

    @Test func aPortIsNoPartOfTheLastLabel() {
        #expect(Punycode.host("bücher.example:8080") == "xn--bcher-kva.example:8080")
        #expect(Punycode.host("bücher:8080") == "xn--bcher-kva:8080")
        #expect(Punycode.host("[2001:db8::1]:443") == "[2001:db8::1]:443")
    }

    /// Encoding takes the square of a label's length, for every row of every frame: what is no host is not encoded whole.
    @Test func aHostThatIsTooLongIsCutWithItsEndKept() {
        let label = String(repeating: "ü", count: 5_000)
        let shown = Punycode.host("\(label).evil.example:8080")
        #expect(shown.utf8.count < 600)
        #expect(shown.hasPrefix("~") && shown.hasSuffix("~.evil.example:8080"))
        #expect(Punycode.host(String(repeating: "a", count: 10_000) + ".example").utf8.count == 254)
        let long = Punycode.host(String(repeating: "ü", count: 64) + ".example")
        #expect(long.hasPrefix("xn--") && long.hasSuffix("~.example"))
        let url = URLText("https://\(label).evil.example/path")
        #expect(url.host.columns <= 512 && url.host.string.hasSuffix(".evil.example"))
    }

    @Test func hostsAppearInPunycode() {
        #expect(URLText("https://bücher.example/ä").host.string == "xn--bcher-kva.example")
        #expect(Punycode.host("правда.рф") == "xn--80aafi6cg.xn--p1ai")
        #expect(Punycode.host("日本語.jp") == "xn--wgv71a119e.jp")
    }

    @Test func thePathGivesWayBeforeTheHost() {
        let url = URLText("https://cdn.example.net/iso/debian-12.iso")
        func shown(_ width: Int) -> String { url.parts(in: width).map(\.0.string).joined() }
        #expect(shown(80) == "https://cdn.example.net/iso/debian-12.iso")
        #expect(shown(34) == "https://cdn.example.net/i~n-12.iso")
        #expect(shown(24) == "cdn.example.net/i~12.iso")
        #expect(shown(10) == "~ample.net")
        for width in 0..<60 { #expect(url.parts(in: width).reduce(0) { $0 + $1.0.columns } <= width) }
    }

    @Test func secretHeadersAreMasked() {
        #expect(Secrets.masked(header: "Authorization", value: "Bearer abc").string == "Bearer ***")
        #expect(Secrets.masked(header: "Set-Cookie", value: "sid=1; path=/").string == "sid=***")
        #expect(Secrets.masked(header: "X-Api-Key", value: "k").string == "***")
        #expect(Secrets.masked(header: "Server", value: "nginx").string == "nginx")
    }
}

@Suite struct FormatTests {
    @Test(
        arguments: [
            (0, "0"), (1023, "1023"), (1024, "1.0K"), (19_084_083, "18.2M"), (1_048_575, "1.0M"), (999 << 10, "999K"),
            (1 << 30, "1.0G"), (Int64.max, "8.0E"),
        ] as [(Int64, String)])
    func bytesTakeFewColumns(count: Int64, shown: String) {
        #expect(Format.bytes(count).string == shown)
    }

    @Test(
        arguments: [
            (0, "0s"), (0.0000001, "<1us"), (0.000026, "26us"), (0.0009994, "999us"), (0.0009996, "1.0ms"),
            (0.0099, "9.9ms"), (0.042, "42ms"), (0.9994, "999ms"), (0.9996, "1.0s"), (4.24, "4.2s"),
            (65.2, "65s"), (134.0, "2m14s"), (3725, "1h02m"), (273_600, "3d04h"),
        ] as [(Double, String)])
    func durationsTakeAtMostSixColumns(seconds: Double, shown: String) {
        #expect(Format.seconds(seconds).string == shown)
        #expect(shown.utf8.count <= 6)
    }

    @Test(arguments: [(0, "0 s"), (0.000026, "26 us"), (0.0004, "400 us"), (0.0123, "12.3 ms"), (4.24, "4.2 s")])
    func theDetailsHaveRoomBeforeTheUnit(seconds: Double, shown: String) {
        #expect(Format.spacedDuration(.nanoseconds(Int64((seconds * 1e9).rounded()))).string == shown)
    }

    /// The header shows requests a second beside it.
    @Test(arguments: [(0.0, "0B/s"), (24, "24B/s"), (1023, "1023B/s"), (1024, "1.0K/s"), (4.3e6, "4.1M/s")])
    func ratesOfBytesSayThatTheyAreBytes(rate: Double, shown: String) {
        #expect(Format.rate(rate).string == shown)
        #expect(shown.utf8.count <= TableColumn.rate.width)
    }

    @Test func percentSaysAllOnlyWhenItIsAll() {
        #expect(Format.percent(9999, of: 10_000).string == "99%")
        // What is left of 2^63 bytes at a byte a minute.
        #expect(Format.seconds(Double(Int64.max) * 60).string.hasPrefix("9999d"))
        #expect(Format.rate(.greatestFiniteMagnitude).string == "909T/s")
        #expect(Format.percent(10_000, of: 10_000).string == "100%")
        #expect(Format.percent(1, of: 10_000).string == "<1%")
        #expect(Format.percent(0, of: 0).string == "-")
    }
}
