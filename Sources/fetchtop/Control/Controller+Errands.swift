/// What takes more than a piece of time: commands about many fetches, and searches.
extension Controller {
    /// Looks for those among some fetches that are meant, and goes on with them.
    func gather(
        _ fetches: Errand.Fetches, where isMeant: @escaping (FetchID) -> Bool = { _ in true },
        then use: @escaping ([FetchID]) -> Void
    ) {
        let count = fetches.count
        begin(
            Errand("Looking for the fetches that are meant", fetches, take: isMeant) { [unowned self] ids, looked in
                guard looked == count else { return say("given up; nothing was done", .warn) }
                use(ids)
            })
    }

    /// Looks for the fetches a target stands for now, of those that something can be done to.
    func gather(
        _ target: Target, where isFit: @escaping (Fetch) -> Bool = { _ in true },
        then use: @escaping ([FetchID]) -> Void
    ) {
        let (fetches, isMeant) = meaning(of: target)
        gather(fetches, where: { [store] id in isMeant(id) && isFit(store[id]) }, then: use)
    }

    /// Does something to fetches that are fixed, and says of how many it was possible.
    func act(on ids: [FetchID], _ title: DisplayText, _ what: DisplayText, _ body: @escaping (FetchID) -> Bool) {
        begin(
            Errand(title, .these(ids), take: body) { [unowned self] done, looked in
                guard looked == ids.count else {
                    return say("stopped: \(done.count) of \(ids.count) \(what)", .warn)
                }
                report(done.count, of: ids.count, what)
            })
    }

    // MARK: - Pieces

    /// Begins with the first piece, which is all of it when few fetches are concerned.
    func begin(_ errand: Errand) {
        self.errand = errand
        errandBegan = clock()
        continueErrand()
    }

    /// What is worth telling of what is being done: a box that only flickers is not.
    var visibleWork: Errand.Progress? {
        clock() - errandBegan >= .milliseconds(200) ? errand?.progress : nil
    }

    func continueErrand() {
        // What it does may begin another.
        guard var errand = errand else { return }
        self.errand = nil
        guard errand.step(until: pieceOfWork()) else {
            self.errand = errand
            return
        }
        errand.end()
    }

    /// Esc: what is done is done, the rest is left.
    func giveUpErrand() {
        guard let errand else { return }
        self.errand = nil
        errand.end()
    }

    // MARK: - Which fetches

    /// The fetches that a target may stand for, and whether it does. Cheap: looking is done in pieces.
    private func meaning(of target: Target) -> (Errand.Fetches, (FetchID) -> Bool) {
        let store = self.store
        let all = Errand.Fetches.all(store.count)
        switch target {
        case .chosen:
            return meaning(of: state.tagged.isEmpty || state.view != .fetches ? .selected : .tagged)
        case .selected:
            if state.view != .fetches { return chosenInView }
            switch currentRow {
            case .fetch(let id): return (.these([id]), { _ in true })
            case .group(let host):
                return (all, { [rows] id in store[id].host == host && rows.place(of: id) != nil })
            case nil: return (.these([]), { _ in false })
            }
        case .tagged:
            let tagged = state.tagged
            // A handful is put in order at once; many are found in order.
            if tagged.count <= 1_000 { return (.these(tagged.sorted()), { _ in true }) }
            return (all, tagged.contains)
        case .failed where state.view == .errors: return chosenInView
        case .failed: return (all, { store[$0].state.isFailure })
        case .id(let id): return (.these(store.contains(id) ? [id] : []), { _ in true })
        case .matching(let expression):
            guard let query = try? FetchQuery(expression) else { return (.these([]), { _ in false }) }
            let now = self.now
            let tagged = state.tagged
            return (all, { query.matches($0, in: store, at: now, isTagged: tagged.contains) })
        }
    }

    /// The fetches behind the line under the cursor of a view that is not the table.
    private var chosenInView: (Errand.Fetches, (FetchID) -> Bool) {
        let store = self.store
        let all = Errand.Fetches.all(store.count)
        switch state.view {
        case .hosts: if let host = listedHost { return (all, { store[$0].host == host }) }
        case .errors:
            if let key = listedError {
                return (all, { store[$0].state.isFailure && ErrorGroups.Key(store[$0]) == key })
            }
        case .map: return (.these(fetchesOfCell), { _ in true })
        case .timeline: return (.these(timelineFetch.map { [$0] } ?? []), { _ in true })
        case .fetches, .latency, .log, .futures: break
        }
        return (.these([]), { _ in false })
    }

    // MARK: - Searching

    /// Moves to the next row whose URL contains the text; a step of 0 may stay where it is.
    func findNext(_ step: Int) {
        let needle = Array(state.search.lowercased().utf8)
        guard !needle.isEmpty, !rows.rows.isEmpty else { return }
        let start = state.cursor.row == nil ? 0 : state.cursor.place
        search = RowSearch(needle, in: rows.rows, of: store, from: start, step: step)
        continueSearch()
    }

    func continueSearch() {
        guard let outcome = search?.step(until: pieceOfWork()) else { return }
        search = nil
        if case .found(let id) = outcome, let place = rows.place(of: id) { return moveCursor(to: place) }
        // While one types, the prompt says so.
        if case .prompt(var prompt) = state.overlay, prompt.kind == .find {
            prompt.complaint = "not found"
            state.overlay = .prompt(prompt)
        } else {
            say("not found: \(DisplayText(sanitising: state.search, cap: 64))", .warn)
        }
    }
}
