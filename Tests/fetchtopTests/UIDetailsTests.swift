import TestSupport
import Testing

@testable import fetchtop

@Suite struct DetailsTests {
    let run = SampleRun()

    private func open(_ id: UInt32, _ tab: DetailsTab, _ engine: ControlRecorder = ControlRecorder()) -> Controller {
        let controller = run.controller(engine)
        _ = controller.perform(.goTo(FetchID(rawValue: id)))
        _ = controller.perform(.open)
        _ = controller.perform(.details(tab))
        return controller
    }

    private func text(_ controller: Controller, _ size: Size = Size(columns: 100, rows: 40)) -> String {
        render(run.scene(controller, size), size, Capabilities()).plainRows().joined(separator: "\n")
    }

    @Test(arguments: DetailsTab.allCases, frameSizes)
    func everyTabLooksAsItWasReviewed(tab: DetailsTab, size: Size) throws {
        let engine = ControlRecorder()
        engine.previews[FetchID(rawValue: 11)] = BodyPreview(
            bytes: Array("<!doctype html>\r\n<title>\u{202E}日本語</title>\n\u{1B}]0;owned\u{7}\n".utf8)
                + Array(String(repeating: "{\"key\": \"value\"}, ", count: 40).utf8))
        let controller = open(tab == .timing ? 63 : 11, tab, engine)
        let frame = render(run.scene(controller, size), size, Capabilities())
        expectWidthsAddUp(frame)
        try expectGolden(frame, "details-\(tab.rawValue)-\(size.columns)x\(size.rows)")
    }

    @Test func leftAndRightTurnThePagesWhileTheDetailsAreOpen() {
        let controller = open(11, .timing)
        _ = controller.handle(Key(.character("l")))
        #expect(controller.state.details.tab == .headers)
        _ = controller.handle(Key(.left))
        _ = controller.handle(Key(.left))
        #expect(controller.state.details.tab == .body)
        _ = controller.handle(Key(.escape))
        _ = controller.handle(Key(.right))
        #expect(controller.state.details.tab == .body)
        #expect(controller.state.columnScroll > 0)
    }

    @Test func oneKeyGoesToTheHeadersAndBack() {
        let controller = open(11, .timing)
        _ = controller.handle(Key(.character("H")))
        #expect(controller.state.details.tab == .headers)
        _ = controller.handle(Key(.character("H")))
        #expect(controller.state.details.tab == .timing)
    }

    @Test func scrollingEndsWithTheLastLine() {
        let engine = ControlRecorder()
        let lines = (1...300).map { "line \($0)\n" }.joined()
        engine.previews[FetchID(rawValue: 11)] = BodyPreview(bytes: Array(lines.utf8), isCut: true)
        let controller = open(11, .body, engine)
        let first = text(controller)
        #expect(first.contains("line 1\n") && first.contains(" more"))
        _ = controller.perform(.move(.bottom))
        let last = text(controller)
        #expect(last.contains("line 300\n") && last.contains("-- the first") && !last.contains(" more"))
        _ = controller.perform(.move(.down))
        #expect(text(controller) == last)
        _ = controller.perform(.move(.up))
        #expect(text(controller) != last)
    }

    @Test func besideTheTableTheDetailsScrollWithKeysOfTheirOwn() {
        let controller = open(11, .headers)
        let size = Size(columns: 120, rows: 12)
        _ = run.scene(controller, size)
        let fetch = controller.currentFetch
        _ = controller.handle(Key(.character("J")))
        #expect(controller.state.details.scroll == min(1, controller.detailsScrollLimit))
        #expect(controller.currentFetch == fetch)
    }

