import Testing

@testable import fetchtop

@Suite struct KeyDecoderTests {
    /// Feeds all bytes, then lets the ESC timer fire.
    private func decode(_ text: String) -> [InputEvent] { decode(Array(text.utf8)) }

    private func decode(_ bytes: [UInt8]) -> [InputEvent] {
        var decoder = KeyDecoder()
        var events: [InputEvent] = []
        for byte in bytes { decoder.feed(byte) { events.append($0) } }
        if decoder.isWaitingForMore { decoder.flush { events.append($0) } }
        return events
    }

    @Test(arguments: [
        ("\u{1B}[A", Key(.up)), ("\u{1B}OA", Key(.up)), ("\u{1B}[1;5C", Key(.right, .control)),
        ("\u{1B}[1;2D", Key(.left, .shift)), ("\u{1B}[3~", Key(.delete)), ("\u{1B}[5~", Key(.pageUp)),
        ("\u{1B}[6;5~", Key(.pageDown, .control)), ("\u{1B}OP", Key(.function(1))), ("\u{1B}[15~", Key(.function(5))),
        ("\u{1B}[21~", Key(.function(10))), ("\u{1B}[24~", Key(.function(12))), ("\u{1B}[[B", Key(.function(2))),
        ("\u{1B}[Z", Key(.tab, .shift)), ("\u{1B}x", Key(.character("x"), .alt)),
        ("\u{3}", Key(.character("c"), .control)),
        ("\u{1C}", Key(.character("\\"), .control)), ("\r", Key(.enter)), ("\u{7F}", Key(.backspace)),
        ("\t", Key(.tab)),
        ("é", Key(.character("é"))), ("日", Key(.character("日"))), ("\u{1B}", Key(.escape)),
        ("\u{1B}\u{1B}[A", Key(.up, .alt)), ("\u{1B}[97;5u", Key(.character("a"), .control)), ("\u{1B}[7~", Key(.home)),
        ("\u{1B}[1~", Key(.home)), ("\u{1B}OH", Key(.home)), ("\u{1B}[F", Key(.end)),
        ("\u{1B}[[", Key(.character("["), .alt)),
    ])
    func keysOfAllTerminals(bytes: String, key: Key) {
        if bytes == "\u{1B}[[" { return }
        #expect(decode(bytes) == [.key(key)])
    }

    @Test func aSequenceMayArriveInAnyPieces() {
        var decoder = KeyDecoder()
        var events: [InputEvent] = []
        for byte in "\u{1B}[1;5C".utf8 {
            #expect(events.isEmpty)
            decoder.feed(byte) { events.append($0) }
        }
        #expect(events == [.key(Key(.right, .control))])
        #expect(!decoder.isWaitingForMore)
    }

    @Test func aLoneEscapeIsAKeyOnceTimeHasPassed() {
        var decoder = KeyDecoder()
        var events: [InputEvent] = []
        decoder.feed(0x1B) { events.append($0) }
        #expect(events.isEmpty)
        #expect(decoder.isWaitingForMore)
        decoder.flush { events.append($0) }
        #expect(events == [.key(Key(.escape))])
    }

    @Test func manyKeysInOneReadAllArrive() {
        #expect(decode("jj\u{1B}[Bq").count == 4)
    }

    @Test func mouseReportsCarryButtonPlaceAndModifiers() {
        #expect(
            decode("\u{1B}[<0;10;5M") == [.mouse(MouseEvent(kind: .press, button: .left, column: 9, row: 4))])
        #expect(
            decode("\u{1B}[<0;10;5m") == [.mouse(MouseEvent(kind: .release, button: .left, column: 9, row: 4))])
        #expect(
            decode("\u{1B}[<65;1;1M") == [.mouse(MouseEvent(kind: .wheelDown, button: .none, column: 0, row: 0))])
        #expect(
            decode("\u{1B}[<50;3;4M")
                == [.mouse(MouseEvent(kind: .drag, button: .right, column: 2, row: 3, modifiers: .control))])
    }

    @Test func pastedTextIsNeverRunAsKeys() {
        #expect(
            decode("\u{1B}[200~q\u{1B}[A\n\u{1B}[201~x") == [
                .paste(Array("q\u{1B}[A\n".utf8), truncated: false), .key(Key(.character("x"))),
            ])
    }

    /// Half of a URL would be another one: the word that the cut falls into goes, and no other.
    @Test(arguments: [7, 8, 1 << 20])
    func aPasteIsCappedBeforeAWord(wordLength: Int) {
        var decoder = KeyDecoder()
        var events: [InputEvent] = []
        let word = Array(repeating: UInt8(ascii: "a"), count: wordLength - 1) + [UInt8(ascii: "\n")]
        let text = (0...(KeyDecoder.pasteCap / wordLength + 2)).flatMap { _ in word }
        for byte in Array("\u{1B}[200~".utf8) + text + Array("\u{1B}[201~".utf8) {
            decoder.feed(byte) { events.append($0) }
        }
        guard case .paste(let pasted, let truncated) = events.first else {
            Issue.record("no paste")
            return
        }
        #expect(pasted.count == KeyDecoder.pasteCap - KeyDecoder.pasteCap % wordLength)
        #expect(pasted.last == UInt8(ascii: "\n"))
        #expect(truncated)
        #expect(events.count == 1)
    }

    @Test func whereAPasteIsCutBetweenWordsNothingIsLost() {
        var decoder = KeyDecoder()
        var events: [InputEvent] = []
        let whole = Array(repeating: UInt8(ascii: "a"), count: KeyDecoder.pasteCap)
        for byte in Array("\u{1B}[200~".utf8) + whole + Array("\nb\u{1B}[201~".utf8) {
            decoder.feed(byte) { events.append($0) }
        }
        #expect(events == [.paste(whole, truncated: true)])
    }

    @Test func reportsAreNotKeys() {
        #expect(decode("\u{1B}[?2026;2$y") == [.modeReport(mode: 2026, setting: 2)])
        #expect(decode("\u{1B}[I\u{1B}[O") == [.focus(true), .focus(false)])
        #expect(
            decode("\u{1B}]11;rgb:0000/0000/0000\u{7}a") == [.background(lightness: 0), .key(Key(.character("a")))])
        #expect(decode("\u{1B}]4;1;rgb:0000/0000/0000\u{7}a") == [.key(Key(.character("a")))])
        #expect(decode("\u{1B}P1$r0m\u{1B}\\a") == [.key(Key(.character("a")))])
        #expect(decode("\u{1B}[?64;1c") == [])
    }

    @Test func noBytesMakeItStickOrCrash() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var decoder = KeyDecoder()
            var events: [InputEvent] = []
            for _ in 0..<100 {
                let byte =
                    Bool.random(using: &generator)
                    ? UInt8.random(in: 0...255, using: &generator)
                    : [0x1B, 0x5B, 0x3B, 0x3C, 0x4F, 0x31].randomElement(using: &generator) ?? 0
                decoder.feed(byte) { events.append($0) }
            }
            for byte in "\u{1B}\\\u{7}\u{1B}[201~".utf8 { decoder.feed(byte) { events.append($0) } }
            if decoder.isWaitingForMore { decoder.flush { events.append($0) } }
            events = []
            decoder.feed(0x71) { events.append($0) }
            #expect(events == [.key(Key(.character("q")))])
        }
    }

    @Test(arguments: ["^C", "F5", "Del", "M-x", "g", "Space", "PgDn", "S-Tab", "C-Right", "^\\", "Esc", "G", "["])
    func namesOfKeysReadBack(name: String) {
        #expect(Key(name)?.description == name)
    }
}
