import Testing

@testable import fetchtop

/// Every command of the catalogue has a script here: a line for the `:` prompt, and what must be true afterwards.
///
/// A new command without one fails `everyCommandHasAScript`; a bound key whose command has none cannot exist.
@Suite struct CatalogueTests {
    private struct Scene {
        let run = SampleRun()
        let engine = ControlRecorder()
        let controller: Controller
        init() {
            controller = run.controller(engine)
            controller.detailsScrollLimit = 30
        }
    }

    /// What is typed, what is done before, and what is expected.
    private struct Case: Sendable {
        let line: String
        var before: [String] = []
        let holds: @Sendable (Scene, Controller.Reaction) -> Bool

        init(_ line: String, after before: String..., holds: @escaping @Sendable (Scene, Controller.Reaction) -> Bool) {
            self.line = line
            self.before = before
            self.holds = holds
        }
    }

    private static func isOpen(_ scene: Scene, _ name: String) -> Bool {
        switch scene.controller.state.overlay {
        case .none: name == "none"
        case .help: name == "help"
        case .prompt(let prompt): name == "prompt \(prompt.kind.label)"
        case .confirm(let question): name == "confirm" || question.question.string.contains(name)
        case .menu(let menu): name == "menu \(menu.title)"
        case .setup: name == "setup"
        case .yank(let yank): name == "yank \(yank.kind.rawValue)"
        }
    }

    private static func says(_ scene: Scene, _ text: String) -> Bool {
        scene.controller.state.message?.text.string.contains(text) == true
    }

    private static let cases: [Case] = moving + showing + fetching + program

    private static let moving: [Case] = [
        Case("move down") { scene, _ in scene.controller.state.cursor.place == 1 },
        Case("move bottom") { scene, _ in scene.controller.state.cursor.place == scene.run.store.count - 1 },
        Case("move top", after: "move bottom") { scene, _ in scene.controller.state.cursor.row == nil },
        Case("scroll 8") { scene, _ in scene.controller.state.columnScroll == 8 },
        Case("zoom 1", after: "view timeline") { scene, _ in scene.controller.timeline.window.span == 20 },
        Case("zoom 0", after: "view timeline", "zoom 3") { scene, _ in scene.controller.timeline.window.span == 30 },
        Case("view hosts") { scene, _ in scene.controller.state.view == .hosts },
        Case("view 5") { scene, _ in scene.controller.state.view == .map },
        Case("next-view") { scene, _ in scene.controller.state.view == .hosts },
        Case("previous-view") { scene, _ in scene.controller.state.view == .futures },
        Case("open") { scene, _ in scene.controller.state.details.isOpen },
        Case("back", after: "open") { scene, _ in !scene.controller.state.details.isOpen },
        Case("go #5") { scene, _ in scene.controller.currentFetch == FetchID(rawValue: 5) },
        Case("5") { scene, _ in scene.controller.currentFetch == FetchID(rawValue: 5) },
        Case("go #4711") { scene, _ in says(scene, "there is no #4711") },
    ]

    private static let showing: [Case] = [
        Case("help") { scene, _ in isOpen(scene, "help") },
        Case("setup") { scene, _ in isOpen(scene, "setup") },
        Case("find") { scene, _ in isOpen(scene, "prompt Find: ") },
        Case("find iso") { scene, _ in
            scene.controller.currentFetch.map { scene.run.store.url(of: $0).contains("iso") } == true
        },
        Case("find-next", after: "find h1.example") { scene, _ in
            scene.controller.currentFetch.map { scene.run.store.url(of: $0).contains("h1.example") } == true
        },
        Case("find-previous", after: "find h1.example") { scene, _ in
            scene.controller.currentFetch.map { scene.run.store.url(of: $0).contains("h1.example") } == true
        },
        Case("filter") { scene, _ in isOpen(scene, "prompt Filter: ") },
        Case("filter code:404") { scene, _ in scene.controller.rows.fetchCount == 5 },
        Case("filter -", after: "filter code:404") { scene, _ in
            scene.controller.rows.fetchCount == scene.run.store.count
        },
        Case("toggle-filter", after: "filter code:404") { scene, _ in
            scene.controller.rows.fetchCount == scene.run.store.count
        },
        Case("sort") { scene, _ in isOpen(scene, "menu Order by") },
        Case("sort rate") { scene, _ in scene.controller.state.arrangement.sort == .rate },
        Case("sort-step 1") { scene, _ in scene.controller.state.arrangement.sort == .id },
        Case("invert-sort") { scene, _ in scene.controller.state.arrangement.isInverted },
        Case("group") { scene, _ in if case .group = scene.controller.rows.rows[0] { true } else { false } },
        Case("freeze") { scene, _ in scene.controller.isFrozen },
        Case("hold-order") { scene, _ in scene.controller.state.isOrderHeld },
        Case("follow") { scene, _ in !scene.controller.state.isFollowing },
        Case("details tls") { scene, _ in scene.controller.state.details.tab == .tls },
        Case("scroll-details 4") { scene, _ in scene.controller.state.details.scroll == 4 },
        Case("scroll-details -9") { scene, _ in scene.controller.state.details.scroll == 0 },
        Case("headers") { scene, _ in scene.controller.state.details.tab == .headers },
        Case("meters") { scene, _ in scene.controller.state.isHeaderHidden },
        Case("reveal") { scene, _ in scene.controller.state.isRevealing },
        Case("mouse") { scene, reaction in !scene.controller.state.settings.usesMouse && reaction.contains(.mouse) },
        Case("repaint") { _, reaction in reaction.contains(.repaint) },
    ]

