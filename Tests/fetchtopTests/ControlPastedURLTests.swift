import Testing

@testable import fetchtop

/// What of pasted text is taken for a URL, and what of a typed line.
@Suite struct PastedURLTests {
    @Test(arguments: [
        ("see http://h.example/in, and (https://e.test/a).", ["http://h.example/in", "https://e.test/a"], 2),
        (
            "\"http://h.example/q\" <http://h.example/w> 'http://h.example/s'",
            ["http://h.example/q", "http://h.example/w", "http://h.example/s"], 0
        ),
        (
            "[docs](https://h.example/guide) and https://h.example/wiki/Swift_(bird).",
            ["https://h.example/guide", "https://h.example/wiki/Swift_(bird)"], 1
        ),
        (
            "{\"url\":\"http://a.example/\",\"next\":\"http://b.example/x?y=1\"}",
            ["http://a.example/", "http://b.example/x?y=1"], 0
        ),
        (
            "http://a.example/1,http://b.example/2;https://c.example/3",
            ["http://a.example/1", "http://b.example/2", "https://c.example/3"], 0
        ),
        ("http://a.example/x,y;z=1!", ["http://a.example/x,y;z=1"], 0),
        ("http://[::1]:80/a [http://[::1]]", ["http://[::1]:80/a", "http://[::1]"], 0),
        (
            "https://web.archive.org/web/2020/http://old.example/",
            ["https://web.archive.org/web/2020/http://old.example/"],
            0
        ),
        ("HTTP://H.example/ „https://h.example/ö“ see…", ["HTTP://H.example/", "https://h.example/ö"], 1),
        ("xhttp://h.example/ http:// https://[bad/ ftp://c/", [], 4),
        ("<a href=\"https://h.example/?a=1&amp;b=2\">here</a>", ["https://h.example/?a=1&amp;b=2"], 1),
    ])
    func urlsAreFoundInWhateverStandsAroundThem(text: String, urls: [String], others: Int) {
        let found = PastedURLs(Array(text.utf8))
        #expect(found.urls == urls)
        #expect(found.otherCount == others)
    }

