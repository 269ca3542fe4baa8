import Foundation
import Testing

@testable import fetchtop

/// The mouse finds what is drawn: every test clicks on what it reads on the frame.
@Suite struct MouseTests {
    let run = SampleRun()
    let engine = ControlRecorder()
    let size = Size(columns: 120, rows: 40)

    @discardableResult
    private func draw(_ controller: Controller) -> Grid {
        let frame = render(run.scene(controller, size), size, Capabilities(glyphs: .ascii))
        controller.zones = frame.zones
        return frame
    }

    /// Where a text stands in the frame.
    private func place(of text: String, in frame: Grid) throws -> (column: Int, row: Int) {
        for (y, line) in frame.plainRows().enumerated() {
            if let range = line.range(of: text) {
                return (CharacterWidth.columns(of: String(line[..<range.lowerBound])), y)
            }
        }
        throw CommandError("'\(text)' is not on the screen")
    }

    private func click(_ text: String, on controller: Controller, shift: Int = 0) throws {
        let (column, row) = try place(of: text, in: draw(controller))
        _ = controller.handle(
            .mouse(MouseEvent(kind: .press, button: .left, column: column + shift, row: row)))
        controller.settle()
    }

    private func wheel(_ kind: MouseEvent.Kind, column: Int = 5, row: Int = 20, on controller: Controller) {
        draw(controller)
        _ = controller.handle(.mouse(MouseEvent(kind: kind, button: .none, column: column, row: row)))
        controller.settle()
    }

    @Test func aClickSelectsTheRowAndASecondOneOpensIt() throws {
        let controller = run.controller(engine)
        try click("items?page=2", on: controller)
        let id = try #require(controller.currentFetch)
        #expect(run.store.url(of: id).hasSuffix("page=2"))
        #expect(!controller.state.details.isOpen)
        try click("items?page=2", on: controller)
        #expect(controller.state.details.isOpen)
        #expect(controller.currentFetch == id)
    }

    @Test func twoClicksOnDifferentRowsOpenNothing() throws {
        let controller = run.controller(engine)
        try click("items?page=2", on: controller)
        try click("items?page=3", on: controller)
        #expect(!controller.state.details.isOpen)
    }

    @Test func clicksFarApartInTimeOpenNothing() throws {
        let clock = ManualMoment(run.now)
        let controller = Controller(store: run.store, index: run.index, control: engine) { clock.now }
        controller.settle()
        try click("items?page=2", on: controller)
        clock.now = run.now + Controller.doubleClick
        try click("items?page=2", on: controller)
        #expect(!controller.state.details.isOpen)
    }

    @Test func aClickOnAHeadingSortsAndASecondOneReverses() throws {
        let controller = run.controller(engine)
        try click("RATE", on: controller)
        #expect(controller.state.arrangement.sort == .rate)
        #expect(!controller.state.arrangement.isInverted)
        try click("RATE", on: controller)
        #expect(controller.state.arrangement.isInverted)
        try click("URL", on: controller)
        #expect(controller.state.arrangement.sort == .url)
    }

    @Test(arguments: ViewName.allCases)
    func aClickOnATabShowsTheView(view: ViewName) throws {
        let controller = run.controller(engine)
        try click("\(view.number)\(view.title)", on: controller)
        #expect(controller.state.view == view)
    }

    @Test func aClickOnAFooterKeyRunsIt() throws {
        let controller = run.controller(engine)
        try click("F8Conc+", on: controller)
        #expect(engine.concurrency > 256)
        controller.state.message = nil
        try click("F1Help", on: controller)
        guard case .help = controller.state.overlay else {
            Issue.record("no help")
            return
        }
    }

    @Test func questionsAreAnsweredByClicksAndNothingBelowThemIs() throws {
        let controller = run.controller(engine)
        let victim = try #require(controller.currentFetch)
        _ = controller.perform(.cancel(.chosen))
        try click("8Futures", on: controller)
        #expect(controller.state.view == .fetches)
        try click("n no", on: controller)
        #expect(engine.notes.isEmpty)
        _ = controller.perform(.cancel(.chosen))
        try click("y yes", on: controller)
        #expect(engine.notes == ["cancel \(victim)"])
    }

    @Test func aMenuIsChosenFromByAClick() throws {
        let controller = run.controller(engine)
        _ = controller.perform(.sort(nil))
        try click("  ttfb", on: controller, shift: 3)
        #expect(controller.state.arrangement.sort == .ttfb)
    }