    private static let fetching: [Case] = [
        Case("pause-all") { scene, _ in scene.engine.isPaused },
        Case("resume-all", after: "pause-all") { scene, _ in !scene.engine.isPaused },
        Case("toggle-pause-all") { scene, _ in scene.engine.isPaused },
        Case("parallel-max 7") { scene, _ in scene.engine.concurrency == 7 },
        Case("parallel-max -1") { scene, _ in scene.engine.concurrency == 231 },
        Case("parallel-max") { scene, _ in isOpen(scene, "prompt At once in all: ") },
        Case("host-limit h1.example 3") { scene, _ in scene.engine.notes.first?.hasSuffix(" 3") == true },
        Case("host-limit h1.example") { scene, _ in isOpen(scene, "prompt At once from h1.example: ") },
        Case("host-limit nowhere.example 3") { scene, _ in says(scene, "no such host") },
        Case("limits") { scene, _ in isOpen(scene, "menu Limits") },
        Case("rate 5/s") { scene, _ in scene.engine.notes == ["rate 5.0"] },
        Case("rate -") { scene, _ in scene.engine.notes == ["rate 0.0"] },
        Case("rate soon") { scene, _ in says(scene, "a rate is") && scene.engine.notes.isEmpty },
        Case("add http://x.example/") { scene, _ in scene.engine.notes == ["add http://x.example/"] },
        Case("add") { scene, _ in isOpen(scene, "prompt Add URLs: ") },
        Case("cancel #65") { scene, _ in isOpen(scene, "Cancel this fetch?") && scene.engine.notes.isEmpty },
        Case("cancel where state:queued") { scene, _ in isOpen(scene, "Cancel 40 fetches?") },
        Case("retry #62") { scene, _ in scene.engine.notes == ["retry #62"] },
        Case("retry failed") { scene, _ in isOpen(scene, "Fetch 12 again?") },
        Case("pause #65") { scene, _ in scene.engine.notes == ["pause #65"] },
        Case("resume #67") { scene, _ in scene.engine.notes == ["resume #67"] },
        Case("toggle-pause #67") { scene, _ in scene.engine.notes == ["resume #67"] },
        Case("toggle-pause tagged", after: "go #65", "tag") { scene, _ in scene.engine.notes == ["pause #65"] },
        Case("tag") { scene, _ in scene.controller.state.tagged.count == 1 },
        Case("tag-similar") { scene, _ in scene.controller.state.tagged.count > 1 },
        Case("untag-all", after: "tag") { scene, _ in scene.controller.state.tagged.isEmpty },
        Case("yank") { scene, _ in isOpen(scene, "yank url") },
        Case("yank curl") { scene, _ in isOpen(scene, "yank curl") },
        Case("export") { scene, _ in isOpen(scene, "prompt Write rows to: ") },
        Case("export rows.csv") { scene, _ in says(scene, "wrote to rows.csv") },
    ]

    private static let program: [Case] = [
        Case("command") { scene, _ in isOpen(scene, "prompt :") },
        Case("suspend") { _, reaction in reaction.contains(.suspend) },
        Case("interrupt") { scene, reaction in scene.engine.isDraining && !reaction.contains(.quit) },
        Case("interrupt", after: "interrupt") { _, reaction in reaction.contains([.quit, .abort]) },
        Case("quit") { scene, reaction in isOpen(scene, "confirm") && !reaction.contains(.quit) },
        Case("quit !") { _, reaction in reaction.contains(.quit) },
        Case("key F6") { scene, _ in isOpen(scene, "menu Order by") },
    ]

