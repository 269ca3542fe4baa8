extension Controller {
    /// Handles whatever the terminal reports.
    func handle(_ event: InputEvent) -> Reaction {
        switch event {
        case .paste where errand != nil, .mouse where errand != nil: []
        case .key(let key): handle(key)
        case .paste(let bytes, let truncated): paste(bytes, truncated: truncated)
        case .mouse(let mouse): handle(mouse)
        case .focus, .modeReport, .background: []
        }
    }

    /// Handles a key: what lies on top takes it first.
    func handle(_ key: Key) -> Reaction {
        // Ctrl-C must work whatever is open.
        if keyMap[key] == .interrupt { return perform(.interrupt) }
        if errand != nil {
            // What is typed ahead could be the answer to a question that one has not seen.
            if key.code == .escape { giveUpErrand() }
            return .redraw
        }
        switch state.overlay {
        case .none: break
        case .prompt(let prompt): return handle(key, in: prompt)
        case .confirm(let confirmation): return handle(key, in: confirmation)
        case .menu(let menu): return handle(key, in: menu)
        case .setup(let setup): return handle(key, in: setup)
        case .yank(let yank): return handle(key, in: yank)
        case .help(let scroll, let editor): return handle(key, scroll: scroll, editor: editor)
        }
        guard let command = keyMap[key] else {
            say("\(DisplayText(sanitising: key.description)) is not bound; ? shows the keys")
            return .redraw
        }
        if command == .back, isAtRoot, key.code != .escape { return perform(.quit(isForced: false)) }
        return perform(command)
    }

    private func handle(_ key: Key, in confirmation: Confirmation) -> Reaction {
        switch key.code {
        case .character("y"), .character("Y"), .enter: return confirm(confirmation)
        case .character("n"), .character("N"), .character("q"), .escape: state.overlay = .none
        default: break
        }
        return .redraw
    }

    private func handle(_ key: Key, in menu: Menu) -> Reaction {
        var menu = menu
        switch key.code {
        case .up, .character("k"): menu.choice = max(0, menu.choice - 1)
        case .down, .character("j"): menu.choice = min(menu.items.count - 1, menu.choice + 1)
        case .home: menu.choice = 0
        case .end: menu.choice = menu.items.count - 1
        case .enter:
            state.overlay = .none
            return perform(menu.items[menu.choice].command)
        case .escape, .character("q"):
            state.overlay = .none
            return .redraw
        default: break
        }
        state.overlay = .menu(menu)
        return .redraw
    }

    /// Help scrolls with the movement keys; letters narrow it down.
    private func handle(_ key: Key, scroll: Int, editor: LineEditor) -> Reaction {
        var scroll = scroll
        var editor = editor
        switch key.code {
        case .escape, .function(1):
            state.overlay = .none
            return .redraw
        case .up: scroll -= 1
        case .down: scroll += 1
        case .pageUp: scroll -= max(1, viewport)
        case .pageDown: scroll += max(1, viewport)
        case .home: scroll = 0
        case .end: scroll = .max / 2
        case .character("q") where editor.text.isEmpty:
            state.overlay = .none
            return .redraw
        default: if editor.handle(key) { scroll = 0 }
        }
        let lines = HelpText.lines(keyMap, matching: editor.text).count
        scroll = max(0, min(scroll, lines - max(1, helpHeight)))
        state.overlay = .help(scroll: scroll, editor)
        return .redraw
    }

    // MARK: - Pasting

    /// Into a prompt, pasted text goes as text; elsewhere it is taken for URLs to add, after a question.
    private func paste(_ bytes: [UInt8], truncated: Bool) -> Reaction {
        switch state.overlay {
        case .prompt(let prompt) where prompt.kind == .add:
            findURLs(in: bytes) { [unowned self] found in
                // A list does not fit into a line.
                if found.urls.count > 1 { ask(toAdd: found, truncated: truncated) } else { insert(bytes, into: prompt) }
            }
        case .prompt(let prompt): insert(bytes, into: prompt)
        case .confirm, .menu, .setup, .help: return []
        case .none, .yank: findURLs(in: bytes) { [unowned self] in ask(toAdd: $0, truncated: truncated) }
        }
        return .redraw
    }

    private func insert(_ bytes: [UInt8], into prompt: Prompt) {
        var prompt = prompt
        // Lines become words: a line end would be Enter.
        let text = String(
            decoding: bytes.prefix(4096).map { $0 == 10 || $0 == 13 || $0 == 9 ? 32 : $0 }, as: UTF8.self)
        prompt.editor.insert(text.trimmingSpaces().unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F })
        update(prompt)
    }

    /// In pieces: a mebibyte at once would hold up the fetches.
    private func findURLs(in bytes: [UInt8], then use: @escaping (PastedURLs) -> Void) {
        let pieces = PastedURLs.pieces(of: bytes)
        var found = PastedURLs()
        begin(
            Errand("Looking for URLs", .numbers(pieces.count)) { number in
                found.add(bytes[pieces[number.index]])
                return true
            } finish: { [unowned self] _, looked in
                guard looked == pieces.count else { return say("given up; nothing was added", .warn) }
                use(found)
            })
    }

    private func ask(toAdd found: PastedURLs, truncated: Bool) {
        let urls = found.urls
        guard !urls.isEmpty else {
            state.overlay = .none
            return say("nothing in the pasted text is a URL", .warn)
        }
        var details = urls.prefix(5).map { URLText($0).text }
        if urls.count > 5 { details.append("and \(urls.count - 5) more") }
        if found.otherCount == 1 { details.append("(another word is left out)") }
        if found.otherCount > 1 { details.append("(\(found.otherCount) other words are left out)") }
        if truncated { details.append("(the paste was too long and was cut)") }
        state.overlay = .confirm(
            Confirmation(
                question: urls.count == 1 ? "Add this URL?" : "Add \(urls.count) URLs?", details: details,
                action: .add(urls)))
    }
}
