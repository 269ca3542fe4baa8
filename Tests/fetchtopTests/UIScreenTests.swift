import Foundation
import Testing

@testable import fetchtop

let frameSizes = [
    Size(columns: 1, rows: 1), Size(columns: 20, rows: 5), Size(columns: 40, rows: 8), Size(columns: 80, rows: 24),
    Size(columns: 120, rows: 40), Size(columns: 200, rows: 50), Size(columns: 500, rows: 200),
]

@Suite struct MainScreenTests {
    let run = SampleRun()

    @Test(arguments: frameSizes)
    func theMainScreenLooksAsItWasReviewed(size: Size) throws {
        let controller = run.controller()
        let frame = render(run.scene(controller, size), size, Capabilities())
        expectWidthsAddUp(frame)
        try expectGolden(frame, "main-\(size.columns)x\(size.rows)")
    }

    @Test(arguments: [Size(columns: 80, rows: 24), Size(columns: 30, rows: 6)])
    func overlaysLookAsTheyWereReviewed(size: Size) throws {
        let keys: [(String, [String])] = [
            ("help", ["?"]), ("cancel", ["x"]), ("sort", ["F6"]), ("filter", ["\\", "c", "o", "d", "e", ">"]),
            ("grouped", ["t"]), ("yank", ["y"]),
        ]
        for (name, presses) in keys {
            let controller = run.controller()
            for press in presses { _ = Key(press).map { controller.handle($0) } }
            let frame = render(run.scene(controller, size), size, Capabilities(glyphs: .ascii))
            expectWidthsAddUp(frame)
            try expectGolden(frame, "overlay-\(name)-\(size.columns)x\(size.rows)")
        }
    }

