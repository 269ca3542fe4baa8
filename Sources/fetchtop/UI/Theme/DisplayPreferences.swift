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
    /// The locale's name says that the terminal has another character set.
    var refusesUTF8 = false

    init() {}

    /// Reads `NO_COLOR` (set and not empty), `CLICOLOR_FORCE` (neither empty nor 0), `COLORTERM`, and `COLORFGBG`
    /// (`15;0`: the last number is the background).
    init(environment: (String) -> String?) {
        if let value = environment("NO_COLOR"), !value.isEmpty { noColor = true }
        if let value = environment("CLICOLOR_FORCE"), !value.isEmpty, value != "0" { forcesColor = true }
        if let value = environment("COLORTERM") {
            hasDirectColor = ["truecolor", "24bit"].contains(value.lowercased())
        }
        refusesUTF8 = Self.refusesUTF8(environment)
        if let colors = environment("COLORFGBG"),
            let background = colors.split(separator: ";").last.flatMap({ Int($0) })
        {
            isLight = background == 7 || background == 15
        }
    }

    /// The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set counts. `LANG=C` is what a container has that nobody set
    /// up, and says nothing of a terminal; `C` in one of the others somebody chose.
    private static func refusesUTF8(_ environment: (String) -> String?) -> Bool {
        for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
            guard let locale = environment(name), !locale.isEmpty else { continue }
            if locale == "C" || locale == "POSIX" { return name != "LANG" }
            guard let dot = locale.firstIndex(of: ".") else { return false }
            let charset = locale[dot...].dropFirst().prefix { $0 != "@" }.lowercased()
            return charset != "utf-8" && charset != "utf8"
        }
        return false
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