    @Test(arguments: cases.indices)
    func commandsDoWhatTheySay(index: Int) throws {
        let item = Self.cases[index]
        let scene = Scene()
        scene.controller.exporter = { request, _ in
            scene.controller.say("wrote to \(DisplayText(sanitising: request.path))")
        }
        for line in item.before {
            _ = scene.controller.perform(try CommandCatalog.parse(line))
            scene.controller.settle()
        }
        // Typed, so that the prompt, its editor and the catalogue all take part.
        _ = scene.controller.handle(Key(.character(":")))
        type(item.line, on: scene.controller)
        let reaction = scene.controller.handle(Key(.enter))
        scene.controller.settle()
        let holds = item.holds(scene, reaction)
        #expect(holds, ":\(item.line) \(scene.controller.state.message?.text.string ?? "")")
    }

    @Test func everyCommandHasAScript() {
        let scripted = Set(Self.cases.compactMap { $0.line.split(separator: " ").first.map(String.init) })
        for entry in CommandCatalog.entries {
            #expect(scripted.contains(entry.name), ":\(entry.name) has no script in CatalogueTests")
        }
    }

    /// Whatever is wrong, it is said which of what one typed it is.
    @Test(arguments: [
        ("nonsense", "'nonsense'"), ("cancel foo", "'foo'"), ("cancel where", "where needs a filter"),
        ("cancel where code>=", "code>="), ("sort foo", "'foo' is none of attention, "), ("view 9", "'9' is none of"),
        ("host-limit nowhere 3", "'nowhere'"), ("host-limit h1.example 0", "not 0"), ("host-limit a b c", "'a b c'"),
        ("rate soon", "'soon'"), ("zoom x", "'x'"), ("quit now", "'now'"), ("go 0", "'0'"), ("key Foo", "'Foo'"),
        ("parallel-max 0", "not 0"), ("details foo", "'foo'"), ("add htp://x", "htp://x"), ("follow me", "'follow'"),
        ("yank it", "'it'"), ("move sideways", "'sideways'"), ("filter code>=", "code>="),
    ])
    func errorsNameWhatIsWrong(line: String, named: String) {
        let scene = Scene()
        press(":", on: scene.controller)
        type(line, on: scene.controller)
        press("Enter", on: scene.controller)
        let message = scene.controller.state.message
        #expect(message?.role == .err)
        #expect(message?.text.string.contains(named) == true, "\(message?.text.string ?? "nothing")")
        #expect(scene.engine.notes.isEmpty)
    }

    /// Each key of each preset, pressed on a fresh screen, does what its command does.
    @Test func everyKeyRunsItsCommand() throws {
        for map in KeyMap.presets {
            for binding in map.bindings {
                for key in binding.keys {
                    let (pressed, told) = (Scene(), Scene())
                    pressed.controller.keyMap = map
                    told.controller.keyMap = map
                    let reaction = pressed.controller.handle(key)
                    // At the root, going back is quitting; but not with Esc.
                    let quits = binding.command == .back && key.code != .escape
                    let expected = told.controller.perform(quits ? .quit(isForced: false) : binding.command)
                    pressed.controller.settle()
                    told.controller.settle()
                    #expect(reaction == expected, "\(map.name): \(key)")
                    #expect(trace(pressed) == trace(told), "\(map.name): \(key)")
                }
            }
        }
    }

    /// What can be seen of a run after a command.
    private func trace(_ scene: Scene) -> String {
        let controller = scene.controller
        let size = Size(columns: 100, rows: 30)
        let frame = render(scene.run.scene(controller, size), size, .plain).plainRows().joined(separator: "\n")
        return
            "\(scene.engine.notes) \(scene.engine.concurrency) \(scene.engine.isPaused) \(controller.isFrozen)\n\(frame)"
    }

    @Test func helpSearchesAndScrollsToItsEnd() {
        let scene = Scene()
        let size = Size(columns: 80, rows: 24)
        func frame() -> String {
            scene.controller.helpHeight = size.rows - 2
            return render(scene.run.scene(scene.controller, size), size, .plain).plainRows().joined(separator: "\n")
        }
        _ = scene.controller.handle(Key(.function(1)))
        #expect(frame().contains("one row up"))
        _ = scene.controller.handle(Key(.end))
        #expect(frame().contains("anywhere in the URL"))
        type("untag", on: scene.controller)
        #expect(frame().contains(":untag-all") && !frame().contains("one row up"))
        _ = scene.controller.handle(Key(.escape))
        #expect(!frame().contains(":untag-all"))
    }

    /// What help says is what the table does.
    @Test func helpListsEveryKeyOfTheTableInForce() {
        for map in KeyMap.presets {
            let text = HelpText.lines(map, matching: "").map { $0.spans.map(\.text.string).joined() }
            for binding in map.bindings {
                for key in binding.keys {
                    let isThere = text.contains { line in
                        line.contains(binding.summary.string)
                            && line.split(separator: " ").contains { $0 == key.description }
                    }
                    #expect(isThere, "\(map.name): \(key)")
                }
            }
        }
    }
}
