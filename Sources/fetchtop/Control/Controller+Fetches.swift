extension Controller {
    /// What is done to single fetches.
    func changeFetches(_ command: Command) {
        switch command {
        case .cancel(let target): cancel(target)
        case .retry(let target): retry(target)
        case .pause(let target): gather(target) { [unowned self] in pause($0) }
        case .resume(let target): gather(target) { [unowned self] in resume($0) }
        case .togglePause(let target): togglePause(target)
        default: break
        }
    }

    private func cancel(_ target: Target) {
        // The tagged one may be out of sight, while another is under the cursor.
        let isTagged = target == .chosen && state.view == .fetches && !state.tagged.isEmpty
        gather(target, where: { !$0.state.isFinished }) { [unowned self] ids in
            guard !ids.isEmpty else { return say("nothing to cancel", .warn) }
            state.overlay = .confirm(
                Confirmation(
                    question: ids.count > 1
                        ? "Cancel \(ids.count) fetches?" : isTagged ? "Cancel the tagged fetch?" : "Cancel this fetch?",
                    details: describe(ids), action: .cancel(ids)))
        }
    }

    private func retry(_ target: Target) {
        gather(target, where: { $0.state.isFinished || $0.state == .backoff }) { [unowned self] ids in
            guard !ids.isEmpty else { return say("nothing to retry", .warn) }
            // One row by its own key is meant; many at once deserve a question.
            if ids.count == 1 {
                return report(ids.count { control.retry($0) }, of: 1, "queued again")
            }
            state.overlay = .confirm(
                Confirmation(question: "Fetch \(ids.count) again?", details: describe(ids), action: .retry(ids)))
        }
    }

    private func togglePause(_ target: Target) {
        gather(target) { [unowned self] ids in
            gather(.these(ids), where: { [store] in store[$0].state == .paused }) { [unowned self] paused in
                if paused.isEmpty { pause(ids) } else { resume(ids) }
            }
        }
    }

    private func pause(_ ids: [FetchID]) {
        act(on: ids, "Pausing", "paused", nothing: "nothing to pause", control.pause)
    }

    private func resume(_ ids: [FetchID]) {
        act(on: ids, "Resuming", "resumed", nothing: "nothing to resume", control.resume)
    }

    private func act(
        on ids: [FetchID], _ title: DisplayText, _ what: DisplayText, nothing: DisplayText,
        _ body: @escaping (FetchID) -> Bool
    ) {
        guard !ids.isEmpty else { return say(nothing, .warn) }
        begin(
            Errand(title, .these(ids), take: body) { [unowned self] done, looked in
                if done.isEmpty { return say(nothing, .warn) }
                report(done.count, of: looked, what)
            })
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
        case .tag: tag()
        case .tagSimilar: tagSimilar()
        case .untagAll:
            state.tagged = []
            tagsChanged()
        default: break
        }
    }

    /// Tags what the cursor is on, or takes the tags away when all of it is tagged.
    private func tag() {
        gather(.selected) { [unowned self] ids in
            guard !ids.isEmpty else { return say("nothing selected") }
            _ = perform(.move(.down))
            gather(.these(ids), where: { [tagged = state.tagged] in !tagged.contains($0) }) { [unowned self] fresh in
                begin(
                    Errand("Tagging", .these(fresh.isEmpty ? ids : fresh)) { [unowned self] id in
                        if fresh.isEmpty { return state.tagged.remove(id) != nil }
                        return state.tagged.insert(id).inserted
                    } finish: { [unowned self] _, _ in
                        tagsChanged()
                    })
            }
        }
    }

    /// Of a failed fetch, all that failed the same way; of any other, all of its host. In the views of hosts, errors and
    /// the map, the fetches behind the line.
    private func tagSimilar() {
        let store = self.store
        let rows = self.rows
        guard state.view == .fetches else {
            return gather(.selected) { [unowned self] in addTags($0) }
        }
        guard let id = currentFetch else { return say("nothing selected") }
        let model = store[id]
        gather(.all(store.count)) { other in
            guard rows.place(of: other) != nil else { return false }
            let fetch = store[other]
            return model.state.isFailure
                ? fetch.state.isFailure && fetch.failure == model.failure && fetch.status == model.status
                : fetch.host == model.host
        } then: { [unowned self] in
            addTags($0)
        }
    }

    private func addTags(_ ids: [FetchID]) {
        guard !ids.isEmpty else { return say("nothing selected") }
        begin(
            Errand("Tagging", .these(ids)) { [unowned self] id in
                state.tagged.insert(id).inserted
            } finish: { [unowned self] _, _ in
                say("\(state.tagged.count) tagged")
                tagsChanged()
            })
    }

    private func tagsChanged() {
        if state.filter.text.contains("tagged") { setNeedsRebuild() }
    }
}
