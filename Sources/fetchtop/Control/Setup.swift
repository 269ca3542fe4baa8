/// The setup screen: three lists side by side, of which one has the cursor.
struct Setup: Sendable {
    enum Panel: Int, CaseIterable, Sendable {
        case columns, meters, display

        var title: DisplayText {
            switch self {
            case .columns: "Columns"
            case .meters: "Meters"
            case .display: "Display"
            }
        }
    }

    /// Something that is shown or not, at its place in the order.
    struct Entry<Element: Hashable & Sendable>: Hashable, Sendable {
        let element: Element
        var isShown: Bool
    }

    var panel = Panel.columns
    private var cursors = [0, 0, 0]
    /// Whose columns these are.
    let table: ColumnTable
    private(set) var columns: [Entry<ColumnChoice>]
    private(set) var meters: [Entry<Layout.Meter>]
    /// To see whether anything was changed.
    let before: DisplaySettings
    /// What fits best: chosen by nobody, it stays free to follow the window's size.
    private var fittingColumns: [String]?
    private var fittingMeters: [Layout.Meter]?

    /// - Parameters:
    ///   - columns: The names of what the table shows now.
    ///   - meters: What the header shows now.
    init(_ settings: DisplaySettings, _ table: ColumnTable, columns: [String], meters: [Layout.Meter]) {
        before = settings
        self.table = table
        self.columns = Self.entries(columns, of: table)
        self.meters = Self.entries(meters, of: Layout.Meter.allCases)
        fittingColumns = table.chosen(settings) == nil ? columns : nil
        fittingMeters = settings.meters == nil ? meters : nil
    }

    private static func entries(_ shown: [String], of table: ColumnTable) -> [Entry<ColumnChoice>] {
        let all = table.all
        return entries(shown.compactMap { name in all.first { $0.name == name } }, of: all)
    }

    private static func entries<Element: Hashable & Sendable>(_ shown: [Element], of all: [Element])
        -> [Entry<Element>]
    {
        shown.map { Entry(element: $0, isShown: true) }
            + all.filter { !shown.contains($0) }.map { Entry(element: $0, isShown: false) }
    }

    /// Everything as it is out of the box.
    mutating func reset(columns: [String], meters: [Layout.Meter]) {
        self.columns = Self.entries(columns, of: table)
        self.meters = Self.entries(meters, of: Layout.Meter.allCases)
        (fittingColumns, fittingMeters) = (columns, meters)
    }

    func title(_ panel: Panel) -> DisplayText { panel == .columns ? table.title : panel.title }

    func count(_ panel: Panel) -> Int {
        switch panel {
        case .columns: columns.count
        case .meters: meters.count
        case .display: DisplayItem.allCases.count
        }
    }

    func cursor(_ panel: Panel) -> Int { cursors[panel.rawValue] }

    mutating func move(to place: Int) {
        cursors[panel.rawValue] = max(0, min(count(panel) - 1, place))
    }

    /// Shows or hides what the cursor is on, or takes the next (or previous) value.
    mutating func change(_ settings: inout DisplaySettings, by step: Int) {
        let place = cursor(panel)
        switch panel {
        case .columns: columns[place].isShown.toggle()
        case .meters: meters[place].isShown.toggle()
        case .display: DisplayItem.allCases[place].change(&settings, by: step)
        }
        apply(to: &settings)
    }

    /// Moves what the cursor is on up or down in its list.
    mutating func shift(_ settings: inout DisplaySettings, by step: Int) {
        let (from, to) = (cursor(panel), cursor(panel) + step)
        guard panel != .display, (0..<count(panel)).contains(to) else { return }
        if panel == .columns { columns.swapAt(from, to) } else { meters.swapAt(from, to) }
        move(to: to)
        apply(to: &settings)
    }

    private func apply(to settings: inout DisplaySettings) {
        switch panel {
        case .columns:
            let shown = columns.filter(\.isShown).map(\.element.name)
            table.choose(shown == fittingColumns ? nil : shown, in: &settings)
        case .meters:
            let shown = meters.filter(\.isShown).map(\.element)
            settings.meters = shown == fittingMeters ? nil : shown
        case .display: break
        }
    }
}

/// A line of the setup screen that is neither a column nor a meter.
enum DisplayItem: CaseIterable, Sendable {
    case theme, colors, glyphs, framesPerSecond, mouse, clipboard

    var title: DisplayText {
        switch self {
        case .theme: "Theme"
        case .colors: "Colours"
        case .glyphs: "Glyphs"
        case .framesPerSecond: "Frames/s"
        case .mouse: "Mouse"
        case .clipboard: "Clipboard"
        }
    }

    /// - Parameter capabilities: What "auto" comes to on this terminal.
    func value(_ settings: DisplaySettings, _ capabilities: Capabilities) -> DisplayText {
        switch self {
        case .theme where settings.theme == .auto: capabilities.isLight ? "auto (light)" : "auto (dark)"
        case .theme: DisplayText(trusted: settings.theme.rawValue)
        case .colors:
            settings.colors.map { DisplayText(trusted: $0.word) }
                ?? "auto (\(DisplayText(trusted: capabilities.colors.word)))"
        case .glyphs:
            settings.glyphs.map { DisplayText(trusted: $0.word) }
                ?? "auto (\(DisplayText(trusted: capabilities.glyphs.word)))"
        case .framesPerSecond: "\(settings.framesPerSecond)"
        case .mouse: settings.usesMouse ? "on" : "off"
        case .clipboard: settings.usesClipboard ? "on, y copies" : "off, y shows"
        }
    }

    func change(_ settings: inout DisplaySettings, by step: Int) {
        switch self {
        case .theme: settings.theme = Self.next(settings.theme, of: DisplaySettings.ThemeChoice.allCases, step)
        case .colors: settings.colors = Self.next(settings.colors, of: [nil] + ColorDepth.allCases, step)
        case .glyphs: settings.glyphs = Self.next(settings.glyphs, of: [nil] + GlyphTier.allCases, step)
        case .framesPerSecond:
            let rates = [1, 2, 5, 10, 20, 30, 60]
            let near = rates.last { $0 <= settings.framesPerSecond } ?? 1
            settings.framesPerSecond = Self.next(near, of: rates, step)
        case .mouse: settings.usesMouse.toggle()
        case .clipboard: settings.usesClipboard.toggle()
        }
    }

    private static func next<Value: Equatable>(_ value: Value, of values: [Value], _ step: Int) -> Value {
        let place = values.firstIndex(of: value) ?? 0
        return values[(place + step + values.count) % values.count]
    }
}
