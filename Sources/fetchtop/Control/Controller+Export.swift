/// Rows to be written to a file: fixed when it is asked for.
struct ExportRequest: Hashable, Sendable {
    let path: String
    let ids: [FetchID]
    /// The file that is there may go.
    var isReplacing = false
    /// Passwords and tokens as they are.
    let isRevealing: Bool
}

/// Taking things out of the dashboard: rows into files, URLs and commands into the clipboard.
extension Controller {
    func export(to file: String?) {
        guard let file else { return openPrompt(.export) }
        let ids = Array(rows.ids)
        guard !ids.isEmpty else { return say("no rows to write", .warn) }
        export(ExportRequest(path: file, ids: ids, isRevealing: state.isRevealing))
    }

    func export(_ request: ExportRequest) {
        let name = DisplayText(sanitising: request.path, cap: 256)
        exporter(request) { [weak self] outcome in
            guard let self else { return }
            switch outcome {
            case .written(let count): say("\(count) rows written to '\(name)'", .ok)
            case .exists: askToReplace(request, name)
            case .failed(let reason): say("cannot write '\(name)': \(DisplayText(sanitising: reason))", .err)
            }
            onChange()
        }
    }

    private func askToReplace(_ request: ExportRequest, _ name: DisplayText) {
        // Whatever was opened in the meantime is answered first.
        guard case .none = state.overlay else { return say("'\(name)' exists; nothing was written", .warn) }
        var replacing = request
        replacing.isReplacing = true
        state.overlay = .confirm(
            Confirmation(
                question: "Replace '\(name)'?", details: ["It exists; \(request.ids.count) rows take its place."],
                action: .export(replacing)))
    }

    // MARK: - Yanking

    func yank(_ kind: Command.YankKind) {
        // A heading stands for many, in whatever view.
        if state.view == .fetches, currentFetch == nil { return say("no fetch under the cursor") }
        gather(.selected) { [unowned self] ids in
            guard let id = ids.first, ids.count == 1 else { return say("no fetch under the cursor") }
            show(Yank(id: id, kind: kind))
        }
    }

    private func show(_ yank: Yank) {
        if state.settings.usesClipboard, clipboard(yank.text(store, requestOptions, isRevealing: true)) {
            return say(yank.kind == .url ? "URL copied" : "curl command copied", .ok)
        }
        state.overlay = .yank(yank)
    }

    func handle(_ key: Key, in yank: Yank) -> Reaction {
        switch key.code {
        case .character("v"): state.isRevealing.toggle()
        case .character("y"): state.overlay = .yank(Yank(id: yank.id, kind: .url))
        case .character("Y"): state.overlay = .yank(Yank(id: yank.id, kind: .curl))
        default: state.overlay = .none
        }
        return .redraw
    }
}

/// A fetch's URL, or a curl command that does the same, to be copied from the screen.
struct Yank: Hashable, Sendable {
    let id: FetchID
    let kind: Command.YankKind

    func text(_ store: FetchStore, _ options: RequestOptions, isRevealing: Bool) -> String {
        let url = isRevealing ? store.url(of: id) : Secrets.masked(url: store.url(of: id))
        guard kind == .curl else { return url }
        return CurlCommand.line(
            url: url, values: store[id].extras?.values, options: options, isRevealing: isRevealing)
    }
}
