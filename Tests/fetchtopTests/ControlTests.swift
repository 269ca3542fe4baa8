import Testing

@testable import fetchtop

/// Key scripts: what is pressed, and what becomes of it.
@Suite struct ControllerTests {
    let run = SampleRun()
    let engine = ControlRecorder()

    @Test func theCursorStaysAtTheTopUntilItIsMoved() {
        let controller = run.controller(engine)
        let first = controller.currentFetch
        #expect(controller.state.cursor.row == nil)
        press("j", on: controller)
        #expect(controller.currentFetch != first)
        press("k", on: controller)
        #expect(controller.state.cursor.row == nil)
    }

    @Test func theCursorFollowsItsFetchWhenRowsMove() throws {
        let controller = run.controller(engine)
        controller.viewport = 10
        press("j", "j", "j", on: controller)
        let chosen = try #require(controller.currentFetch)
        press("I", on: controller)
        #expect(controller.currentFetch == chosen)
        #expect(controller.state.cursor.place == controller.rows.place(of: chosen))
    }

    @Test func aFetchThatIsFilteredOutIsNotReplacedByAnother() throws {
        let controller = run.controller(engine)
        press("j", on: controller)
        _ = controller.perform(.filter("code:404"))
        controller.settle()
        #expect(controller.currentRow == nil)
        press("x", on: controller)
        #expect(engine.notes.isEmpty)
        guard case .none = controller.state.overlay else {
            Issue.record("a question about nothing")
            return
        }
    }

    @Test func cancellingAsksAndKeepsItsTargets() throws {
        let controller = run.controller(engine)
        let victim = try #require(controller.currentFetch)
        press("x", on: controller)
        #expect(engine.notes.isEmpty)
        // Rows change while the question is open.
        _ = controller.perform(.invertSort)
        controller.settle()
        press("y", on: controller)
        #expect(engine.notes == ["cancel \(victim)"])
    }

    @Test func aQuestionCanBeDeclined() {
        let controller = run.controller(engine)
        press("x", "n", on: controller)
        press("x", "Esc", on: controller)
        #expect(engine.notes.isEmpty)
    }

    @Test func actionsApplyToTaggedRowsFirst() throws {
        let controller = run.controller(engine)
        let first = try #require(controller.currentFetch)
        press("Space", "j", "j", "p", on: controller)
        #expect(engine.notes == ["pause \(first)"])
        press("U", on: controller)
        #expect(controller.state.tagged.isEmpty)
    }

    @Test func filteringShowsTheLastValidResultWhileTyping() {
        let controller = run.controller(engine)
        press("\\", "c", "o", "d", "e", ":", "4", "0", "4", on: controller)
        let count = controller.rows.fetchCount
        #expect(count > 0)
        #expect(count < run.store.count)
        press("Space", "(", on: controller)
        #expect(controller.rows.fetchCount == count)
        guard case .prompt(let prompt) = controller.state.overlay else {
            Issue.record("no prompt")
            return
        }
        #expect(prompt.complaint != nil)
        press("Esc", on: controller)
        #expect(controller.rows.fetchCount == run.store.count)
    }

    @Test func aFilterCanBeSwitchedOffAndOnAgain() {
        let controller = run.controller(engine)
        press("F4", "c", "o", "d", "e", ":", "4", "0", "4", "Enter", on: controller)
        let count = controller.rows.fetchCount
        press("^\\", on: controller)
        #expect(controller.rows.fetchCount == run.store.count)
        press("^\\", on: controller)
        #expect(controller.rows.fetchCount == count)
    }

    @Test func searchingMovesToTheNextMatch() throws {
        let controller = run.controller(engine)
        press("/", "i", "s", "o", "Enter", on: controller)
        let found = try #require(controller.currentFetch)
        #expect(run.store.url(of: found).contains("iso"))
    }

    @Test func concurrencyChangesInStepsThatSuitIt() {
        let controller = run.controller(engine)
        press("]", on: controller)
        #expect(engine.concurrency == 281)
        engine.concurrency = 3
        press("[", "[", "[", "[", on: controller)
        #expect(engine.concurrency == 1)
        press("F8", on: controller)
        #expect(engine.concurrency == 2)
    }

    @Test func pausingFetchingAndFreezingTheDisplayAreDifferent() {
        let controller = run.controller(engine)
        press("P", on: controller)
        #expect(engine.isPaused)
        #expect(!controller.isFrozen)
        press("P", "Z", on: controller)
        #expect(!engine.isPaused)
        #expect(controller.isFrozen)
        let shown = controller.store.count
        run.store.add(FetchJob(url: "http://later.example/"), at: run.now)
        #expect(controller.store.count == shown)
        #expect(controller.eventsMissed == 1)
        press("Z", on: controller)
        #expect(controller.store.count == shown + 1)
    }

    @Test func quittingAsksWhileFetchesAreInFlight() {
        let controller = run.controller(engine)
        #expect(!controller.handle(Key(.character("q"))).contains(.quit))
        guard case .confirm = controller.state.overlay else {
            Issue.record("no question")
            return
        }
        #expect(controller.handle(Key(.character("y"))).contains(.quit))
    }

    @Test func theFirstControlCDrainsAndTheSecondForces() {
        let controller = run.controller(engine)
        let interrupt = Key(.character("c"), .control)
        #expect(!controller.handle(interrupt).contains(.quit))
        #expect(engine.isDraining)
        #expect(controller.handle(interrupt).contains([.quit, .abort]))
    }

    @Test func controlCWorksInsideAPrompt() {
        let controller = run.controller(engine)
        press("/", on: controller)
        _ = controller.handle(Key(.character("c"), .control))
        #expect(engine.isDraining)
    }

