extension Controller {
    /// Moving about: the cursor, the views, what is open.
    func navigate(_ command: Command) {
        switch command {
        case .move(let movement): move(movement)
        case .scrollColumns(let count): shiftView(count)
        case .zoom(let step): zoom(step)
        case .open: open()
        case .back: back()
        case .goTo(let id): goTo(id)
        case .view(let view): show(view)
        case .nextView: show(state.view.neighbour(1))
        case .previousView: show(state.view.neighbour(-1))
        default: break
        }
    }

    private func show(_ view: ViewName) {
        state.view = view
        state.details.isOpen = false
        orders.setNeedsRefresh()
    }

    private func move(_ movement: Command.Movement) {
        let page = max(1, viewport - 1)
        if state.details.isOpen, isDetailsFullScreen { return scrollDetails(movement, page: page) }
        if state.view != .fetches { return moveInView(movement) }
        // Where one goes oneself, a search does not take one away again.
        search = nil
        let place = state.cursor.row == nil ? 0 : state.cursor.place
        switch movement {
        case .up: moveCursor(to: place - 1)
        case .down: moveCursor(to: place + 1)
        case .pageUp: moveCursor(to: place - page)
        case .pageDown: moveCursor(to: place + page)
        case .halfUp: moveCursor(to: place - max(1, page / 2))
        case .halfDown: moveCursor(to: place + max(1, page / 2))
        case .top: moveCursor(to: 0)
        case .bottom: moveCursor(to: rows.rows.count - 1)
        }
    }

    private func scrollDetails(_ movement: Command.Movement, page: Int) {
        switch movement {
        case .up: state.details.scroll -= 1
        case .down: state.details.scroll += 1
        case .pageUp: state.details.scroll -= page
        case .pageDown: state.details.scroll += page
        case .halfUp: state.details.scroll -= page / 2
        case .halfDown: state.details.scroll += page / 2
        case .top: state.details.scroll = 0
        case .bottom: state.details.scroll = detailsScrollLimit
        }
        state.details.scroll = max(0, min(state.details.scroll, detailsScrollLimit))
    }

    /// Scrolls the details wherever they stand; beside the table the movement keys are the table's.
    func scrollDetails(by lines: Int) {
        state.details.scroll = max(0, min(state.details.scroll + lines, detailsScrollLimit))
    }

    private func open() {
        if state.view != .fetches { return openInView() }
        switch currentRow {
        case .fetch(let id):
            // From now on it is about this fetch, even on the first row.
            state.cursor.row = .fetch(id)
            state.details.isOpen = true
            state.details.scroll = 0
        case .group(let host):
            filter("host:\(store.hosts[host].name)")
        case nil: say("nothing selected")
        }
    }

    /// Turns to a tab of the details, which need not be open: at 180 columns they stand beside the table anyway.
    func showDetails(_ tab: DetailsTab) {
        state.details.tab = tab
        state.details.scroll = 0
    }

    private func back() {
        if state.details.isOpen {
            state.details.isOpen = false
        } else if state.view != .fetches {
            state.view = .fetches
        } else if state.cursor.row != nil, currentRow == nil {
            state.cursor = ViewState.Cursor()
        }
    }

    /// Nothing is open that `back` would close.
    var isAtRoot: Bool { !state.details.isOpen && state.view == .fetches }

    private func goTo(_ id: FetchID) {
        guard store.contains(id) else {
            return say("there is no \(DisplayText(trusted: id.description))", .err)
        }
        guard let place = rows.place(of: id) else {
            return say("\(DisplayText(trusted: id.description)) is filtered out", .warn)
        }
        state.view = .fetches
        moveCursor(to: place)
        state.cursor.row = .fetch(id)
    }

    // MARK: - Searching

    func find(_ text: String?) {
        guard let text else { return openPrompt(.find) }
        state.search = text
        findNext(0)
    }

    // MARK: - Filtering

    func filter(_ text: String?) {
        guard let text else { return openPrompt(.filter) }
        guard let query = try? FetchQuery(text) else { return }
        state.filter = ViewState.Filter(text: text, query: query)
        setNeedsRebuild()
    }
}
