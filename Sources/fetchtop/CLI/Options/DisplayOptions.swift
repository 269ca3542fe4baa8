internal import ArgumentParser

/// The dashboard, or none.
struct DisplayOptions: ParsableArguments {
    @Flag(help: "No dashboard.")
    var headless = false

    @Flag(help: "Leave the dashboard when everything is done.")
    var exitWhenDone = false

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Most frames a second (default: 10).", valueName: "n"),
        transform: Self.parseFrames)
    var fps: Int?

    @Flag(help: "No colours; NO_COLOR does the same.")
    var noColor = false

    @Flag(help: "Draw with ASCII only.")
    var ascii = false

    @Flag(help: "Leave the mouse to the terminal.")
    var noMouse = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("auto, dark, light or mono (default: auto, what the terminal says).", valueName: "name"),
        transform: Self.parseTheme)
    var theme: DisplaySettings.ThemeChoice?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Carry out the commands of this file; what it waits for in vain ends the run (exit code 5).",
            valueName: "file"))
    var script: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Show a finished run from its results (NDJSON) and fetch nothing.", valueName: "file"))
    var replay: String?

    func readScript() throws(UsageError) -> Script? {
        guard let path = script else { return nil }
        let bytes = try ArgumentFile.read(path, option: "--script")
        guard let text = bytes[...].validated else { throw UsageError("--script: '\(path)' is not UTF-8") }
        do throws(ScriptError) {
            return try Script(name: path, text: text)
        } catch {
            throw UsageError(error.description)
        }
    }

    /// - Parameter saved: What the setup screen kept; options say otherwise for this run.
    func preferences(saved: DisplaySettings, environment: (String) -> String?) -> DisplayPreferences {
        var preferences = DisplayPreferences(environment: environment)
        preferences.settings = saved
        if let theme { preferences.settings.theme = theme }
        if noColor {
            preferences.noColor = true
            preferences.settings.theme = .mono
        }
        if ascii { preferences.settings.glyphs = .ascii }
        if noMouse { preferences.settings.usesMouse = false }
        if let fps { preferences.settings.framesPerSecond = fps }
        return preferences
    }

    @Sendable private static func parseTheme(_ text: String) throws(ValueError) -> DisplaySettings.ThemeChoice {
        guard let theme = DisplaySettings.ThemeChoice(rawValue: text) else {
            throw ValueError("none of auto, dark, light, mono")
        }
        return theme
    }

    @Sendable private static func parseFrames(_ text: String) throws(ValueError) -> Int {
        guard let frames = Int(text), DisplaySettings.frameRates.contains(frames) else {
            throw ValueError("not a number from 1 to 60")
        }
        return frames
    }
}
