import Testing

@testable import fetchtop

/// Prompts, pasting, yanking, limits, the `:` line: what is typed, and what becomes of it.
@Suite struct PromptTests {
    let run = SampleRun()
    let engine = ControlRecorder()

    private func text(of controller: Controller) -> String? {
        if case .prompt(let prompt) = controller.state.overlay { prompt.editor.text } else { nil }
    }

    private func footer(_ controller: Controller) -> String {
        let size = Size(columns: 120, rows: 40)
        return render(run.scene(controller, size), size, Capabilities()).plainRows().last ?? ""
    }

    // MARK: - Editing

    @Test func wordsAreMovedOverAndCut() {
        var editor = LineEditor("one two three")
        for name in ["M-b", "M-b", "M-d"] { _ = Key(name).map { editor.handle($0) } }
        #expect(editor.text == "one  three")
        for name in ["C-Right", "^w"] { _ = Key(name).map { editor.handle($0) } }
        #expect(editor.text == "one  ")
        for name in ["C-Left", "^k"] { _ = Key(name).map { editor.handle($0) } }
        #expect(editor.text == "")
    }

    @Test func everyPromptRemembersItsOwnLines() {
        let controller = run.controller(engine)
        press(":", on: controller)
        type("parallel-max 7", on: controller)
        press("Enter", "/", on: controller)
        type("iso", on: controller)
        press("Enter", ":", "Up", on: controller)
        #expect(text(of: controller) == "parallel-max 7")
        press("Down", on: controller)
        #expect(text(of: controller) == "")
        press("Esc", "/", "Up", on: controller)
        #expect(text(of: controller) == "iso")
    }

