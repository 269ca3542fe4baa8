extension Controller {
    func openPrompt(_ kind: PromptKind) {
        let text: String =
            switch kind {
            case .filter: state.filter.text
            case .concurrency: String(control.concurrency)
            case .hostLimit(let host): store.hosts.find(host).map { String(store.hosts[$0].limit) } ?? ""
            default: ""
            }
        state.overlay = .prompt(
            Prompt(
                kind: kind, editor: LineEditor(text, history: state.history[kind] ?? []), filterBefore: state.filter,
                cursorBefore: state.cursor))
    }

    func handle(_ key: Key, in prompt: Prompt) -> Reaction {
        var prompt = prompt
        switch key.code {
        case .escape: give(up: prompt)
        case .enter: return finish(prompt)
        case .character("g") where key.modifiers == .control: give(up: prompt)
        case .backspace where prompt.editor.scalars.isEmpty: give(up: prompt)
        case .tab where prompt.kind == .command:
            complete(&prompt)
            let suggestions = prompt.suggestions
            update(prompt)
            if case .prompt(var updated) = state.overlay {
                updated.suggestions = suggestions
                state.overlay = .prompt(updated)
            }
        default:
            _ = prompt.editor.handle(key)
            update(prompt)
        }
        return .redraw
    }

    /// Takes over an edited prompt; filters and searches act while one types.
    func update(_ prompt: Prompt) {
        var prompt = prompt
        let text = prompt.editor.text
        prompt.complaint = nil
        prompt.suggestions = nil
        switch prompt.kind {
        case .filter:
            let candidates = UnfinishedWord.candidates(in: text)
            guard candidates.isEmpty else {
                // The last valid result stays until it is a comparison, or Enter says that it is a word.
                prompt.suggestions = hint(candidates)
                break
            }
            do throws(QueryError) {
                let query = try FetchQuery(text)
                state.filter = ViewState.Filter(text: text, query: query)
                setNeedsRebuild()
            } catch {
                // The last valid result stays; the prompt says what is wrong.
                prompt.complaint = DisplayText(sanitising: error.description, cap: 120)
            }
        case .find:
            state.search = text
            state.cursor = prompt.cursorBefore
            state.overlay = .prompt(prompt)
            search = nil
            return findNext(0)
        case .command:
            if !text.isEmpty, text.contains(" ") {
                do throws(CommandError) { _ = try CommandCatalog.parse(text) } catch {
                    prompt.complaint = DisplayText(sanitising: error.description, cap: 120)
                }
            }
        case .add, .export, .rate, .concurrency, .hostLimit: break
        }
        state.overlay = .prompt(prompt)
    }

    private func hint(_ candidates: [String]) -> DisplayText {
        guard candidates.count == 1, let field = QueryField(rawValue: candidates[0]) else {
            return DisplayText(sanitising: candidates.joined(separator: "  "), cap: 120)
        }
        return DisplayText(trusted: "\(field.example)   Enter: in the URL")
    }

    private func give(up prompt: Prompt) {
        state.overlay = .none
        if prompt.kind == .filter {
            state.filter = prompt.filterBefore
            setNeedsRebuild()
        }
        if prompt.kind == .find {
            search = nil
            state.cursor = prompt.cursorBefore
        }
    }

    private func finish(_ prompt: Prompt) -> Reaction {
        let text = prompt.editor.text.trimmingSpaces()
        remember(text, prompt.kind)
        state.overlay = .none
        switch prompt.kind {
        case .filter:
            if prompt.complaint != nil {
                state.overlay = .prompt(prompt)
                return .redraw
            }
            return perform(.filter(text))
        case _ where text.isEmpty: return .redraw
        case .find: return perform(.find(text))
        case .command:
            do throws(CommandError) { return perform(try CommandCatalog.parse(text)) } catch {
                say(DisplayText(sanitising: error.description, cap: 200), .err)
            }
        case .add: return perform(.add(text))
        case .export: return perform(.export(text))
        case .rate: return perform(.rate(text))
        case .concurrency:
            guard let count = Int(text), count > 0 else {
                say("not a number: \(DisplayText(sanitising: text, cap: 32))", .err)
                return .redraw
            }
            return perform(.concurrency(.absolute(count)))
        case .hostLimit(let host):
            guard let limit = Int(text), limit > 0 else {
                say("not a number: \(DisplayText(sanitising: text, cap: 32))", .err)
                return .redraw
            }
            return perform(.hostLimit(host: host, limit: limit))
        }
        return .redraw
    }

    private func remember(_ text: String, _ kind: PromptKind) {
        guard !text.isEmpty else { return }
        var lines = state.history[kind] ?? []
        lines.removeAll { $0 == text }
        lines.append(text)
        state.history[kind] = lines.suffix(50)
    }

    /// Completes the word before the end as far as it is clear, and shows what it may become when it is not.
    private func complete(_ prompt: inout Prompt) {
        let text = prompt.editor.text
        let word = text.last == " " ? "" : text.split(separator: " ").last.map(String.init) ?? ""
        let candidates = CommandCatalog.completions(of: text, hosts: { store.hosts.hosts.map(\.name) })
        guard let first = candidates.first else { return }
        let common = candidates.dropFirst().reduce(first) { common, name in
            String(zip(common, name).prefix { $0 == $1 }.map(\.0))
        }
        let end = candidates.count == 1 && !common.hasSuffix(" ") ? " " : ""
        prompt.editor.set(text.dropLast(word.count) + common + end)
        if candidates.count > 1 {
            prompt.suggestions = DisplayText(sanitising: candidates.joined(separator: "  "), cap: 400)
        }
    }
}
