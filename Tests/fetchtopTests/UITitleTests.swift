import Testing

@testable import fetchtop

/// The first lines: title and job.
@Suite struct TitleTests {
    let run = SampleRun()

    private func rows(
        _ size: Size, _ capabilities: Capabilities = .plain, filter: String = "",
        _ change: (inout RunFigures) -> Void = { _ in }
    ) -> [String] {
        var figures = run.figures()
        change(&figures)
        let controller = run.controller()
        if !filter.isEmpty { _ = controller.perform(.filter(filter)) }
        controller.settleNow()
        return render(SceneMaker(controller: controller) { figures }.scene(for: size), size, capabilities).plainRows()
    }

    /// Cut, it would be another time.
    @Test(arguments: [40, 60, 72, 80, 90, 100, 110, 140])
    func theClockIsWholeWhateverTheFilterIs(width: Int) {
        let title = rows(
            Size(columns: width, rows: 24), filter: "host:127.0.0.1:35213 and code>=400 and ttfb>200ms"
        ) { $0.problemCount = 12 }[0]
        #expect(title.contains("fetchtop") && title.hasSuffix("00:02:14"), "\(title)")
        if width >= 80 { #expect(title.contains("filter host"), "\(title)") }
    }

    @Test func linesThatCouldNotBeUsedAreCountedInTheTitle() {
        let size = Size(columns: 100, rows: 24)
        #expect(rows(size) { $0.problemCount = 1 }[0].contains("1 bad line "))
        #expect(rows(size) { $0.problemCount = 3 }[0].contains("3 bad lines"))
        #expect(!rows(size)[0].contains("bad line"))
    }

    @Test func whileTheListIsReadNobodyKnowsTheShare() {
        let size = Size(columns: 100, rows: 24)
        #expect(rows(size)[1].contains("%"))
        let reading = rows(size) { $0.isInputOver = false }[1]
        #expect(reading.contains("62/107+ reading") && !reading.contains("%") && !reading.contains("eta"), "\(reading)")
        let load = rows(size) {
            $0.isInputOver = false
            $0.mode = .load(requests: 500)
        }[1]
        #expect(load.contains("load 62/500 12%"))
    }

    @Test func thePeakIsTheBestSecondHoweverLongAgo() {
        var seconds = RecentSeconds(length: 10)
        seconds.add(500, at: .at(2_000))
        for second in 3..<60 { seconds.add(7, at: .at(Int64(second) * 1_000)) }
        #expect(seconds.peak == 500)
        #expect(seconds.history(10, at: .at(60_000)).max() == 7)
    }

    @Test func anAttemptIsShownWithHowManyThereMayBe() {
        let store = FetchStore()
        let plain = store.add(FetchJob(url: "http://h/"), at: .at(0))
        var values = FetchJob.Values()
        values.retries = 0
        let own = store.add(FetchJob(url: "http://h/", extras: FetchJob.Extras(values)), at: .at(0))
        let controller = Controller(store: store, control: ControlRecorder()) { .at(10) }
        var figures = RunFigures()
        figures.retryCount = 2
        func shown(_ id: FetchID) -> String {
            let scene = SceneMaker(controller: controller) { figures }.scene(for: Size(columns: 80, rows: 24))
            return TableColumn.try.value(of: store[id], scene).string
        }
        #expect(shown(plain) == "")
        store.apply(.started(attempt: 2), to: plain, at: 1)
        store.apply(.started(attempt: 1), to: own, at: 1)
        #expect(shown(plain) == "2/3" && shown(own) == "1")
        // By hand.
        store.apply(.started(attempt: 4), to: plain, at: 2)
        #expect(shown(plain) == "4")
        figures.retryCount = 20
        #expect(shown(plain) == "4")
    }

    /// Also without colours.
    @Test func whatIsInFlightIsNotDrawnAsDone() throws {
        let store = FetchStore()
        for index in 0..<10 {
            let id = store.add(FetchJob(url: "http://h/\(index)"), at: .at(0))
            guard index < 6 else { continue }
            store.apply(.started(attempt: 1), to: id, at: 1)
            guard index < 3 else { continue }
            store.apply(.finished(.succeeded), to: id, at: 2)
        }
        let controller = Controller(store: store, control: ControlRecorder()) { .at(10) }
        controller.settle()
        let size = Size(columns: 80, rows: 24)
        for (tier, done, running) in [(GlyphTier.ascii, "|", ":"), (.rich, "━", "╍")] as [(GlyphTier, String, String)] {
            let frame = render(
                SceneMaker(controller: controller) { RunFigures() }.scene(for: size), size,
                Capabilities(colors: .mono, glyphs: tier))
            let bar = try #require(frame.plainRows().first { $0.hasPrefix("Job") })
            let (full, open) = (bar.count { String($0) == done }, bar.count { String($0) == running })
            #expect(full > 10 && abs(full - open) <= 1, "\(bar)")
        }
    }
}
