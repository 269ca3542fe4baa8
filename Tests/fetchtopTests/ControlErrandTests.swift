import FetchLoop
import Testing

@testable import fetchtop

/// Commands about many fetches, and searches, done in pieces: no turn of the loop is long, and what they are about is the
/// same as if it were found at once.
@Suite struct ErrandTests {
    let engine = ControlRecorder()

    /// Thousands of fetches of seven hosts, of which a third failed.
    private func store(_ count: Int = 3_000) -> FetchStore {
        let store = FetchStore()
        for index in 0..<count {
            let id = store.add(FetchJob(url: "http://h\(index % 7)/\(index)"), at: .at(0))
            guard index % 3 == 0 else { continue }
            store.apply(.started(attempt: 1), to: id, at: 1)
            store.apply(.finished(.failed), to: id, at: 2)
        }
        return store
    }

    private func controller(_ store: FetchStore) -> Controller {
        let controller = Controller(store: store, control: engine) { .at(10) }
        controller.settleNow()
        return controller
    }

    /// As many pieces as it takes; each is over as soon as anybody asks.
    private func finish(_ controller: Controller) -> Int {
        var pieces = 0
        while controller.isWorking {
            _ = controller.continueWork()
            controller.settle()
            pieces += 1
        }
        return pieces
    }

    private func question(_ controller: Controller) -> fetchtop.Confirmation? {
        if case .confirm(let question) = controller.state.overlay { question } else { nil }
    }

    private func targets(_ controller: Controller) -> [FetchID]? {
        switch question(controller)?.action {
        case .cancel(let ids), .retry(let ids): ids
        default: nil
        }
    }

    @Test(arguments: [
        Command.cancel(.matching("host:h3")), .retry(.matching("state:failed host:h3")), .retry(.failed),
        .cancel(.tagged),
    ])
    func whatIsMeantIsLookedForInPieces(command: Command) throws {
        let store = store()
        let tags = Set((0..<1_500).map { FetchID(index: $0 * 2) })
        let whole = controller(store)
        whole.state.tagged = tags
        _ = whole.perform(command)
        let expected = try #require(targets(whole))
        #expect(expected.count > 100)

        let controller = controller(store)
        controller.state.tagged = tags
        controller.pieceOfWork = { { true } }
        _ = controller.perform(command)
        #expect(question(controller) == nil)
        #expect(controller.isWorking)
        #expect(finish(controller) > 50)
        #expect(targets(controller) == expected)
        #expect(engine.notes.isEmpty)
    }

    @Test func whatIsTypedAheadAnswersNoQuestion() throws {
        let controller = controller(store())
        controller.pieceOfWork = { { true } }
        _ = controller.perform(.cancel(.matching("host:h3")))
        _ = controller.handle(Key(.character("y")))
        _ = controller.handle(.paste(Array("http://x.example/".utf8), truncated: false))
        _ = finish(controller)
        #expect(targets(controller)?.isEmpty == false)
        #expect(engine.notes.isEmpty)
    }

    @Test func lookingCanBeGivenUp() {
        let controller = controller(store())
        controller.pieceOfWork = { { true } }
        _ = controller.perform(.cancel(.matching("host:h3")))
        _ = controller.handle(Key(.escape))
        #expect(!controller.isWorking)
        #expect(question(controller) == nil)
        #expect(controller.state.message?.text.string == "given up; nothing was done")
    }

    @Test func theFirstControlCDrainsWhateverGoesOn() {
        let controller = controller(store())
        controller.pieceOfWork = { { true } }
        _ = controller.perform(.cancel(.matching("host:h3")))
        _ = controller.handle(Key(.character("c"), .control))
        #expect(engine.isDraining)
    }

    @Test func doingItTakesPiecesToo() throws {
        let store = store()
        let controller = controller(store)
        _ = controller.perform(.cancel(.matching("host:h3")))
        let ids = try #require(targets(controller))
        controller.pieceOfWork = { { true } }
        _ = controller.handle(Key(.character("y")))
        #expect(engine.notes.count < ids.count)
        #expect(finish(controller) > 5)
        #expect(engine.notes == ids.map { "cancel \($0)" })
        #expect(controller.state.message?.text.string == "\(ids.count) cancelled")
    }

