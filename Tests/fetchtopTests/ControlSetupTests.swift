import Foundation
import Testing

@testable import fetchtop

@Suite struct SetupTests {
    let run = SampleRun()

    private func press(_ keys: String..., on controller: Controller) -> Controller.Reaction {
        var reaction: Controller.Reaction = []
        for name in keys { Key(name).map { reaction.formUnion(controller.handle($0)) } }
        controller.settle()
        return reaction
    }

    private func rows(_ controller: Controller, _ size: Size = Size(columns: 120, rows: 40)) -> [String] {
        render(run.scene(controller, size), size, Capabilities(glyphs: .ascii)).plainRows()
    }

    private func heading(_ controller: Controller) throws -> String {
        try #require(rows(controller).first { $0.contains("URL") && $0.contains("  ") && !$0.contains("[") })
    }

    @Test func columnsAreHiddenAtOnceWhileTheSetupIsOpen() throws {
        let controller = run.controller()
        #expect(try heading(controller).contains("ID"))
        let reaction = press("F2", "Space", on: controller)
        #expect(reaction.contains(.settings))
        #expect(!reaction.contains(.saveSettings))
        #expect(try !heading(controller).contains("ID"))
        #expect(controller.state.settings.columns?.contains(.id) == false)
    }

    @Test func columnsMoveWithTheirCursor() throws {
        let controller = run.controller()
        _ = press("S", "]", "]", on: controller)
        #expect(controller.state.settings.columns?.prefix(3) == [.state, .code, .id])
        let line = try heading(controller)
        let code = try #require(line.range(of: "CODE"))
        let id = try #require(line.range(of: "ID"))
        #expect(code.upperBound < id.lowerBound)
        _ = press("S-Up", on: controller)
        #expect(controller.state.settings.columns?.prefix(3) == [.state, .id, .code])
    }