    @Test func noBytesAreTooOdd() {
        var generator = SystemRandomNumberGenerator()
        let pieces = [
            "http://", "https://", "h", "\"", "<", ">", "(", ")", "[", "]", ",", ".", " ", "\u{FF}", "é", "a/b",
        ]
        for _ in 0..<500 {
            let bytes = (0..<30).flatMap { _ in Array((pieces.randomElement(using: &generator) ?? " ").utf8) }
            for url in PastedURLs(bytes + [0xC3, 0x28]).urls { #expect(URLCheck.problem(with: url) == nil) }
        }
    }

    @Test func piecesAreOfWholeWordsAndAllThereIs() {
        for length in [1, 3, 60, 5_000] {
            let word = String(repeating: "x", count: length)
            let bytes = Array((0..<30_000 / length).map { "http://\(word)/\($0) " }.joined().utf8)
            let pieces = PastedURLs.pieces(of: bytes)
            #expect(pieces.first?.lowerBound == 0 && pieces.last?.upperBound == bytes.count)
            #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
            var found = PastedURLs()
            for piece in pieces { found.add(bytes[piece]) }
            #expect(found.urls == PastedURLs(bytes).urls && found.urls.count == 30_000 / length)
        }
        #expect(PastedURLs.pieces(of: []).isEmpty)
    }

    /// A mebibyte at once would hold up the fetches.
    @Test func aLongPasteIsLookedThroughInPieces() {
        let engine = ControlRecorder()
        let controller = SampleRun().controller(engine)
        controller.pieceOfWork = { { true } }
        let text = (0..<20_000).map { "http://h.example/\($0)\n" }.joined()
        _ = controller.handle(.paste(Array(text.utf8), truncated: false))
        var pieces = 1
        while controller.errand != nil {
            _ = controller.continueWork()
            pieces += 1
        }
        #expect(pieces > 4)
        guard case .confirm(let question) = controller.state.overlay else {
            Issue.record("no question")
            return
        }
        #expect(question.question.string == "Add 20000 URLs?")
        // So it is with adding them.
        press("y", on: controller)
        #expect((1..<20_000).contains(engine.notes.count))
        while controller.errand != nil { _ = controller.continueWork() }
        #expect(engine.notes.count == 20_000)
    }

    // MARK: - Typed

    @Test(arguments: [
        ("http://h.example/[1-3]", ["http://h.example/1", "http://h.example/2", "http://h.example/3"]),
        ("h.example/{a,b} localhost:80/", ["http://h.example/a", "http://h.example/b", "http://localhost:80/"]),
        ("localhost http://[::1]/", ["http://localhost", "http://[::1]/"]),
    ])
    func whatIsAddedMeansTheSameAsOnTheCommandLine(text: String, urls: [String]) throws {
        let added = try AddedURLs(text)
        #expect((0..<added.count).map { added[$0] } == urls)
    }

    @Test(arguments: [
        ("nonsense", "http://nonsense"), ("http://h/[1-", "position"), ("http://h/[1-2000000]", "100000"),
        ("http://ok.example/ nonsense", "no URL"), ("http://u:secret@h:bad/", "bad port"),
    ])
    func whatCannotBeMeantIsRefusedWithTheReason(text: String, reason: String) throws {
        let refusal = try #require(throws: AddedURLs.Refusal.self) { _ = try AddedURLs(text) }
        #expect(refusal.message.string.contains(reason), "\(refusal.message.string)")
        #expect(!refusal.message.string.contains("secret"))
    }

    @Test func aWordAloneIsNotFetched() {
        let engine = ControlRecorder()
        let controller = SampleRun().controller(engine)
        _ = controller.perform(.add("nonsense"))
        #expect(engine.notes.isEmpty)
        _ = controller.perform(.add("http://h.example/[1-2]"))
        #expect(engine.notes == ["add http://h.example/1", "add http://h.example/2"])
        #expect(controller.state.message?.text.string == "added 2")
    }
}

/// A filter while it is being typed.
@Suite struct UnfinishedFilterTests {
    let run = SampleRun()

    @Test(arguments: [
        ("c", true), ("code", true), ("sta", true), ("state:fail co", true), ("(co", true), ("!ho", true),
        ("state:fail o", true), ("ttfb", true), ("n", true),
        ("code ", false), ("code>", false), ("codes", false), ("\"code", false), ("url~co", false), ("/code", false),
        ("h.example", false), ("", false), ("o", false),
    ])
    func aWordMayBecomeAComparison(text: String, mayBecome: Bool) {
        #expect(UnfinishedWord.candidates(in: text).isEmpty != mayBecome)
    }

    @Test func theTableKeepsItsRowsUntilTheExpressionIsWhole() {
        let controller = run.controller()
        let all = controller.rows.rows.count
        press("\\", on: controller)
        for character in "code" {
            type(String(character), on: controller)
            controller.settleNow()
            #expect(controller.rows.rows.count == all)
        }
        type(">=400", on: controller)
        controller.settleNow()
        let failed = controller.rows.rows.count
        #expect(failed > 0 && failed < all)
        type(" sta", on: controller)
        controller.settleNow()
        #expect(controller.rows.rows.count == failed)
    }

    @Test func thePromptSaysWhatIsMissingAndEnterTakesTheWord() {
        let controller = run.controller()
        let size = Size(columns: 100, rows: 30)
        press("\\", on: controller)
        type("code", on: controller)
        let footer = render(run.scene(controller, size), size, .plain).plainRows().last ?? ""
        #expect(footer.contains("code>=400") && footer.contains("Enter"))
        press("Enter", on: controller)
        controller.settleNow()
        #expect(controller.state.filter.text == "code")
        #expect(controller.rows.rows.isEmpty)
    }
}
