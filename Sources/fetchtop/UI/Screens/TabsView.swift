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
            column += text.columns
        }
    }

    /// The tab under a column, for the mouse.
    static func tab(at column: Int, active: ViewName, width: Int) -> ViewName? {
        var start = 0
        let full = ViewName.allCases.reduce(0) { $0 + $1.title.columns + 3 }
        for name in ViewName.allCases {
            let length = full <= width || name == active ? name.title.columns + 3 : 3
            if column >= start, column < start + length { return name }
            start += length
        }
        return nil
    }
}
