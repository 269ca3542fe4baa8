import Testing

@testable import fetchtop

/// The timeline: which time it shows, which row the cursor is on, how long bars are.
@Suite struct TimelineTests {
    let run = SampleRun()
    let size = Size(columns: 120, rows: 24)

    private func timeline(_ engine: ControlRecorder = ControlRecorder()) -> Controller {
        let controller = run.controller(engine)
        _ = controller.perform(.view(.timeline))
        _ = run.scene(controller, size)
        return controller
    }

    private func rows(_ controller: Controller, _ size: Size? = nil) -> [String] {
        let size = size ?? self.size
        return render(run.scene(controller, size), size, Capabilities()).plainRows()
    }

    // MARK: - The window

    private func window(_ milliseconds: Int64, isOver: Bool, zoom: Int? = nil, end: Moment? = nil) -> TimelineWindow {
        TimelineWindow(zoom: zoom, end: end, oldest: .at(0), now: .at(milliseconds), isOver: isOver)
    }

    @Test(arguments: [(2_040, 2.5), (400, 0.4), (31, 0.1), (12_300, 13), (95_000, 100)])
    func aRunThatIsOverFillsTheWindow(milliseconds: Int64, span: Double) {
        let window = window(milliseconds, isOver: true)
        #expect(abs(window.span - span) < 0.001)
        #expect(window.start == 0)
    }

    @Test(arguments: [(400, 1), (2_040, 3), (12_300, 15), (95_000, 30)])
    func aRunThatGoesOnShowsHalfAMinuteAtMost(milliseconds: Int64, span: Double) {
        let window = window(milliseconds, isOver: false)
        #expect(window.span == span)
        #expect(window.start == max(0, Double(milliseconds) / 1_000 - span))
    }

    @Test func zoomingIsRememberedAndWhatWasMovedStays() {
        let zoomed = window(95_000, isOver: true, zoom: TimelineWindow.spans.firstIndex(of: 5), end: .at(50_000))
        #expect(zoomed.span == 5 && zoomed.start == 45 && zoomed.back == 45)
    }

    /// Many short attempts in half a minute would lie in its last columns.
    @Test(arguments: [
        (30_000, 29_700, nil, 0.3), (30_000, 29_700, 0.7, 0.7), (30_000, 29_700, 5.0, 0.3), (30_000, 28_000, 0.3, 2),
    ])
    func ofManyAttemptsTheWindowFitsThoseThatThereAreRowsFor(
        milliseconds: Int64, first: Int64, before: Double?, span: Double
    ) {
        let window = TimelineWindow(
            zoom: nil, end: nil, oldest: .at(0), first: .at(first), before: before, now: .at(milliseconds),
            isOver: false)
        #expect(window.span == span)
        #expect(abs(window.end - 30) < 1e-9)
    }

    @Test func whatOneLooksAtKeepsItsScale() {
        let window = TimelineWindow(
            zoom: nil, end: .at(30_000), oldest: .at(0), first: .at(58_000), before: 0.5, now: .at(60_000),
            isOver: false)
        #expect(window.span == 0.5 && window.start == 29.5)
    }

