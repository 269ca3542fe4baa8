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

    @Option(parsing: .unconditional, help: ArgumentHelp("Carry out the commands of this file.", valueName: "file"))
    var script: String?

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

    func preferences(environment: (String) -> String?) -> DisplayPreferences {
        var preferences = DisplayPreferences(environment: environment)
        if noColor { preferences.noColor = true }
        preferences.ascii = ascii
        preferences.usesMouse = !noMouse
        if let fps { preferences.framesPerSecond = fps }
        return preferences
    }

    @Sendable private static func parseFrames(_ text: String) throws(ValueError) -> Int {
        guard let frames = Int(text), (1...60).contains(frames) else { throw ValueError("not a number from 1 to 60") }
        return frames
    }
}