    @Test(arguments: [
        ("fol", "follow "), ("cancel sel", "cancel selected "), ("view err", "view errors "),
        ("cancel where sta", "cancel where state:"), ("host-limit cdn", "host-limit cdn.example.net "),
        ("sort att", "sort attention "), ("pa", "pa"), ("nonsense", "nonsense"),
    ])
    func tabCompletesCommandsAndWhatTheyAreGiven(typed: String, completed: String) {
        let controller = run.controller(engine)
        press(":", on: controller)
        type(typed, on: controller)
        press("Tab", on: controller)
        #expect(
            text(of: controller).map { completed == "cancel where state:" ? String($0.prefix(19)) : $0 } == completed)
    }

    @Test func whatCouldBeMeantIsShown() {
        let controller = run.controller(engine)
        press(":", on: controller)
        type("pause", on: controller)
        press("Tab", on: controller)
        #expect(footer(controller).contains("pause-all"))
        type("-", on: controller)
        #expect(!footer(controller).contains("pause-all  "))
    }

    @Test func aCommandSaysWhatItIsGiven() {
        let controller = run.controller(engine)
        press(":", on: controller)
        type("parallel-max", on: controller)
        #expect(footer(controller).contains("[[+|-]N]   Fetches at once"))
        type(" x", on: controller)
        #expect(footer(controller).contains("not a number") && !footer(controller).contains("Fetches at once"))
    }

    @Test func aFreshPromptSaysWhatItWants() {
        let controller = run.controller(engine)
        press("w", on: controller)
        #expect(footer(controller).contains("NDJSON"))
        type("x", on: controller)
        #expect(!footer(controller).contains("NDJSON"))
    }

    // MARK: - Pasting

    @Test func linesPastedIntoAPromptBecomeWordsAndNeverEnter() {
        let controller = run.controller(engine)
        press("/", on: controller)
        _ = controller.handle(.paste(Array("iso\r\ndeb\u{1B}[A\u{7}\n".utf8), truncated: false))
        #expect(text(of: controller) == "iso  deb[A")
    }

    @Test func aListPastedIntoTheAddPromptIsOfferedWhole() {
        let controller = run.controller(engine)
        press("a", on: controller)
        _ = controller.handle(.paste(Array("https://a.example/ https://b.example/".utf8), truncated: false))
        guard case .confirm = controller.state.overlay else {
            Issue.record("no question")
            return
        }
        press("y", on: controller)
        #expect(engine.notes == ["add https://a.example/", "add https://b.example/"])
    }

    @Test func whatIsNoURLIsLeftOutAndCounted() {
        let controller = run.controller(engine)
        let text = "see https://a.example/ and http://b a.d/ https://[bad/ ftp://c/"
        _ = controller.handle(.paste(Array(text.utf8), truncated: true))
        guard case .confirm(let question) = controller.state.overlay else {
            Issue.record("no question")
            return
        }
        let details = question.details.map(\.string)
        #expect(details.contains { $0.contains("other words are left out") })
        #expect(details.contains { $0.contains("too long") })
        press("y", on: controller)
        #expect(engine.notes == ["add https://a.example/", "add http://b"])
    }

    @Test func aPasteAnswersNoQuestion() throws {
        let controller = run.controller(engine)
        press("x", on: controller)
        _ = controller.handle(.paste(Array("y\nhttps://a.example/\n".utf8), truncated: false))
        guard case .confirm(let question) = controller.state.overlay, case .cancel = question.action else {
            Issue.record("the question is gone")
            return
        }
        #expect(engine.notes.isEmpty)
    }

    @Test func aMebibyteOfURLsIsOneQuestion() {
        let controller = run.controller(engine)
        let urls = (0..<20_000).map { "https://h.example/file-\($0)\n" }.joined()
        _ = controller.handle(.paste(Array(urls.utf8), truncated: false))
        guard case .confirm(let question) = controller.state.overlay, case .add(let added) = question.action else {
            Issue.record("no question")
            return
        }
        #expect(added.count == 20_000)
        #expect(question.details.count < 8)
    }

    @Test func whatIsAskedSaysWhichFetchIsMeant() throws {
        let controller = run.controller(engine)
        let id = try #require(controller.currentFetch)
        press("Space", "j", "x", on: controller)
        guard case .confirm(let question) = controller.state.overlay else {
            Issue.record("no question")
            return
        }
        #expect(question.question.string == "Cancel the tagged fetch?")
        #expect(question.details.first?.string.hasPrefix("\(id) ") == true)
        press("Esc", "U", "x", on: controller)
        guard case .confirm(let question) = controller.state.overlay else {
            Issue.record("no question")
            return
        }
        #expect(question.question.string == "Cancel this fetch?")
    }

    @Test func whatWentOnBehindTheFrozenDisplayIsSaid() throws {
        let controller = run.controller(engine)
        let id = try #require(controller.currentFetch)
        engine.refused = [id]
        press("x", "y", on: controller)
        #expect(controller.state.message?.text.string == "none cancelled: they were not in a state for it")
        press("Z", on: controller)
        run.store.apply(.finished(.cancelled), to: id, at: 134_000)
        press("x", on: controller)
        guard case .confirm = controller.state.overlay else {
            Issue.record("no question: \(controller.state.message?.text.string ?? "")")
            return
        }
        press("y", on: controller)
        #expect(controller.state.message?.text.string == "none cancelled: they went on behind the frozen display")
    }

    // MARK: - Adding

    @Test func severalURLsAreAddedAtOnceOrNone() {
        let controller = run.controller(engine)
        _ = controller.perform(.add("http://a.example/ b.example"))
        #expect(engine.notes == ["add http://a.example/", "add http://b.example"])
        engine.notes = []
        _ = controller.perform(.add("http://a.example/ http://u:secret@[/"))
        #expect(engine.notes.isEmpty)
        let message = controller.state.message?.text.string ?? ""
        #expect(message.contains("is not closed") && !message.contains("secret"))
    }

    // MARK: - Yanking

    private func yanked(_ controller: Controller) -> [String] {
        let size = Size(columns: 80, rows: 24)
        return render(run.scene(controller, size), size, Capabilities()).plainRows()
    }

    @Test func aURLIsShownFromTheFirstColumnToBeCopied() throws {
        let controller = run.controller(engine)
        press("y", on: controller)
        let id = try #require(controller.currentFetch)
        #expect(run.store.url(of: id).contains("token="))
        #expect(
            yanked(controller).contains { $0.hasPrefix("https://cdn.example.net/iso/") && $0.contains("token=***") })
        press("v", on: controller)
        #expect(yanked(controller).contains { $0.contains("token=0123456789abcdef") })
        press("Y", on: controller)
        #expect(yanked(controller).contains { $0.hasPrefix("curl -L 'https://cdn.example.net/") })
        press("Esc", on: controller)
        guard case .none = controller.state.overlay else {
            Issue.record("still open")
            return
        }
    }

    @Test func withTheClipboardOnItGoesThereWhole() {
        let controller = run.controller(engine)
        var copied: [String] = []
        controller.clipboard = {
            copied.append($0)
            return true
        }
        press("y", on: controller)
        #expect(copied.isEmpty)
        press("Esc", on: controller)
        controller.state.settings.usesClipboard = true
        press("y", on: controller)
        #expect(copied == [run.store.url(of: controller.currentFetch ?? FetchID(rawValue: 1))])
        guard case .none = controller.state.overlay else {
            Issue.record("shown although it was copied")
            return
        }
    }

    @Test func inOtherViewsNothingHiddenIsYanked() {
        let controller = run.controller(engine)
        press("2", "y", on: controller)
        guard case .none = controller.state.overlay else {
            Issue.record("a fetch that is not on the screen")
            return
        }
        #expect(controller.state.message?.text.string == "no fetch under the cursor")
    }

    @Test func theCurlCommandSaysWhatTheRunSays() {
        var options = RequestOptions()
        options.headers = [.init(name: "X-A", value: "1"), .init(name: "Authorization", value: "Bearer abc")]
        options.user = "u:p"
        options.verifiesTLS = false
        options.httpVersion = .http2
        options.resolve = ["h:443:127.0.0.1"]
        var values = FetchJob.Values()
        values.headers = [.init(name: "x-a", value: "2")]
        var secret = values
        secret.body = Array("a=1&password=2".utf8)
        secret.referer = "http://h/?token=3"
        let line = CurlCommand.line(url: "https://h/", values: secret, isRevealing: false)
        #expect(line.contains("'a=1&password=***'") && line.contains("-e 'http://h/?token=***'"), "\(line)")
        #expect(
            CurlCommand.line(url: "https://h/", values: values, options: options)
                == "curl -H 'x-a: 2' -H 'Authorization: Bearer abc' -u 'u:p' -L -k --http2 --resolve 'h:443:127.0.0.1' 'https://h/'"
        )
        let masked = CurlCommand.line(url: "https://h/", values: values, options: options, isRevealing: false)
        #expect(
            masked.contains("-u '***'") && masked.contains("Authorization: Bearer ***") && masked.contains("x-a: 2"))
    }

    // MARK: - Limits

    @Test func limitsAreChosenFromAMenu() throws {
        let controller = run.controller(engine)
        let host = try #require(controller.currentHost)
        press("L", "Enter", "^u", "3", "Enter", on: controller)
        #expect(engine.notes == ["limit \(host.rawValue) 3"])
        engine.notes = []
        press("L", "Down", "Enter", "^u", "1", "2", "Enter", on: controller)
        #expect(engine.concurrency == 12)
        press("L", "End", "Enter", on: controller)
        type("5/s", on: controller)
        press("Enter", on: controller)
        #expect(engine.notes == ["rate 5.0"])
    }

    @Test func inTheHostsViewTheLimitIsTheHostsUnderTheCursor() throws {
        let controller = run.controller(engine)
        press("2", "j", on: controller)
        let host = controller.orders.hosts[1]
        press("L", "Enter", "^u", "4", "Enter", on: controller)
        #expect(engine.notes == ["limit \(host.rawValue) 4"])
    }

    // MARK: - Exporting

    @Test func theRowsAreThoseOfTheMomentItIsAskedFor() throws {
        let controller = run.controller(engine)
        var requests: [ExportRequest] = []
        var answer: (RowExport.Outcome) -> Void = { _ in }
        controller.exporter = { request, done in
            requests.append(request)
            answer = done
        }
        _ = controller.perform(.filter("code:404"))
        controller.settle()
        let shown = Array(controller.rows.ids)
        press("w", on: controller)
        type("out.csv", on: controller)
        press("Enter", on: controller)
        #expect(requests.map(\.ids) == [shown])
        #expect(requests.map(\.isReplacing) == [false])
        _ = controller.perform(.filter(""))
        controller.settle()
        answer(.exists)
        guard case .confirm(let question) = controller.state.overlay else {
            Issue.record("no question")
            return
        }
        #expect(question.question.string == "Replace 'out.csv'?")
        press("y", on: controller)
        #expect(requests.count == 2)
        #expect(requests[1].ids == shown && requests[1].isReplacing)
        answer(.written(shown.count))
        #expect(controller.state.message?.text.string == "\(shown.count) rows written to 'out.csv'")
        answer(.failed("Permission denied"))
        #expect(controller.state.message?.text.string.contains("Permission denied") == true)
    }

    @Test func withNoRowsThereIsNothingToWrite() {
        let controller = run.controller(engine)
        controller.exporter = { _, _ in Issue.record("asked to write nothing") }
        _ = controller.perform(.filter("url:nowhere-at-all"))
        controller.settle()
        _ = controller.perform(.export("x"))
        #expect(controller.state.message?.text.string == "no rows to write")
    }

    // MARK: - Tagging

    @Test func linesOfOtherViewsTagWhatIsBehindThem() throws {
        let controller = run.controller(engine)
        press("6", "c", on: controller)
        let key = try #require(controller.orders.errors.first)
        let members = controller.store.failures(of: key)
        #expect(!members.isEmpty && controller.state.tagged == Set(members))
        press("U", "2", "Space", on: controller)
        #expect(!controller.state.tagged.isEmpty)
        // The hidden table's cursor has not moved, the list's has.
        #expect(controller.state.cursor.row == nil)
        #expect(controller.state.list(.hosts).cursor == 1)
    }
}