    @Test(arguments: [(ViewName.hosts, "RUN/LIM", "WAIT"), (.errors, "COUNT", "SHARE")])
    func eachTableHasColumnsOfItsOwn(view: ViewName, first: String, second: String) throws {
        let controller = run.controller()
        _ = controller.perform(.view(view))
        func heading() throws -> String { try #require(rows(controller).first { $0.contains(second) }) }
        #expect(try heading().contains(first))
        let table = ColumnTable(view)
        let width = HostsView.nameWidth(controller.orders.hosts, run.store, 120)
        let before = table.fitting(120, nameWidth: width)
        let shown = try heading()
        for column in table.all { #expect(shown.contains(" \(column.title)") == before.contains(column.name)) }
        _ = press("F2", on: controller)
        #expect(rows(controller).contains { $0.contains("Columns of \(view == .hosts ? "Hosts" : "Errors")") })
        let reaction = press("Space", on: controller)
        #expect(reaction.contains(.settings))
        #expect(table.chosen(controller.state.settings) == Array(before.dropFirst()))
        // The main table's are as they were.
        #expect(controller.state.settings.columns == nil)
        #expect(press("Esc", on: controller).contains(.saveSettings))
        #expect(try !heading().contains(first))
        _ = press("F2", "]", "Esc", on: controller)
        #expect(table.chosen(controller.state.settings)?.first == before[2])
        _ = press("F2", "D", "Esc", on: controller)
        #expect(try heading().contains(first))
    }

    @Test func metersAreChosenToo() {
        let controller = run.controller()
        _ = press("F2", "Tab", "Space", on: controller)
        #expect(controller.state.settings.meters?.contains(.job) == false)
        #expect(!rows(controller).contains { $0.hasPrefix("Job") })
        #expect(rows(controller).contains { $0.hasPrefix("Net") })
    }

    @Test func valuesGoRoundInBothDirections() {
        let controller = run.controller()
        _ = press("F2", "Left", "Space", "Space", on: controller)
        #expect(controller.state.settings.theme == .light)
        _ = press("-", on: controller)
        #expect(controller.state.settings.theme == .dark)
        _ = press("Down", "Down", "Down", "+", on: controller)
        #expect(controller.state.settings.framesPerSecond == 20)
    }

    @Test func theDefaultsComeBackAllAtOnce() {
        let controller = run.controller()
        _ = press("F2", "Space", "Tab", "Space", "Tab", "Space", "D", on: controller)
        #expect(controller.state.settings == DisplaySettings())
    }

    @Test func leavingKeepsWhatWasChangedAndOnlyThen() {
        let controller = run.controller()
        #expect(!press("F2", "Esc", on: controller).contains(.saveSettings))
        #expect(press("F2", "Space", "Esc", on: controller).contains(.saveSettings))
        guard case .none = controller.state.overlay else {
            Issue.record("still open")
            return
        }
        // Back as it was when it was opened: nothing to keep.
        #expect(!press("F2", "Space", "Space", "D", "Space", "Space", on: controller).contains(.saveSettings))
    }

    /// What was changed and changed back was never chosen: it goes on following the window's size, and nothing is kept.
    @Test func whatWasChangedCanBeTakenBack() throws {
        let controller = run.controller()
        let before = controller.state.settings
        _ = press("F2", "Space", "]", "Tab", "Space", "Tab", "Space", on: controller)
        #expect(controller.state.settings != before)
        _ = press("u", on: controller)
        #expect(controller.state.settings == before)
        #expect(try heading(controller).contains("ID"))
        #expect(!press("Esc", on: controller).contains(.saveSettings))
    }

    @Test func whatIsChangedBackIsLeftToTheWindow() {
        let controller = run.controller()
        _ = press("F2", "Space", on: controller)
        #expect(controller.state.settings.columns != nil)
        _ = press("Space", "Tab", "Space", on: controller)
        #expect(controller.state.settings.columns == nil && controller.state.settings.meters != nil)
        #expect(!press("Space", "Esc", on: controller).contains(.saveSettings))
        #expect(controller.state.settings == DisplaySettings())
    }

    @Test func everyLineCanBeClicked() throws {
        let controller = run.controller()
        _ = press("F2", on: controller)
        let size = Size(columns: 80, rows: 24)
        let frame = render(run.scene(controller, size), size, Capabilities())
        controller.zones = frame.zones
        let zone = try #require(frame.zones.last { $0.target == .setting(.display, 4) })
        _ = controller.handle(.mouse(MouseEvent(kind: .press, button: .left, column: zone.rect.x, row: zone.rect.y)))
        #expect(!controller.state.settings.usesMouse)
    }

    @Test(arguments: [
        Size(columns: 1, rows: 1), Size(columns: 30, rows: 6), Size(columns: 40, rows: 8), Size(columns: 80, rows: 24),
        Size(columns: 120, rows: 40), Size(columns: 200, rows: 50),
    ])
    func theSetupLooksAsItWasReviewed(size: Size) throws {
        let controller = run.controller()
        _ = run.scene(controller, size)
        _ = press("F2", "Down", on: controller)
        let frame = render(run.scene(controller, size), size, Capabilities())
        expectWidthsAddUp(frame)
        try expectGolden(frame, "setup-\(size.columns)x\(size.rows)")
    }

    @Test func aReasonToWaitFindsRoomInAnyArrangement() {
        let controller = run.controller()
        let arrangements: [[TableColumn]] = [
            [], [.id, .try], [.rate, .id, .code, .time, .ttfb], [.phases, .received, .state],
        ]
        for columns in arrangements {
            controller.state.settings.columns = columns
            let lines = rows(controller, Size(columns: 120, rows: 60))
            #expect(lines.contains { $0.contains("retry-after until") }, "\(columns)")
            expectWidthsAddUp(
                render(run.scene(controller, Size(columns: 90, rows: 30)), Size(columns: 90, rows: 30), Capabilities()))
        }
    }

    @Test func theHeaderGivesItsLinesToTheRows() {
        let controller = run.controller()
        let before = rows(controller).firstIndex { $0.contains("URL") }
        _ = press("#", on: controller)
        #expect(rows(controller).firstIndex { $0.contains("URL") } == 2)
        _ = press("#", on: controller)
        #expect(rows(controller).firstIndex { $0.contains("URL") } == before)
    }
}