    @Test func doingItCanBeStopped() throws {
        let controller = controller(store())
        _ = controller.perform(.cancel(.matching("host:h3")))
        let ids = try #require(targets(controller))
        controller.pieceOfWork = { { true } }
        _ = controller.handle(Key(.enter))
        let done = engine.notes.count
        _ = controller.handle(Key(.escape))
        #expect(!controller.isWorking)
        #expect(engine.notes.count == done && done < ids.count)
        #expect(controller.state.message?.text.string == "stopped: \(done) of \(ids.count) cancelled")
    }

    @Test func taggingASlowCrowdTakesPieces() throws {
        let store = store()
        let controller = controller(store)
        controller.pieceOfWork = { { true } }
        // A failed one is on top: the others that failed the same way are meant.
        _ = controller.perform(.tagSimilar)
        #expect(finish(controller) > 50)
        let members = (0..<store.count).map { FetchID(index: $0) }.filter { store[$0].state.isFailure }
        #expect(controller.state.tagged == Set(members))
    }

    @Test func howFarItIsShowsWhenItTakesItsTime() throws {
        let clock = ManualMoment(.at(10))
        let store = store()
        let controller = Controller(store: store, control: engine) { clock.now }
        controller.settleNow()
        controller.pieceOfWork = { { true } }
        _ = controller.perform(.cancel(.matching("host:h3")))
        let size = Size(columns: 80, rows: 24)
        func text() -> String {
            render(SceneMaker(controller: controller) { RunFigures() }.scene(for: size), size, .plain).plainRows()
                .joined(separator: "\n")
        }
        #expect(!text().contains("Looking for"))
        clock.now = .at(400)
        #expect(text().contains("Looking for the fetches that are meant") && text().contains("/3000"))
        _ = finish(controller)
        #expect(!text().contains("Looking for") && text().contains("fetches?"))
    }

    @Test func allPiecesOfATurnShareItsTime() {
        let clock = SuspendingClock()
        var budget = TurnBudget(.milliseconds(2))
        let start = clock.now
        let turn = LoopInstant(nanoseconds: 5)
        #expect(budget.end(in: turn, now: start) == start + .milliseconds(2))
        #expect(budget.end(in: turn, now: start + .milliseconds(9)) == start + .milliseconds(2))
        let next = LoopInstant(nanoseconds: 6)
        #expect(budget.end(in: next, now: start + .milliseconds(9)) == start + .milliseconds(11))
    }

    // MARK: - Searching

    @Test func aSearchThatFindsNothingTakesPieces() {
        let controller = controller(store())
        controller.pieceOfWork = { { true } }
        _ = controller.perform(.find("nowhere"))
        #expect(controller.state.message == nil)
        #expect(finish(controller) > 10)
        #expect(controller.state.message?.text.string == "not found: nowhere")
    }

    @Test(arguments: [1, -1])
    func aSearchInPiecesFindsWhatOneAtOnceFinds(step: Int) throws {
        let store = store()
        let (whole, sliced) = (controller(store), controller(store))
        for controller in [whole, sliced] {
            controller.moveCursor(to: 2_000)
            controller.state.search = "/1234"
        }
        whole.findNext(step)
        sliced.pieceOfWork = { { true } }
        sliced.findNext(step)
        #expect(finish(sliced) > (step > 0 ? 3 : 0))
        #expect(sliced.currentFetch == whole.currentFetch)
        #expect(store.url(of: try #require(sliced.currentFetch)).contains("/1234"))
    }

    @Test func theFindPromptSaysThatThereIsNothing() {
        let controller = controller(store())
        controller.pieceOfWork = { { true } }
        _ = controller.handle(Key(.character("/")))
        type("nowhere", on: controller)
        _ = finish(controller)
        guard case .prompt(let prompt) = controller.state.overlay else {
            Issue.record("no prompt")
            return
        }
        #expect(prompt.complaint?.string == "not found")
        #expect(prompt.editor.text == "nowhere")
    }

    @Test func whoGoesElsewhereIsNotTakenAway() {
        let controller = controller(store())
        controller.pieceOfWork = { { true } }
        _ = controller.perform(.find("/2999"))
        _ = controller.perform(.move(.down))
        _ = finish(controller)
        #expect(controller.state.cursor.place == 1)
    }
}