    @Test func barsOfABusyRunCanBeRead() throws {
        let store = FetchStore()
        let index = RunIndex()
        store.addObserver(index)
        for number in 0..<3_000 {
            let id = store.add(FetchJob(url: "http://h/\(number)"), at: .at(0))
            let start = Int64(number) * 10
            store.apply(.started(attempt: 1), to: id, at: start)
            var record = TransferRecord()
            record.statusCode = number % 3 == 0 ? 503 : 200
            store.apply(
                .attemptFinished(
                    Attempt(number: 1, startedAt: .at(start), finishedAt: .at(start + 40), record: record)),
                to: id, at: start + 40)
            store.apply(.finished(number % 3 == 0 ? .httpError : .succeeded), to: id, at: start + 40)
        }
        // When the last failure has just ended: its bar reaches the edge.
        let controller = Controller(store: store, index: index, control: ControlRecorder()) { .at(30_010) }
        controller.settle()
        _ = controller.perform(.view(.timeline))
        let frame = render(SceneMaker(controller: controller) { RunFigures() }.scene(for: size), size, .plain)
        let lines = frame.plainRows().filter { $0.contains("h/29") }
        #expect(lines.count > 8)
        for line in lines { #expect(line.dropFirst(41).count { $0 == "w" || $0 == "r" } >= 5, "\(line)") }
        // Also at the edge a code is whole, or it would be another one.
        let failed = lines.filter { $0.contains("!") }
        #expect(!failed.isEmpty && failed.allSatisfy { $0.dropFirst(10).contains("! 503") }, "\(failed)")
    }

    @Test(arguments: [5.0, 10, 20, 30])
    func theAxisHasRoundTimes(span: Double) {
        let controller = timeline()
        controller.state.timelineZoom = TimelineWindow.spans.firstIndex(of: span)
        let heading = rows(controller).first { $0.contains("TIMELINE") } ?? ""
        let times = heading.matches(of: /\d\d:\d\d:(\d\d)/).compactMap { Int($0.1) }
        #expect(times.count >= 2)
        #expect(Set(zip(times, times.dropFirst()).map { ($1 - $0 + 60) % 60 }).count == 1, "\(heading)")
    }

    // MARK: - The cursor

    @Test func theNewestIsSelectedUntilOneMoves() throws {
        let controller = timeline()
        #expect(controller.state.timelineRow == nil)
        #expect(controller.timelineFetch == controller.timeline.rows.last?.id)
        #expect(rows(controller).contains { $0.hasPrefix("> ") })
        press("k", "k", on: controller)
        let all = controller.timeline.rows
        #expect(controller.state.timelineRow == all[all.count - 3])
        press("j", on: controller)
        #expect(controller.state.timelineRow == all[all.count - 2])
        press("g", on: controller)
        #expect(controller.state.timelineRow == all.first)
        press("G", on: controller)
        #expect(controller.state.timelineRow == nil && controller.state.timelineEnd == nil)
    }

    @Test func aboveTheFirstRowThePastGoesOn() throws {
        let controller = timeline()
        press("g", on: controller)
        let first = try #require(controller.state.timelineRow)
        press("k", on: controller)
        let before = try #require(controller.state.timelineRow)
        #expect(before.at < first.at)
        #expect(rows(controller).contains { $0.contains("back") })
    }

    @Test func theSelectedAttemptStaysWhereTimeGoesOn() throws {
        let clock = ManualMoment(run.now)
        let controller = Controller(store: run.store, index: run.index, control: ControlRecorder()) { clock.now }
        controller.settle()
        _ = controller.perform(.view(.timeline))
        press("k", "k", on: controller)
        let chosen = controller.state.timelineRow
        let window = controller.timeline.window
        clock.now = run.now + .seconds(40)
        run.store.apply(.started(attempt: 1), to: FetchID(rawValue: 70), at: 170_000)
        controller.settle()
        #expect(controller.state.timelineRow == chosen)
        #expect(controller.timeline.window.start == window.start)
        #expect(controller.timeline.window.back == 40)
        #expect(controller.timeline.rows[controller.state.list(.timeline).cursor] == chosen)
    }

    @Test(arguments: [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 50)])
    func enterOpensTheFetchOfTheRowAndEscapeComesBack(size: Size) throws {
        let controller = timeline()
        press("k", "k", "k", "Enter", on: controller)
        let id = try #require(controller.timelineFetch)
        let text = rows(controller, size).joined(separator: "\n")
        #expect(text.contains("\(id) GET ") && text.contains("[Timing]"))
        press("Esc", on: controller)
        #expect(controller.state.view == .timeline)
        #expect(controller.timelineFetch == id)
        #expect(!rows(controller, size).joined().contains("[Timing]"))
    }

    @Test func commandsAreAboutTheRow() throws {
        let engine = ControlRecorder()
        let controller = timeline(engine)
        press("k", on: controller)
        let id = try #require(controller.timelineFetch)
        press("p", on: controller)
        #expect(engine.notes == ["pause \(id)"])
    }

    // MARK: - Bars

    @Test func barsAreAsLongAsTheTimeTheyTook() throws {
        let controller = timeline()
        // 30 s in 79 cells: what took less than a second has three cells at most, whatever its phases.
        let lines = rows(controller).filter { $0.contains(".example/f") }
        #expect(lines.count > 3)
        for line in lines {
            let bar = line.dropFirst(41).prefix { $0 != "!" }.filter { $0 != " " }
            #expect((1...4).contains(bar.count), "\(line)")
        }
    }

    @Test func everyAttemptHasItsRow() {
        let store = FetchStore()
        let index = RunIndex()
        store.addObserver(index)
        let id = store.add(FetchJob(url: "http://h/"), at: .at(0))
        store.apply(.started(attempt: 1), to: id, at: 100)
        var record = TransferRecord()
        record.statusCode = 503
        store.apply(
            .attemptFinished(Attempt(number: 1, startedAt: .at(100), finishedAt: .at(300), record: record)), to: id,
            at: 300)
        store.apply(.backingOff(until: .at(500)), to: id, at: 300)
        store.apply(.requeued, to: id, at: 500)
        store.apply(.started(attempt: 2), to: id, at: 500)
        let controller = Controller(store: store, index: index, control: ControlRecorder()) { .at(900) }
        controller.settle()
        _ = controller.perform(.view(.timeline))
        let frame = render(SceneMaker(controller: controller) { RunFigures() }.scene(for: size), size, .plain)
        let lines = frame.plainRows().filter { $0.contains(" 1 h/") }
        #expect(lines.count == 2)
        #expect(lines.first?.contains("! 503") == true)
        #expect(lines.last?.hasSuffix(">") == true)
    }
}
