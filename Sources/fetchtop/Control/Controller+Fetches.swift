extension Controller {
    /// What is done to single fetches.
    func changeFetches(_ command: Command) {
        switch command {
        case .cancel(let target): cancel(target)
        case .retry(let target): retry(target)
        case .pause(let target): act(target, "paused", nothing: "nothing to pause") { self.control.pause($0) }
        case .resume(let target): act(target, "resumed", nothing: "nothing to resume") { self.control.resume($0) }
        case .togglePause(let target): togglePause(target)
        default: break
        }
    }

    /// The fetches a target stands for, now.
    func resolve(_ target: Target) -> [FetchID] {
        switch target {
        case .chosen:
            return state.tagged.isEmpty || state.view != .fetches ? resolve(.selected) : resolve(.tagged)
        case .selected:
            if state.view != .fetches { return chosenInView }
            switch currentRow {
            case .fetch(let id): return [id]
            case .group(let host): return rows.ids.filter { store[$0].host == host }
            case nil: return []
            }
        case .tagged: return state.tagged.sorted()
        case .failed where state.view == .errors: return chosenInView
        case .failed:
            return (0..<store.count).map { FetchID(index: $0) }.filter { store[$0].state.isFailure }
        case .id(let id): return store.contains(id) ? [id] : []
        case .matching(let expression):
            guard let query = try? FetchQuery(expression) else { return [] }
            return (0..<store.count).map { FetchID(index: $0) }
                .filter { query.matches($0, in: store, at: now, isTagged: state.tagged.contains) }
        }
    }

    private func cancel(_ target: Target) {
        let ids = resolve(target).filter { !store[$0].state.isFinished }
        guard !ids.isEmpty else { return say("nothing to cancel", .warn) }
        state.overlay = .confirm(
            Confirmation(
                question: ids.count == 1 ? "Cancel this fetch?" : "Cancel \(ids.count) fetches?",
                details: describe(ids), action: .cancel(ids)))
    }

    private func retry(_ target: Target) {
        let ids = resolve(target).filter { store[$0].state.isFinished || store[$0].state == .backoff }
        guard !ids.isEmpty else { return say("nothing to retry", .warn) }
        // One row by its own key is meant; many at once deserve a question.
        if ids.count == 1 {
            return report(ids.count { control.retry($0) }, of: 1, "queued again")
        }
        state.overlay = .confirm(
            Confirmation(question: "Fetch \(ids.count) again?", details: describe(ids), action: .retry(ids)))
    }

    private func togglePause(_ target: Target) {
        let ids = resolve(target)
        if ids.contains(where: { store[$0].state == .paused }) {
            act(target, "resumed", nothing: "nothing to resume") { self.control.resume($0) }
        } else {
            act(target, "paused", nothing: "nothing to pause") { self.control.pause($0) }
        }
    }

    private func act(_ target: Target, _ what: DisplayText, nothing: DisplayText, _ body: (FetchID) -> Bool) {
        let ids = resolve(target)
        guard !ids.isEmpty else { return say(nothing, .warn) }
        let done = ids.count { body($0) }
        if done == 0 { return say(nothing, .warn) }
        report(done, of: ids.count, what)
    }

    /// The first few of a set, so that one sees what one is about to do.
    private func describe(_ ids: [FetchID]) -> [DisplayText] {
        var lines = ids.prefix(5).map { id in
            "\(DisplayText(trusted: id.description)) \(URLText(store.url(of: id)).text)" as DisplayText
        }
        if ids.count > 5 { lines.append("and \(ids.count - 5) more") }
        return lines
    }

    // MARK: - Tags

    func changeTags(_ command: Command) {
        switch command {
        case .tag:
            let ids = resolve(.selected)
            guard !ids.isEmpty else { return say("nothing selected") }
            if ids.allSatisfy(state.tagged.contains) {
                state.tagged.subtract(ids)
            } else {
                state.tagged.formUnion(ids)
            }
            _ = perform(.move(.down))
        case .tagSimilar: tagSimilar()
        case .untagAll:
            state.tagged = []
        default: break
        }
        if state.filter.text.contains("tagged") { setNeedsRebuild() }
    }

    /// Of a failed fetch, all that failed the same way; of any other, all of its host. In the views of hosts, errors and
    /// the map, the fetches behind the line.
    private func tagSimilar() {
        guard state.view == .fetches else {
            let ids = chosenInView
            guard !ids.isEmpty else { return say("nothing selected") }
            state.tagged.formUnion(ids)
            return say("\(state.tagged.count) tagged")
        }
        guard let id = currentFetch else { return say("nothing selected") }
        let model = store[id]
        let similar = rows.ids.filter { other in
            let fetch = store[other]
            return model.state.isFailure
                ? fetch.state.isFailure && fetch.failure == model.failure && fetch.status == model.status
                : fetch.host == model.host
        }
        state.tagged.formUnion(similar)
        say("\(state.tagged.count) tagged")
    }

    /// The one fetch that the cursor is on, in whatever view.
    var pointedFetch: FetchID? {
        if state.view == .fetches { return currentFetch }
        let ids = chosenInView
        return ids.count == 1 ? ids[0] : nil
    }
}