    @Test func theWheelScrollsWhatIsUnderIt() throws {
        let controller = run.controller(engine)
        wheel(.wheelDown, on: controller)
        #expect(controller.state.cursor.place == 3)
        wheel(.wheelUp, on: controller)
        #expect(controller.state.cursor.place == 0)
        _ = controller.perform(.help)
        controller.helpHeight = 20
        wheel(.wheelDown, on: controller)
        guard case .help(let scroll, _) = controller.state.overlay else {
            Issue.record("no help")
            return
        }
        #expect(scroll == 3)
        controller.state.overlay = .none
        _ = controller.perform(.view(.log))
        #expect(controller.state.cursor.place == 0)
    }

    @Test func theWheelOverTheDetailsScrollsThem() throws {
        let controller = run.controller(engine)
        _ = controller.perform(.open)
        let id = try #require(controller.currentFetch)
        engine.previews[id] = BodyPreview(bytes: Array((1...200).map { "line \($0)\n" }.joined().utf8))
        _ = controller.perform(.details(.body))
        let zone = try #require(draw(controller).zones.last { $0.target == .details })
        wheel(.wheelDown, column: zone.rect.x + 1, row: zone.rect.y + 1, on: controller)
        #expect(controller.state.details.scroll == 3)
        #expect(controller.state.cursor.place == 0)
    }

    @Test func tabsOfTheDetailsAreTurnedByClicks() throws {
        let controller = run.controller(engine)
        _ = controller.perform(.open)
        try click("Redirects", on: controller)
        #expect(controller.state.details.tab == .redirects)
    }

    @Test(arguments: [ViewName.hosts, .errors])
    func linesOfListsAreSelectedAndOpened(view: ViewName) throws {
        let controller = run.controller(engine)
        _ = controller.perform(.view(view))
        controller.settle()
        let zone = try #require(draw(controller).zones.first { $0.target == .line(2) })
        for _ in 0..<2 {
            draw(controller)
            _ = controller.handle(.mouse(MouseEvent(kind: .press, button: .left, column: 9, row: zone.rect.y)))
        }
        #expect(controller.state.list(view).cursor == 2)
        #expect(controller.state.view == .fetches)
        #expect(!controller.state.filter.text.isEmpty)
    }

    @Test func aCellOfTheMapIsPointedAt() throws {
        let controller = run.controller(engine)
        _ = controller.perform(.view(.map))
        let zone = try #require(draw(controller).zones.last { if case .cells = $0.target { true } else { false } })
        _ = controller.handle(
            .mouse(MouseEvent(kind: .press, button: .left, column: zone.rect.x + 7, row: zone.rect.y)))
        #expect(controller.state.mapCursor == 7)
    }

    @Test func aBarOfTheTimelineIsSelectedAndOpened() throws {
        let controller = run.controller(engine)
        _ = controller.perform(.view(.timeline))
        let bars = draw(controller).zones.compactMap { zone in
            if case .attempt(let start) = zone.target { (start: start, row: zone.rect.y) } else { nil }
        }
        let bar = try #require(bars.dropLast(2).last)
        let click = MouseEvent(kind: .press, button: .left, column: 3, row: bar.row)
        _ = controller.handle(.mouse(click))
        #expect(controller.timelineFetch == bar.start.id)
        #expect(!controller.state.details.isOpen)
        _ = controller.handle(.mouse(click))
        #expect(controller.state.view == .timeline && controller.state.details.isOpen)
        #expect(controller.shownRow == .fetch(bar.start.id))
    }

    @Test func switchedOffTheMouseDoesNothing() throws {
        let controller = run.controller(engine)
        #expect(controller.perform(.toggleMouse).contains(.mouse))
        try click("8Futures", on: controller)
        #expect(controller.state.view == .fetches)
    }

    /// Whatever is drawn at whatever size: zones lie inside the screen, and a click anywhere does no harm.
    @Test func everyCellOfEveryViewCanBeClicked() {
        for size in [Size(columns: 1, rows: 1), Size(columns: 30, rows: 6), Size(columns: 80, rows: 24)] {
            for view in ViewName.allCases {
                let controller = run.controller(engine)
                _ = controller.perform(.view(view))
                for y in stride(from: 0, to: size.rows, by: 5) {
                    for x in stride(from: 0, to: size.columns, by: 19) {
                        let frame = render(run.scene(controller, size), size, Capabilities())
                        #expect(frame.zones.allSatisfy { $0.rect.intersection(frame.bounds) == $0.rect })
                        controller.zones = frame.zones
                        _ = controller.handle(.mouse(MouseEvent(kind: .press, button: .left, column: x, row: y)))
                    }
                }
            }
        }
        // Cancelling is behind a question, and a click that opened one may have answered it; nothing else is asked.
        #expect(engine.notes.allSatisfy { $0.hasPrefix("cancel") })
    }
}
