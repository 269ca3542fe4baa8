/// The whole screen. One function from what is to what is seen.
func render(_ scene: Scene, _ size: Size, _ capabilities: Capabilities) -> Grid {
    var grid = Grid(size)
    guard !grid.bounds.isEmpty else { return grid }
    let layout = Layout(size, scene.state)
    let glyphs = Glyphs(capabilities.glyphs)
    if layout.breadth == .tiny {
        TinyView.draw(scene, layout, glyphs, on: &grid)
    } else {
        TitleView.draw(scene, on: &grid, in: layout.title)
        HeaderView.draw(scene, layout, glyphs, on: &grid)
        TabsView.draw(scene.state.view, on: &grid, in: layout.tabs)
        BodyView.draw(scene, layout, glyphs, on: &grid)
        if !layout.strip.isEmpty { LatencyStrip.draw(scene, glyphs, on: &grid, in: layout.strip) }
        FooterView.draw(scene, on: &grid, in: layout.footer)
    }
    OverlayView.draw(scene, capabilities, glyphs, on: &grid)
    return grid
}

/// What the tabs switch between, and the details over or beside it.
enum BodyView {
    static func draw(_ scene: Scene, _ layout: Layout, _ glyphs: Glyphs, on grid: inout Grid) {
        if let area = layout.detailsArea(scene.state), layout.details == nil, let id = scene.shownFetch {
            return DetailsView(id, scene, glyphs, in: area).draw(on: &grid)
        }
        drawView(scene, layout, glyphs, on: &grid)
        guard let pane = layout.details, let area = layout.detailsArea(scene.state) else { return }
        if area.x > pane.x {
            for y in pane.y..<pane.maxY { grid.put(glyphs.vertical, x: pane.x, y: y, style: .faint) }
        } else {
            grid.put(.repeating(glyphs.horizontal, pane.width), x: pane.x, y: pane.y, style: .faint)
        }
        if let id = scene.shownFetch { DetailsView(id, scene, glyphs, in: area).draw(on: &grid) }
    }

    private static func drawView(_ scene: Scene, _ layout: Layout, _ glyphs: Glyphs, on grid: inout Grid) {
        let area = layout.body
        switch scene.state.view {
        case .fetches: TableView.draw(scene, layout.breadth, glyphs, on: &grid, in: area)
        case .hosts: HostsView.draw(scene, glyphs, on: &grid, in: area)
        case .timeline: TimelineView.draw(scene, glyphs, on: &grid, in: area)
        case .latency: LatencyView.draw(scene, glyphs, on: &grid, in: area)
        case .map: MapView.draw(scene, glyphs, on: &grid, in: area)
        case .errors: ErrorsView.draw(scene, glyphs, on: &grid, in: area)
        case .log: LogView.draw(scene, glyphs, on: &grid, in: area)
        case .futures: FuturesView.draw(scene, glyphs, on: &grid, in: area)
        }
    }
}

extension Scene {
    /// The fetch whose details are shown.
    var shownFetch: FetchID? { if case .fetch(let id) = current { id } else { nil } }
}