    @Test func aRefusedConnectionSpentItsTimeConnecting() {
        var record = TransferRecord()
        record.times.nameLookup = .milliseconds(2)
        record.times.total = .milliseconds(9)
        let failure = FetchFailure(kind: .refused, phase: .connect, exitCode: 7, message: "refused")
        let attempt = Attempt(
            number: 1, startedAt: .at(0), finishedAt: .at(9), failure: failure, record: record)
        let spans = PhaseSpans(attempt)
        #expect(spans.spans.map(\.role) == [.dns, .connect])
        #expect(abs((spans.span(.connect)?.length ?? 0) - 0.007) < 1e-9)

        let store = FetchStore()
        let id = store.add(FetchJob(url: "http://h/"), at: .at(0))
        store.apply(.started(attempt: 1), to: id, at: 0)
        store.apply(.attemptFinished(attempt), to: id, at: 9)
        store.apply(.finished(.failed), to: id, at: 9)
        #expect(PhaseSpans(store[id], live: nil, at: .at(50)).spans.map(\.role) == [.dns, .connect])
    }

    @Test(arguments: [
        (FailPhase.dns, Role.dns), (.connect, .connect), (.tls, .tls), (.request, .upload), (.response, .wait),
    ])
    func theTimeOfAFailureBelongsToWhatItWasDoing(phase: FailPhase, role: Role) {
        var record = TransferRecord()
        record.times.total = .milliseconds(5)
        let failure = FetchFailure(kind: .timeout, phase: phase, exitCode: 28, message: "")
        let attempt = Attempt(
            number: 1, startedAt: .at(0), finishedAt: .at(5), failure: failure, record: record)
        #expect(PhaseSpans(attempt).spans.map(\.role) == [role])
    }

    @Test func aReusedConnectionShowsTheHandshakeOfItsHost() {
        let store = run.store
        let id = store.add(FetchJob(url: "https://h1.example/again"), at: .at(133_000))
        store.apply(.started(attempt: 1), to: id, at: 133_000)
        store.apply(.attemptFinished(attempt(status: 200)), to: id, at: 133_100)
        store.apply(.finished(.succeeded), to: id, at: 133_100)
        let controller = open(id.rawValue, .tls)
        let shown = text(controller)
        #expect(shown.contains("the connection was there already"))
        #expect(shown.contains("CN = h.example"))
        // Names of certificates are remote text as well.
        #expect(shown.contains("DNS:^[[31mevil.example"))
    }

    @Test func whatIsNotKeptSaysWhy() {
        #expect(text(open(1, .body)).contains("not kept"))
        #expect(text(open(80, .headers)).contains("it has not started yet"))
        #expect(text(open(2, .redirects)).contains("no redirects"))
        let store = run.store
        let id = store.add(FetchJob(url: "http://plain.example/"), at: .at(133_000))
        store.apply(.started(attempt: 1), to: id, at: 133_000)
        store.apply(.attemptFinished(attempt(status: 200)), to: id, at: 133_100)
        store.apply(.finished(.succeeded), to: id, at: 133_100)
        #expect(text(open(id.rawValue, .tls)).contains("plain http"))
        // What was given up in the queue never started, and says so once.
        let late = store.add(FetchJob(url: "http://plain.example/late"), at: .at(133_000))
        let failure = FetchFailure(kind: .queueTimeout, phase: .queue, exitCode: 28, message: "waited 1 s for a slot")
        let none = Attempt(
            number: 0, startedAt: .at(134_000), finishedAt: .at(134_000), failure: failure, record: TransferRecord())
        store.apply(.attemptFinished(none), to: late, at: 134_000)
        store.apply(.finished(.failed), to: late, at: 134_000)
        #expect(text(open(late.rawValue, .headers)).contains("it never started"))
        let timing = text(open(late.rawValue, .timing))
        #expect(timing.contains("QTIM waited 1 s for a slot") && timing.contains("slot 1.0s"), "\(timing)")
        #expect(!timing.contains(" try 0") && !timing.contains("\ntry 0"), "\(timing)")
        #expect(text(open(late.rawValue, .attempts)).contains("none     QTIM waited 1 s for a slot"))
    }

    @Test func theRateOfABodyIsShownSecondBySecond() throws {
        let id = FetchID(rawValue: 63)
        var rates = RateHistories()
        var moment = run.now
        for step in 0..<6 {
            rates.look(at: run.store, shown: id, now: moment)
            rates.look(at: run.store, shown: id, now: moment + .milliseconds(300))
            moment = moment + .seconds(1)
            if step < 3 { run.store.apply(.received(1_000 * (step + 1)), to: id, at: moment.nanoseconds / 1_000_000) }
        }
        let history = try #require(rates[id])
        #expect(history.rates == [1_000, 2_000, 3_000, 0, 0])
        #expect(history.lastProgress == run.now + .seconds(3))
    }
}

