/// What the setup screen changes and a file keeps: how the dashboard looks, whatever it is run on.
struct DisplaySettings: Hashable, Sendable {
    /// The table's columns from left to right; nil is what fits best.
    var columns: [TableColumn]?
    /// The same of the tables of hosts and of errors.
    var hostColumns: [HostColumn]?
    var errorColumns: [ErrorColumn]?
    /// The header's lines in their order; nil is what fits best.
    var meters: [Layout.Meter]?
    var theme = ThemeChoice.auto
    /// nil: what the terminal says it can show.
    var colors: ColorDepth?
    /// nil: what the terminal and the locale can be trusted with.
    var glyphs: GlyphTier?
    /// Frames a second while busy.
    var framesPerSecond = 10
    var usesMouse = true
    /// What is yanked goes to the terminal's clipboard (OSC 52), too.
    var usesClipboard = false

    enum ThemeChoice: String, CaseIterable, Sendable { case auto, dark, light, mono }

    static let frameRates = 1...60

    /// Of what the user changed on the screen, that; of the rest what was kept before: an option for one run is not
    /// kept.
    static func kept(_ now: DisplaySettings, changedFrom start: DisplaySettings, before: DisplaySettings)
        -> DisplaySettings
    {
        var kept = before
        func take<Value: Equatable>(_ path: WritableKeyPath<DisplaySettings, Value>) {
            if now[keyPath: path] != start[keyPath: path] { kept[keyPath: path] = now[keyPath: path] }
        }
        take(\.columns)
        take(\.hostColumns)
        take(\.errorColumns)
        take(\.meters)
        take(\.theme)
        take(\.colors)
        take(\.glyphs)
        take(\.framesPerSecond)
        take(\.usesMouse)
        take(\.usesClipboard)
        return kept
    }
}

extension ColorDepth {
    /// As it is written in files and shown on the setup screen.
    var word: String {
        switch self {
        case .mono: "mono"
        case .ansi8: "8"
        case .ansi16: "16"
        case .palette256: "256"
        case .trueColor: "truecolor"
        }
    }
}

extension GlyphTier {
    var word: String {
        switch self {
        case .ascii: "ascii"
        case .basic: "basic"
        case .rich: "rich"
        }
    }
}
