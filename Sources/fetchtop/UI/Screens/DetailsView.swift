/// Everything about one fetch.
///
/// ```
/// #4711 GET https://cdn.example.net/iso/debian-12.iso            R 61%   try 2
/// queue    ..                                                      12.0 ms
/// dns        d                                                      3.1 ms
/// connect     ccc                                                  22.4 ms
/// tls            tttttt                                            41.0 ms
/// wait                 wwwwwwwwwwwwwwwwwwwwwwwwwwwww              212.6 ms
/// receive                                           rrrrrrrr>>     4.2 s
/// ```
enum DetailsView {
    static func draw(_ id: FetchID, _ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        guard !area.isEmpty else { return }
        grid.mark(area, .details)
        let lines = DetailsText(id, scene, glyphs, width: area.width).lines
        let scroll = max(0, min(scene.state.details.scroll, lines.count - area.height))
        for (offset, line) in lines.dropFirst(scroll).prefix(area.height).enumerated() {
            grid.put(line, x: area.x, y: area.y + offset, width: area.width, clip: area)
        }
        guard lines.count > area.height else { return }
        let left = lines.count - scroll - area.height
        guard left > 0 else { return }
        let note: DisplayText = " \(left) more "
        grid.put(note, x: area.maxX - note.columns, y: area.maxY - 1, style: Style(role: .dim, surface: .bar))
    }
}