    /// Every view at every small size and many large ones, in odd states: nothing outside, all widths add up.
    @Test func noSizeAndNoStateDrawsOutside() {
        var generator = SystemRandomNumberGenerator()
        let commands: [Command] = [
            .open, .move(.down), .move(.bottom), .move(.pageUp), .toggleHeaders, .details(.tls), .details(.redirects),
            .details(.attempts), .details(.body), .scrollDetails(3), .help, .back, .group, .invertSort,
            .nextView,
            .sort(nil), .sortStep(1), .tag, .freeze, .filter("code>=400"), .filter(""), .cancel(.chosen),
            .scrollColumns(8),
            .yank(.curl), .find(nil), .commandLine, .reveal, .tagSimilar, .sort(.rate), .sort(.url), .previousView,
            .setup,
        ]
        for _ in 0..<250 {
            let controller = run.controller()
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                controller.state.overlay = Bool.random(using: &generator) ? controller.state.overlay : .none
                _ = controller.perform(commands.randomElement(using: &generator) ?? .open)
            }
            let size = Size(
                columns: .random(in: 0...(Bool.random(using: &generator) ? 45 : 230), using: &generator),
                rows: .random(in: 0...(Bool.random(using: &generator) ? 12 : 70), using: &generator))
            let capabilities = Capabilities(glyphs: GlyphTier.allCases.randomElement(using: &generator) ?? .ascii)
            expectWidthsAddUp(render(run.scene(controller, size), size, capabilities))
        }
    }

    /// The same word means the same everywhere: errors are all that failed, answered or not.
    @Test func theFiguresOfTheHeaderAddUp() throws {
        let size = Size(columns: 80, rows: 24)
        let lines = render(run.scene(run.controller(), size), size, .plain).plainRows()
        func figure(_ label: String) throws -> Int {
            let line = try #require(lines.prefix(6).first { $0.contains(" \(label) ") })
            let words = line.split { " []".contains($0) }.map(String.init)
            let place = try #require(words.firstIndex(of: label))
            return try #require(Int(words[place + 1]))
        }
        #expect(try figure("err") == figure("4xx") + figure("5xx") + figure("fail"))
        #expect(try figure("err") == run.store.counts.failures)
    }

    /// The header counts what resolves and connects: its figures must not wait until a row is scrolled to.
    @Test func whatIsOnItsWayIsAskedForThoughItsRowIsOutOfSight() {
        let engine = ControlRecorder()
        let controller = run.controller(engine)
        let id = FetchID(rawValue: 100)
        run.store.apply(.started(attempt: 1), to: id, at: 133_900)
        _ = run.scene(controller, Size(columns: 80, rows: 24))
        #expect(engine.phasesAsked.contains(id))
        #expect(engine.phasesAsked.count < run.store.count / 2)
        run.store.apply(.phase(.waiting), to: id, at: 133_950)
        _ = run.scene(controller, Size(columns: 80, rows: 24))
        #expect(!engine.phasesAsked.contains(id))
    }

    @Test func connectionsAreThoseThatAreOpen() {
        let size = Size(columns: 200, rows: 50)
        var figures = run.figures()
        figures.connections = 117
        let text = render(SceneMaker(controller: run.controller()) { figures }.scene(for: size), size, .plain)
            .plainRows().prefix(5).joined(separator: "\n")
        #expect(text.contains("conn 117"))
        #expect(text.components(separatedBy: "oop ").count == 2)
    }

    @Test func aDisplayThatStandsStillSaysForHowLong() {
        let clock = ManualMoment(run.now)
        let controller = Controller(store: run.store, index: run.index, control: ControlRecorder()) { clock.now }
        controller.toggleFreeze()
        clock.now = run.now + .seconds(12)
        run.store.add(FetchJob(url: "http://later.example/"), at: clock.now)
        let size = Size(columns: 80, rows: 24)
        let title = render(run.scene(controller, size), size, .plain).plainRows()[0]
        #expect(title.contains("FROZEN 12s (+1 events)"))
    }

    /// A row that waits for a slot though there are some would contradict the header.
    @Test func aRowDoesNotWaitForASlotThatIsFree() throws {
        let controller = run.controller()
        run.store.add(FetchJob(url: "http://next.example/"), at: run.now)
        _ = controller.perform(.filter("host:next.example"))
        controller.settle()
        let size = Size(columns: 80, rows: 24)
        func row(_ concurrency: Int) throws -> String {
            var figures = run.figures()
            figures.concurrency = concurrency
            let frame = render(SceneMaker(controller: controller) { figures }.scene(for: size), size, .plain)
            return try #require(frame.plainRows().first { $0.contains("next.example/") })
        }
        #expect(try row(3).contains("slot (3/3 busy)"))
        #expect(try row(50).contains("its turn"))
    }

    /// Nothing of what one asked for is withheld because there is little room.
    @Test func smallScreensShowTheViewTheDetailsAndWhatHappened() {
        let size = Size(columns: 30, rows: 6)
        let controller = run.controller()
        func text() -> String { render(run.scene(controller, size), size, .plain).plainRows().joined(separator: "\n") }
        _ = controller.perform(.view(.errors))
        #expect(text().contains("COUNT"))
        _ = controller.perform(.view(.fetches))
        _ = controller.perform(.open)
        #expect(text().contains("#63 GET"))
        _ = controller.perform(.back)
        _ = controller.perform(.holdOrder)
        #expect(text().hasPrefix("order held"))
        _ = controller.perform(.group)
        controller.state.message = nil
        controller.settle()
        #expect(text().contains("\napi.example.com\n"))
    }

    @Test func theClockOfARunThatEndedWhileTheDisplayStoodStillStopsAtItsEnd() {
        let clock = ManualMoment(run.now)
        let controller = Controller(store: run.store, index: run.index, control: ControlRecorder()) { clock.now }
        var figures = run.figures()
        let frames = SceneMaker(controller: controller) { figures }
        controller.toggleFreeze()
        clock.now = run.now + .seconds(10)
        figures.isDone = true
        figures.doneAt = clock.now
        clock.now = run.now + .seconds(60)
        let size = Size(columns: 80, rows: 24)
        #expect(frames.scene(for: size).now == run.now)
        controller.toggleFreeze()
        #expect(frames.scene(for: size).now == run.now + .seconds(10))
    }

    @Test func theASCIITierDrawsOnlyASCII() {
        let controller = run.controller()
        controller.state.filter = ViewState.Filter()
        let size = Size(columns: 200, rows: 50)
        let frame = render(run.scene(controller, size), size, .plain)
        let odd = frame.cells.filter { $0.base > 0x7E && !($0.base > 0x2E80) }
        #expect(odd.isEmpty)
    }

    @Test func remoteTextNeverReachesTheScreenRaw() {
        let controller = run.controller()
        for size in frameSizes {
            let frame = render(run.scene(controller, size), size, Capabilities())
            for cell in frame.cells where !cell.isContinuation {
                #expect(cell.base >= 0x20 && cell.base != 0x7F && !(0x80..<0xA0).contains(cell.base))
                #expect(cell.base != 0x202E)
            }
        }
    }

    @Test func aFrameOfAnEmptyRunSaysSo() throws {
        let controller = Controller(store: FetchStore(), control: ControlRecorder()) { .at(0) }
        controller.settle()
        let scene = Scene(store: controller.store, state: controller.state, rows: controller.rows, now: .at(0))
        for size in frameSizes { expectWidthsAddUp(render(scene, size, Capabilities())) }
        let text = render(scene, Size(columns: 80, rows: 24), Capabilities()).plainRows().joined()
        #expect(text.contains("no URLs yet"))
    }
}

