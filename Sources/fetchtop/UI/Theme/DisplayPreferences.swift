/// What the screen is to be: the settings kept from earlier runs, the options of this one, and its environment.
struct DisplayPreferences: Hashable, Sendable {
    var settings = DisplaySettings()
    /// `NO_COLOR`: none unless the settings name a number of colours.
    var noColor = false
    /// `CLICOLOR_FORCE`: also where the terminal's description knows none.
    var forcesColor = false
    /// `COLORTERM`: the terminal takes colours of 24 bits, which its description cannot say.
    var hasDirectColor = false
    /// `COLORFGBG`; nil when it says nothing.
    var isLight: Bool?

    init() {}

    /// Reads `NO_COLOR` (set and not empty), `CLICOLOR_FORCE` (neither empty nor 0), `COLORTERM`, and `COLORFGBG`
    /// (`15;0`: the last number is the background).
    init(environment: (String) -> String?) {
        if let value = environment("NO_COLOR"), !value.isEmpty { noColor = true }
        if let value = environment("CLICOLOR_FORCE"), !value.isEmpty, value != "0" { forcesColor = true }
        if let value = environment("COLORTERM") {
            hasDirectColor = ["truecolor", "24bit"].contains(value.lowercased())
        }
        if let colors = environment("COLORFGBG"),
            let background = colors.split(separator: ";").last.flatMap({ Int($0) })
        {
            isLight = background == 7 || background == 15
        }
    }

    var usesMouse: Bool { settings.usesMouse }
    var framesPerSecond: Int { settings.framesPerSecond }
    var ascii: Bool { settings.glyphs == .ascii }

    /// - Parameters:
    ///   - depth: What the terminal's description says.
    ///   - isConsole: Its font has few glyphs.
    ///   - reportedLight: What the terminal answered about its background, which is better than what variables say.
    func capabilities(
        depth: ColorDepth, isUTF8: Bool, isConsole: Bool = false, reportedLight: Bool? = nil
    ) -> Capabilities {
        // A terminal of 256 colours may well take 24 bits; asked for by name, it gets them.
        let most = depth == .palette256 ? .trueColor : depth
        let usual = depth == .palette256 && hasDirectColor ? .trueColor : depth
        var colors = settings.colors.map { min($0, most) } ?? (noColor ? .mono : usual)
        if settings.theme == .mono { colors = .mono }
        let glyphs = settings.glyphs ?? (isConsole ? .basic : .rich)
        let isLight =
            switch settings.theme {
            case .dark: false
            case .light: true
            case .auto, .mono: reportedLight ?? isLight ?? false
            }
        return Capabilities(colors: colors, glyphs: isUTF8 ? glyphs : .ascii, isLight: isLight)
    }
}
