/// The setup screen. What one changes is seen at once, behind it; it is kept when the screen is closed.
extension Controller {
    func openSetup() {
        let table = ColumnTable(state.view)
        state.overlay = .setup(Setup(state.settings, table, columns: shownColumns(table), meters: shownMeters))
    }

    private func shownColumns(_ table: ColumnTable) -> [String] {
        let nameWidth = HostsView.nameWidth(orders.hosts, store, bodySize.columns)
        return table.chosen(state.settings) ?? table.fitting(bodySize.columns, nameWidth: nameWidth)
    }

    private var shownMeters: [Layout.Meter] { state.settings.meters ?? Layout.Meter.allCases }

    func handle(_ key: Key, in setup: Setup) -> Reaction {
        var setup = setup
        let place = setup.cursor(setup.panel)
        switch key.code {
        case .escape, .character("q"), .function(10), .function(2): return close(setup)
        case .up where key.modifiers.contains(.shift): setup.shift(&state.settings, by: -1)
        case .down where key.modifiers.contains(.shift): setup.shift(&state.settings, by: 1)
        case .character("["), .function(7): setup.shift(&state.settings, by: -1)
        case .character("]"), .function(8): setup.shift(&state.settings, by: 1)
        case .up, .character("k"): setup.move(to: place - 1)
        case .down, .character("j"): setup.move(to: place + 1)
        case .home, .pageUp, .character("g"): setup.move(to: 0)
        case .end, .pageDown, .character("G"): setup.move(to: .max)
        case .tab where key.modifiers.contains(.shift): setup.panel = neighbour(setup.panel, -1)
        case .left, .character("h"): setup.panel = neighbour(setup.panel, -1)
        case .tab, .right, .character("l"): setup.panel = neighbour(setup.panel, 1)
        case .character(" "), .enter, .character("+"): setup.change(&state.settings, by: 1)
        case .character("-"): setup.change(&state.settings, by: -1)
        case .character("u"):
            // As it was when the screen was opened; closing it then keeps nothing.
            state.settings = setup.before
            setup.reset(columns: shownColumns(setup.table), meters: shownMeters)
        case .character("D"):
            state.settings = DisplaySettings()
            setup.reset(columns: shownColumns(setup.table), meters: shownMeters)
        default: break
        }
        state.overlay = .setup(setup)
        return [.redraw, .settings]
    }

    /// A click puts the cursor on a line and changes it.
    func change(_ panel: Setup.Panel, _ place: Int) -> Reaction {
        guard case .setup(var setup) = state.overlay else { return [] }
        setup.panel = panel
        setup.move(to: place)
        setup.change(&state.settings, by: 1)
        state.overlay = .setup(setup)
        return [.redraw, .settings]
    }

    private func neighbour(_ panel: Setup.Panel, _ step: Int) -> Setup.Panel {
        let all = Setup.Panel.allCases
        return all[(panel.rawValue + step + all.count) % all.count]
    }

    private func close(_ setup: Setup) -> Reaction {
        state.overlay = .none
        return state.settings == setup.before ? .redraw : [.redraw, .settings, .saveSettings]
    }
}
