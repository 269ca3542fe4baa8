/// The settings as a file: `name = value`, one a line, in the manner of the configuration.
///
/// ```
/// columns = id state code time
/// theme = dark
/// ```
/// Only what differs from the defaults is written, so that better defaults reach those who never changed them.
extension DisplaySettings {
    /// What is wrong with a file, and where.
    struct Damage: Error, Equatable, CustomStringConvertible {
        let line: Int
        let reason: String
        var description: String { "line \(line): \(reason)" }
    }

    init(text: String) throws(Damage) {
        self.init()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = String(line).trimmingSpaces()
            guard !line.isEmpty, line.first != "#" else { continue }
            // A table may be left without any column.
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { String($0).trimmingSpaces() }
            guard parts.count == 2 else { throw Damage(line: index + 1, reason: "not 'name = value'") }
            do throws(ValueError) {
                try set(parts[0], to: parts[1])
            } catch {
                throw Damage(line: index + 1, reason: "\(error)")
            }
        }
    }

    private mutating func set(_ name: String, to value: String) throws(ValueError) {
        switch name {
        case "columns": columns = try Self.list(value)
        case "host-columns": hostColumns = try Self.list(value)
        case "error-columns": errorColumns = try Self.list(value)
        case "meters": meters = try Self.list(value)
        case "theme": theme = try Self.choice(value, ThemeChoice.allCases) { $0.rawValue }
        case "colors": colors = try Self.choice(value, ColorDepth.allCases) { $0.word }
        case "glyphs": glyphs = try Self.choice(value, GlyphTier.allCases) { $0.word }
        case "fps":
            guard let frames = Int(value), Self.frameRates.contains(frames) else {
                throw ValueError("not a number from 1 to 60: '\(value)'")
            }
            framesPerSecond = frames
        case "mouse": usesMouse = try Self.choice(value, [true, false]) { $0 ? "on" : "off" }
        case "clipboard": usesClipboard = try Self.choice(value, [true, false]) { $0 ? "on" : "off" }
        default: throw ValueError("unknown setting '\(name)'")
        }
    }

    private static func choice<Choice>(
        _ value: String, _ choices: [Choice], _ word: (Choice) -> String
    ) throws(ValueError) -> Choice {
        guard let choice = choices.first(where: { word($0) == value }) else {
            throw ValueError("'\(value)' is none of \(choices.map(word).joined(separator: ", "))")
        }
        return choice
    }

    private static func list<Element>(_ value: String) throws(ValueError) -> [Element]
    where Element: RawRepresentable & CaseIterable & Hashable, Element.RawValue == String {
        var list: [Element] = []
        for word in value.split(separator: " ") {
            guard let element = Element(rawValue: String(word)) else { throw ValueError("no such thing as '\(word)'") }
            guard !list.contains(element) else { throw ValueError("'\(word)' is there twice") }
            list.append(element)
        }
        return list
    }

    /// As `init(text:)` reads it.
    var text: String {
        let standard = DisplaySettings()
        var lines = [
            "# Written by the setup screen of fetchtop (F2). Yours to write is the configuration: see fetchtop --help."
        ]
        if let columns { lines.append("columns = " + columns.map(\.rawValue).joined(separator: " ")) }
        if let hostColumns { lines.append("host-columns = " + hostColumns.map(\.rawValue).joined(separator: " ")) }
        if let errorColumns { lines.append("error-columns = " + errorColumns.map(\.rawValue).joined(separator: " ")) }
        if let meters { lines.append("meters = " + meters.map(\.rawValue).joined(separator: " ")) }
        if theme != standard.theme { lines.append("theme = \(theme.rawValue)") }
        if let colors { lines.append("colors = \(colors.word)") }
        if let glyphs { lines.append("glyphs = \(glyphs.word)") }
        if framesPerSecond != standard.framesPerSecond { lines.append("fps = \(framesPerSecond)") }
        if usesMouse != standard.usesMouse { lines.append("mouse = \(usesMouse ? "on" : "off")") }
        if usesClipboard != standard.usesClipboard { lines.append("clipboard = \(usesClipboard ? "on" : "off")") }
        return lines.joined(separator: "\n") + "\n"
    }
}