@Suite struct ViewTests {
    let run = SampleRun()

    @Test(arguments: ViewName.allCases.filter { $0 != .fetches }, frameSizes)
    func everyViewLooksAsItWasReviewed(view: ViewName, size: Size) throws {
        let controller = run.controller()
        _ = controller.perform(.view(view))
        _ = run.scene(controller, size)
        _ = controller.perform(.move(.down))
        let frame = render(run.scene(controller, size), size, Capabilities())
        expectWidthsAddUp(frame)
        try expectGolden(frame, "\(view.rawValue)-\(size.columns)x\(size.rows)")
    }

    @Test func enterInErrorsShowsTheFetchesOfTheGroup() {
        let controller = run.controller()
        _ = controller.perform(.view(.errors))
        controller.settle()
        let group = controller.index.errors.ordered[0]
        _ = controller.perform(.open)
        controller.settle()
        #expect(controller.state.view == .fetches)
        #expect(controller.rows.fetchCount == group.count)
    }

    @Test func retryInErrorsIsAboutTheGroup() throws {
        let engine = ControlRecorder()
        let controller = run.controller(engine)
        _ = controller.perform(.view(.errors))
        controller.settle()
        let members = controller.store.failures(of: controller.index.errors.ordered[0].key)
        _ = controller.perform(.retry(.failed))
        _ = controller.handle(Key(.character("y")))
        #expect(engine.notes == members.map { "retry \($0)" })
    }

    @Test func enterInHostsShowsTheHostsFetches() {
        let controller = run.controller()
        _ = controller.perform(.view(.hosts))
        controller.settle()
        _ = controller.perform(.move(.down))
        controller.settle()
        let host = run.store.hosts[controller.orders.hosts[1]]
        _ = controller.perform(.open)
        controller.settle()
        #expect(controller.rows.fetchCount == host.counts.total)
    }

    /// What stands behind a host is why its own rows wait.
    @Test func aHostSaysWhyNoMoreOfItRun() throws {
        let controller = run.controller()
        _ = controller.perform(.view(.hosts))
        let size = Size(columns: 200, rows: 50)
        func line(_ host: String) throws -> String {
            let lines = render(run.scene(controller, size), size, .plain).plainRows()
            return try #require(lines.first { $0.dropFirst(2).hasPrefix(host) })
        }
        #expect(try line("xn--bcher-kva.example").contains("retry-after until"))
        #expect(try line("api.example.com").hasSuffix("back-off"))
        #expect(try !line("h0.example").contains("slot"))
        run.store.setGate(.pausedAll, at: run.now)
        run.store.add(FetchJob(url: "https://h0.example/late"), at: run.now)
        #expect(try line("h0.example").hasSuffix("fetching paused"))
        // Whatever else holds them back, nothing starts.
        #expect(try line("xn--bcher-kva.example").hasSuffix("fetching paused"))
        #expect(run.store.waitReason(of: FetchID(rawValue: 70)) == .pausedAll)
    }

    /// However few lines there are, every fetch is in one of them.
    @Test(arguments: [20, 24, 30, 60])
    func theBarsOfTheLatenciesAddUp(rows: Int) {
        let controller = run.controller()
        _ = controller.perform(.view(.latency))
        let size = Size(columns: 100, rows: rows)
        let lines = render(run.scene(controller, size), size, Capabilities()).plainRows()
        // On few lines two bars stand side by side.
        let bars = lines.drop { !$0.contains("by powers of two") }.dropFirst().prefix { $0.contains("<") }
        let sum = bars.flatMap { $0.matches(of: /<\S+ [█▓]+ (\d+)/) }.compactMap { Int($0.1) }.reduce(0, +)
        #expect(sum == run.store.statistics.completions)
    }

    @Test func nothingOfTheLoopIsCutInTheMiddle() {
        var figures = run.figures()
        figures.loop.watches = (1...12).map { (name: "some kind of watch", count: $0) }
        let controller = run.controller()
        _ = controller.perform(.view(.futures))
        for columns in 60...160 {
            let size = Size(columns: columns, rows: 30)
            let lines = render(SceneMaker(controller: controller) { figures }.scene(for: size), size, .plain)
                .plainRows()
            #expect(lines.contains { $0.contains("some kind of watch 1") && !$0.contains("~") }, "\(columns)")
        }
    }

