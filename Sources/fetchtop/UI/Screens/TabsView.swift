/// ```
/// [1Fetches] 2Hosts  3Timeline  4Latency  5Map  6Errors  7Log  8Futures
/// ```
enum TabsView {
    static func draw(_ view: ViewName, on grid: inout Grid, in area: Rect) {
        guard !area.isEmpty else { return }
        var column = area.x
        // Where names do not fit, the numbers still say what there is.
        let full = ViewName.allCases.reduce(0) { $0 + $1.title.columns + 3 }
        for name in ViewName.allCases {
            let label: DisplayText =
                full <= area.width || name == view ? "\(name.number)\(name.title)" : "\(name.number)"
            let isActive = name == view
            let text: DisplayText = isActive ? "[\(label)]" : " \(label) "
            guard column + text.columns <= area.maxX else { break }
            grid.put(text, x: column, y: area.y, style: isActive ? Style(.accent, .bold) : .dim)
            grid.mark(Rect(x: column, y: area.y, width: text.columns, height: 1), .command(.view(name)))
            column += text.columns
        }
    }
}
