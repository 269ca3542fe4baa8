/// What the user asked the screen to be, from options, the environment and the setup screen.
struct DisplayPreferences: Hashable, Sendable {
    var noColor = false
    var ascii = false
    var usesMouse = true
    /// nil: from the terminal (`COLORFGBG`), else dark.
    var isLight: Bool?
    /// Frames a second while busy.
    var framesPerSecond = 10

    init() {}

    /// Reads `NO_COLOR` (set and not empty) and `COLORFGBG` (`15;0`: the last number is the background).
    init(environment: (String) -> String?) {
        if let value = environment("NO_COLOR"), !value.isEmpty { noColor = true }
        if let colors = environment("COLORFGBG"),
            let background = colors.split(separator: ";").last.flatMap({ Int($0) })
        {
            isLight = background == 7 || background == 15
        }
    }

    func capabilities(depth: ColorDepth, isUTF8: Bool) -> Capabilities {
        Capabilities(
            colors: noColor ? .mono : depth, glyphs: ascii || !isUTF8 ? .ascii : .rich, isLight: isLight ?? false)
    }
}
