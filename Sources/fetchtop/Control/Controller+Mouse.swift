/// The mouse: what is under it was marked when it was drawn.
extension Controller {
    /// Two clicks on one thing within this time open it.
    static let doubleClick = Duration.milliseconds(400)
    /// Rows a step of the wheel moves.
    private static let wheelStep = 3

    func handle(_ event: MouseEvent) -> Reaction {
        guard state.settings.usesMouse else { return [] }
        // What lies on top was drawn last.
        let zone = zones.last { $0.rect.contains(column: event.column, row: event.row) }
        switch event.kind {
        case .wheelUp: return wheel(-1, over: wheelTarget(event))
        case .wheelDown: return wheel(1, over: wheelTarget(event))
        case .press where event.button == .left:
            guard let zone else { return [] }
            return press(zone, event)
        case .press, .release, .drag: return []
        }
    }

    private func press(_ zone: HotZone, _ event: MouseEvent) -> Reaction {
        let isSecond = lastClick.map { $0.target == zone.target && clock() - $0.at < Self.doubleClick } ?? false
        lastClick = isSecond ? nil : (zone.target, clock())
        switch zone.target {
        case .command(let command): return perform(command)
        case .key(let key): return handle(key)
        case .sort(let key): return perform(state.arrangement.sort == key ? .invertSort : .sort(key))
        case .row(let place): select(place)
        case .line(let place): selectLine(place)
        case .attempt(let start): select(start)
        case .cells(let columns):
            selectCell((event.row - zone.rect.y) * columns + event.column - zone.rect.x)
        case .item(let index): return pick(index)
        case .setting(let panel, let place): return change(panel, place)
        case .details, .nothing: return []
        }
        return isSecond ? perform(.open) : .redraw
    }

    /// A click means this fetch, on the first row too.
    private func select(_ place: Int) {
        guard rows.rows.indices.contains(place) else { return }
        moveCursor(to: place)
        state.cursor.row = rows.rows[place]
    }

    private func pick(_ index: Int) -> Reaction {
        guard case .menu(var menu) = state.overlay, menu.items.indices.contains(index) else { return [] }
        menu.choice = index
        state.overlay = .menu(menu)
        return handle(Key(.enter))
    }

    /// The tabs of the details are part of the details: the wheel scrolls there, too.
    private func wheelTarget(_ event: MouseEvent) -> HotZone.Target? {
        zones.contains { $0.target == .details && $0.rect.contains(column: event.column, row: event.row) }
            ? .details : nil
    }

    private func wheel(_ direction: Int, over target: HotZone.Target?) -> Reaction {
        let step = direction * Self.wheelStep
        switch state.overlay {
        case .none: break
        case .help, .menu, .setup:
            var reaction: Reaction = []
            for _ in 0..<abs(step) { reaction.formUnion(handle(Key(step < 0 ? .up : .down))) }
            return reaction
        case .prompt, .confirm, .yank: return []
        }
        if target == .details {
            scrollDetails(by: step)
            return .redraw
        }
        for _ in 0..<abs(step) { _ = perform(.move(step < 0 ? .up : .down)) }
        return .redraw
    }
}