    @Test func theCommandLineDoesWhatKeysDo() {
        let controller = run.controller(engine)
        press(":", on: controller)
        type("parallel-max 7", on: controller)
        press("Enter", on: controller)
        #expect(engine.concurrency == 7)
        press(":", "6", "3", "Enter", on: controller)
        #expect(controller.currentFetch == FetchID(rawValue: 63))
    }

    @Test func stepsOfAnySizeStayAmongTheColumns() {
        let controller = run.controller(engine)
        for step in [-99, 99, -1_000_000, 1_000_000] {
            _ = controller.perform(.sortStep(step))
            _ = controller.perform(.scrollColumns(step))
            _ = controller.perform(.zoom(step))
            _ = controller.perform(.concurrency(.relative(step)))
            controller.settle()
        }
        #expect(engine.concurrency >= 1)
    }

    @Test func pastedURLsAreOfferedAndNeverRunAsKeys() {
        let controller = run.controller(engine)
        _ = controller.handle(.paste(Array("https://a.example/\nq\nhttps://b.example/\n".utf8), truncated: false))
        #expect(engine.notes.isEmpty)
        press("y", on: controller)
        #expect(engine.notes == ["add https://a.example/", "add https://b.example/"])
    }

    @Test func rowsKeepTheirPlacesForASecondAfterAMovement() {
        let clock = ManualMoment(run.now)
        let controller = Controller(store: run.store, control: engine) { clock.now }
        controller.settle()
        press("j", on: controller)
        let before = controller.rows.rows
        run.store.apply(.phase(.receiving), to: FetchID(rawValue: 65), at: 134_000)
        run.store.add(FetchJob(url: "http://later.example/"), at: run.now)
        controller.settle()
        #expect(controller.rows.rows == before)
        clock.now = run.now + .milliseconds(1_100)
        controller.settle()
        #expect(controller.rows.rows != before)
    }

    @Test func groupsLeadTheirMembers() {
        let controller = run.controller(engine)
        press("t", on: controller)
        guard case .group = controller.rows.rows.first else {
            Issue.record("no heading")
            return
        }
        #expect(controller.rows.fetchCount == run.store.count)
        #expect(controller.rows.rows.count == run.store.count + run.store.hosts.count)
    }
}

final class ManualMoment {
    var now: Moment
    init(_ now: Moment) { self.now = now }
}

@Suite struct CommandTests {
    @Test func everyBoundCommandHasATextThatReadsBack() throws {
        for map in [KeyMap.standard, .htop] {
            for binding in map.bindings { #expect(try CommandCatalog.parse(binding.command.text) == binding.command) }
        }
    }

    @Test(arguments: [
        "cancel #7", "retry failed", "pause where state:recv", "filter code>=400 host~cdn", "sort rate", "view hosts",
        "parallel-max +5", "host-limit a.example 3", "rate 5/s", "go #12", "key F5", "quit !", "add http://x.example/",
    ])
    func commandsReadBackAsTheyAreWritten(line: String) throws {
        #expect(try CommandCatalog.parse(line).text == line)
    }

    @Test(arguments: [
        "nonsense", "cancel whom", "filter code>", "parallel-max many", "view nowhere", "go x", "freeze now", "",
        "parallel-max +9223372036854775807", "scroll 9223372036854775807", "zoom -9223372036854775808",
    ])
    func badCommandsAreRefused(line: String) {
        #expect(throws: CommandError.self) { try CommandCatalog.parse(line) }
    }

    @Test func noKeyIsBoundTwiceAndNoneIsMisspelt() {
        var seen: [Key: Command] = [:]
        for binding in KeyMap.standard.bindings {
            #expect(!binding.keys.isEmpty, "\(binding.command.text)")
            for key in binding.keys { #expect(seen.updateValue(binding.command, forKey: key) == nil, "\(key)") }
        }
    }

    @Test func nothingDestructiveLiesOnAMovementKey() {
        for name in ["Up", "Down", "j", "k", "h", "l", "g", "G", "PgUp", "PgDn", "^d", "^u", "Home", "End"] {
            switch Key(name).flatMap({ KeyMap.standard[$0] }) {
            case .move, .scrollColumns: break
            default: Issue.record("\(name)")
            }
        }
    }

    @Test func curlCommandsSurviveTheShell() {
        var values = FetchJob.Values()
        values.method = "POST"
        values.headers = [.init(name: "X-A", value: "it's")]
        values.body = Array("a=1".utf8)
        #expect(
            CurlCommand.line(url: "http://h/?a=1&b='2'", values: values)
                == "curl -H 'X-A: it'\\''s' --data-binary 'a=1' -L 'http://h/?a=1&b='\\''2'\\'''")
    }
}

@Suite struct LineEditorTests {
    @Test func editingKeysDoWhatTheyDoInAShell() {
        var editor = LineEditor("hello world")
        for name in ["^a", "^d", "^e", "^w", "x"] { _ = Key(name).map { editor.handle($0) } }
        #expect(editor.text == "ello x")
        _ = editor.handle(Key(.left))
        _ = editor.handle(Key(.backspace))
        #expect(editor.text == "ellox")
        _ = Key("^u").map { editor.handle($0) }
        #expect(editor.text == "x")
    }

    @Test func historyKeepsWhatWasBeingTyped() {
        var editor = LineEditor("", history: ["first", "second"])
        editor.insert("dra".unicodeScalars)
        _ = editor.handle(Key(.up))
        #expect(editor.text == "second")
        _ = editor.handle(Key(.up))
        _ = editor.handle(Key(.up))
        #expect(editor.text == "first")
        _ = editor.handle(Key(.down))
        _ = editor.handle(Key(.down))
        #expect(editor.text == "dra")
    }
}