    @Test func enterInLatencyShowsTheHosts() {
        let controller = run.controller()
        _ = controller.perform(.view(.latency))
        let size = Size(columns: 80, rows: 24)
        func text() -> String { render(run.scene(controller, size), size, Capabilities()).plainRows().joined() }
        #expect(!text().contains("total by host"))
        _ = controller.perform(.open)
        #expect(text().contains("total by host") && text().contains("h0.example"))
        _ = controller.perform(.scrollColumns(8))
        #expect(text().contains("ttfb by host"))
        _ = controller.perform(.open)
        #expect(!text().contains("ttfb by host"))
    }

    @Test func theTimelineGoesBackAndToNowAgain() {
        let controller = run.controller()
        _ = controller.perform(.view(.timeline))
        let size = Size(columns: 120, rows: 24)
        func text() -> String { render(run.scene(controller, size), size, Capabilities()).plainRows().joined() }
        _ = controller.perform(.scrollColumns(-8))
        #expect(text().contains("7.5s back"))
        _ = controller.perform(.zoom(1))
        #expect(text().contains("TIMELINE 20s  7.5s back"))
        _ = controller.perform(.move(.bottom))
        #expect(text().contains("TIMELINE 20s") && !text().contains("s back "))
    }

    @Test func hostsArePutInOrderInPieces() {
        let store = FetchStore()
        for index in 0..<3_000 {
            for _ in 0...(index % 3) { store.add(FetchJob(url: "http://host\(index)/"), at: .at(0)) }
        }
        let controller = Controller(store: store, control: ControlRecorder()) { .at(1) }
        controller.pieceOfWork = { { true } }
        _ = controller.perform(.view(.hosts))
        var pieces = 0
        while controller.orders.hosts.isEmpty {
            controller.settle()
            pieces += 1
        }
        #expect(pieces > 3)
        #expect(controller.orders.hosts.count == 3_000)
        let counts = controller.orders.hosts.map { store.hosts[$0].counts.total }
        #expect(counts == counts.sorted(by: >))
    }

    @Test func enterOnACellOfTheMapShowsIt() {
        let controller = run.controller()
        _ = controller.perform(.view(.map))
        controller.bodySize = Size(columns: 10, rows: 4)
        _ = controller.perform(.move(.down))
        _ = controller.perform(.open)
        controller.settle()
        let perCell = MapView.perCell(run.store.count, MapView.cells(controller.bodySize))
        #expect(controller.rows.fetchCount == perCell)
    }

    @Test func theMapShowsTheWorstOfACell() {
        var map = StateMap()
        for (index, state) in [FetchState.succeeded, .failed, .receiving].enumerated() {
            map.set(state, of: FetchID(index: index))
        }
        #expect(map.worst(in: 0..<3) == .failed)
        #expect(map.worst(in: 0..<1) == .succeeded)
        #expect(map.worst(in: 2..<9) == .receiving)
    }

    @Test func theWorstOfBlocksIsTheWorstOfTheirFetches() {
        var generator = SystemRandomNumberGenerator()
        var map = StateMap()
        var states: [FetchState] = []
        for _ in 0..<3_000 {
            let index = Int.random(in: 0..<min(700, states.count + 40), using: &generator)
            while states.count <= index { states.append(.queued) }
            let state = FetchState.allCases.randomElement(using: &generator) ?? .failed
            states[index] = Bool.random(using: &generator) ? state : .succeeded
            map.set(states[index], of: FetchID(index: index))
            let first = Int.random(in: 0...states.count, using: &generator)
            let last = Int.random(in: first...states.count, using: &generator)
            let worst = states[first..<last].map(StateMap.urgency).max()
            #expect(map.worst(in: first..<last).map(StateMap.urgency) == worst)
        }
    }

    @Test func aRetriedFailureIsNoErrorAnyMore() throws {
        let before = run.index.errors.total
        let key = try #require(run.index.errors.ordered.first?.key)
        let id = try #require(run.store.failures(of: key).first)
        run.store.apply(.requeued, to: id, at: 134_000)
        #expect(run.index.errors.total == before - 1)
    }

    @Test func theHeatMapJoinsColumnsWhenItIsFull() {
        var heat = LatencyHeat()
        for second in 0..<1_000 { heat.record(.milliseconds(10), at: .at(Int64(second) * 1_000)) }
        #expect(heat.columns.count <= LatencyHeat.columnLimit)
        #expect(heat.columns.flatMap { $0 }.reduce(0, +) == 1_000)
        #expect(heat.period == .seconds(8))
    }
}