@Suite struct BodyTextTests {
    @Test func everyByteOfATextIsInALineThatFits() {
        var random = SeededGenerator(seed: 11)
        let pieces = [
            "a", "word ", "日本", "é", "\t", "\n", "\r\n", "\u{202E}", "\u{1B}[2J", "e\u{301}", "😀", "long-long-long",
        ]
        for _ in 0..<60 {
            let source = (0..<Int.random(in: 0..<200, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            for width in [1, 7, 20, 80] {
                let text = BodyText(BodyPreview(bytes: Array(source.utf8)), width: width)
                guard !text.isBinary else { continue }
                let lines = (0..<text.lineCount).map { text.line($0) }
                // An escape such as <U+202E> is wider than a narrow pane.
                #expect(lines.allSatisfy { $0.columns <= max(width, 9) })
                let shown = lines.map(\.string).joined()
                let whole = DisplayText(sanitising: source.filter { $0 != "\n" && $0 != "\r\n" }, cap: .max).string
                #expect(shown == whole)
            }
        }
    }

    @Test func whatIsNoTextIsShownInHexadecimal() {
        let text = BodyText(BodyPreview(bytes: Array(0...40)), width: 80)
        #expect(text.isBinary)
        #expect(text.lineCount == 3)
        #expect(
            text.line(2).string == "00000020  20 21 22 23 24 25 26 27  28                        !\"#$%&'(")
        #expect((0..<text.lineCount).allSatisfy { text.line($0).columns <= 80 })
        for width in [1, 30, 43, 60, 77] {
            let narrow = BodyText(BodyPreview(bytes: Array(0...40)), width: width)
            #expect(width < 28 || narrow.line(0).columns <= width)
        }
    }

    @Test func previewsAreBoundedAndForgetEarlierAttempts() {
        let previews = BodyPreviews()
        let (first, second) = (FetchID(rawValue: 1), FetchID(rawValue: UInt32(BodyPreviews.placeCount + 1)))
        func take(_ bytes: [UInt8], of id: FetchID) { previews.take(bytes.span.bytes, of: id) }
        previews.begin(first)
        take(Array(repeating: 7, count: 60_000), of: first)
        take(Array(repeating: 8, count: 60_000), of: first)
        #expect(previews.preview(of: first)?.bytes.count == BodyPreviews.byteLimit)
        #expect(previews.preview(of: first)?.isCut == true)
        previews.begin(first)
        take([1], of: first)
        #expect(previews.preview(of: first)?.bytes == [1])
        #expect(previews.preview(of: first)?.isCut == false)
        // Both have the same place: the newer one gets it, unless somebody looks at the older one.
        previews.begin(second)
        #expect(previews.preview(of: first) == nil)
        previews.pinned = second
        previews.begin(first)
        #expect(previews.preview(of: second) != nil)
        take([2], of: first)
        #expect(previews.preview(of: second)?.bytes == [])
    }

    @Test func theOldestPreviewsGoWhenAllTogetherAreTooLarge() {
        let previews = BodyPreviews()
        let piece = Array(repeating: UInt8(1), count: 50_000)
        previews.pinned = FetchID(rawValue: 2)
        for number in 1...1_000 {
            previews.begin(FetchID(rawValue: UInt32(number)))
            previews.take(piece.span.bytes, of: FetchID(rawValue: UInt32(number)))
        }
        #expect(previews.totalBytes <= BodyPreviews.totalLimit)
        #expect(previews.preview(of: FetchID(rawValue: 1)) == nil)
        #expect(previews.preview(of: FetchID(rawValue: 2))?.bytes.count == 50_000)
        #expect(previews.preview(of: FetchID(rawValue: 1_000))?.bytes.count == 50_000)
    }
}
