/// The cursors of the views besides the table.
extension Controller {
    /// How many lines a view's list has.
    private func count(of view: ViewName) -> Int {
        switch view {
        case .hosts: orders.hosts.count
        case .errors: orders.errors.count
        case .futures: futureCount
        case .fetches, .timeline, .latency, .map, .log: 0
        }
    }

    /// Keeps each list's cursor on what it was put on, wherever that is now.
    func settleLists() {
        orders.refresh(store, index, at: clock(), until: pieceOfWork())
        follow(.hosts, state.hostCursor.flatMap { orders.hosts.place(ofNumber: $0.index) })
        follow(.errors, state.errorCursor.flatMap(index.errors.number).flatMap(orders.errors.place))
        if state.view == .timeline { return settleTimeline() }
        let list = state.list(state.view)
        state.lists[state.view] = list.settled(count: count(of: state.view), height: viewport)
    }

    private func follow(_ view: ViewName, _ place: Int?) {
        guard let place, var list = state.lists[view], place != list.cursor else { return }
        list.top += place - list.cursor
        list.cursor = place
        state.lists[view] = list
    }

    /// Moves the cursor of any view but the table's.
    func moveInView(_ movement: Command.Movement) {
        switch state.view {
        case .log: moveLog(movement)
        case .map: moveMap(movement)
        case .timeline: moveTimeline(movement)
        default:
            var list = state.list(state.view)
            list.move(movement, page: viewport)
            list = list.settled(count: count(of: state.view), height: viewport)
            state.lists[state.view] = list
            // On the first line the cursor stays at the top, whatever comes to be there.
            if state.view == .hosts { state.hostCursor = list.cursor == 0 ? nil : element(orders.hosts, list.cursor) }
            if state.view == .errors {
                state.errorCursor = list.cursor == 0 ? nil : element(orders.errors, list.cursor)
            }
        }
    }

    /// Puts the cursor of a list on a line.
    func selectLine(_ place: Int) {
        var list = state.list(state.view)
        list.cursor = place
        state.lists[state.view] = list.settled(count: count(of: state.view), height: viewport)
        if state.view == .hosts { state.hostCursor = element(orders.hosts, place) }
        if state.view == .errors { state.errorCursor = element(orders.errors, place) }
    }

    func selectCell(_ cell: Int) {
        state.mapCursor = cell
        clampMap()
    }

    private func element<Entry>(_ list: OrderedList<Entry>, _ place: Int) -> Entry.Item? {
        list.indices.contains(place) ? list[place] : nil
    }

    private func opposite(_ movement: Command.Movement) -> Command.Movement {
        switch movement {
        case .up: .down
        case .down: .up
        case .pageUp: .pageDown
        case .pageDown: .pageUp
        case .halfUp: .halfDown
        case .halfDown: .halfUp
        case .top: .bottom
        case .bottom: .top
        }
    }

    private func moveLog(_ movement: Command.Movement) {
        var list = ListState(cursor: state.logBack, top: 0)
        list.move(opposite(movement), page: viewport)
        state.logBack = max(0, min(list.cursor, index.log.entries.count - viewport))
    }

    private func moveMap(_ movement: Command.Movement) {
        let size = mapSize
        switch movement {
        case .up: state.mapCursor -= size.columns
        case .down: state.mapCursor += size.columns
        case .pageUp, .halfUp: state.mapCursor -= size.columns * max(1, size.rows / 2)
        case .pageDown, .halfDown: state.mapCursor += size.columns * max(1, size.rows / 2)
        case .top: state.mapCursor = 0
        case .bottom: state.mapCursor = .max / 2
        }
        clampMap()
    }

    private var mapSize: Size { MapView.cells(bodySize) }

    private func clampMap() {
        let perCell = MapView.perCell(store.count, mapSize)
        state.mapCursor = max(0, min(state.mapCursor, (store.count - 1) / perCell))
    }

    /// Left and right.
    func shiftView(_ count: Int) {
        if state.details.isOpen { return showDetails(state.details.tab.neighbour(count.signum())) }
        switch state.view {
        case .timeline: shiftTimeline(by: count.signum())
        case .latency:
            let all = LatencyView.Metric.allCases
            let place = (state.latencyMetric.rawValue + count.signum() + all.count) % all.count
            state.latencyMetric = all[place]
        case .map:
            state.mapCursor += count.signum()
            clampMap()
        default: state.columnScroll = max(0, state.columnScroll + count)
        }
    }

    /// What Enter does: shows the fetches behind a line.
    func openInView() {
        switch state.view {
        case .hosts: if let host = listedHost { show("host:\(store.hosts[host].name)") }
        case .errors: if let key = listedError { show(ErrorsView.filter(key, store)) }
        case .timeline: openTimelineRow()
        case .latency: state.showsLatencyByHost.toggle()
        case .map:
            let ids = fetchesOfCell
            guard let first = ids.first, let last = ids.last else { return say("nothing there yet") }
            if first == last {
                state.filter = ViewState.Filter()
                setNeedsRebuild()
                settleNow()
                _ = perform(.goTo(first))
                _ = perform(.open)
            } else {
                show("id>=\(first.rawValue) id<=\(last.rawValue)")
            }
        default: break
        }
    }

    private func show(_ filter: String) {
        guard let query = try? FetchQuery(filter) else { return say("cannot filter by that", .err) }
        state.filter = ViewState.Filter(text: filter, query: query)
        state.view = .fetches
        state.cursor = ViewState.Cursor()
        setNeedsRebuild()
    }

    /// The host, or group of errors, under the cursor of its view.
    var listedHost: HostID? { state.hostCursor ?? orders.hosts.first }
    var listedError: ErrorGroups.Key? { state.errorCursor ?? orders.errors.first }

    /// The fetches that the map's cursor stands for.
    var fetchesOfCell: [FetchID] {
        let perCell = MapView.perCell(store.count, mapSize)
        let first = state.mapCursor * perCell
        return (first..<max(first, min(store.count, first + perCell))).map { FetchID(index: $0) }
    }
}
