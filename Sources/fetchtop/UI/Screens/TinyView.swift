/// Below 40x8: the figures in one line, or what just happened, then the view as far as there is room.
///
/// ```
/// 6913/10240 67% in 256 err 40 38M/s
/// ```
enum TinyView {
    static func draw(_ scene: Scene, _ layout: Layout, _ glyphs: Glyphs, on grid: inout Grid) {
        let area = layout.title
        if case .prompt = scene.state.overlay {
            FooterView.draw(scene, on: &grid, in: area)
        } else if let message = scene.state.message, area.width >= 12 {
            grid.put(message.text.truncated(to: area.width), x: area.x, y: area.y, style: Style(message.role, .bold))
        } else {
            grid.put(line(scene, width: area.width), x: area.x, y: area.y, style: .strong)
        }
        if scene.state.view == .fetches, !scene.state.details.isOpen { return drawRows(scene, layout, on: &grid) }
        BodyView.draw(scene, layout, glyphs, on: &grid)
    }

    private static func drawRows(_ scene: Scene, _ layout: Layout, on grid: inout Grid) {
        for (offset, row) in scene.rows.rows.dropFirst(scene.state.cursor.top).prefix(layout.body.height).enumerated() {
            let y = layout.body.y + offset
            switch row {
            case .fetch(let id):
                let look = StateLook(scene.store[id].state)
                grid.put(look.letter, x: 0, y: y, style: Style(look.role, .bold))
                let url = URLText(scene.store.url(of: id), revealing: scene.state.isRevealing)
                grid.put(url.host + url.rest, x: 2, y: y, style: look.isOver ? .dim : .text)
            case .group(let host):
                let name = DisplayText(sanitising: Punycode.host(scene.store.hosts[host].name), cap: 256)
                grid.put(name, x: 0, y: y, style: Style(.accent, .bold))
            }
            let place = Rect(x: 0, y: y, width: grid.size.columns, height: 1)
            grid.mark(place, .row(scene.state.cursor.top + offset))
            if row == scene.current { grid.lay(.selection, in: place) }
        }
    }

    /// The longest of several forms that fits.
    private static func line(_ scene: Scene, width: Int) -> DisplayText {
        let counts = scene.store.counts
        let total = scene.run.mode.total(of: scene.store.count)
        let percent = Format.percent(counts.finished, of: total)
        let short: DisplayText = "\(counts.finished)/\(total)"
        let middle: DisplayText = "\(short) \(percent)"
        let more: DisplayText = "\(middle) in \(counts.inFlight) err \(counts.failures)"
        let rate = Format.rate(scene.store.statistics.received.perSecond(at: scene.now))
        let letter: DisplayText = counts.failures > 0 ? "x" : counts.inFlight > 0 ? "R" : "+"
        let forms: [DisplayText] = [more + " " + rate, more, middle, short, percent, letter]
        return forms.first { $0.columns <= width } ?? .empty
    }
}
