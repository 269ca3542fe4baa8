/// The `[keys]` section of the configuration: a preset, and commands with the keys they are to have.
///
/// ```
/// [keys]
/// preset = htop
/// cancel = x, F9, Del
/// view errors = E
/// tag-similar =
/// ```
/// A line gives a command these keys and no others; a key that did something else in the preset does it no more.
enum KeySettings {
    /// What is wrong, and in which line.
    struct Problem: Error, Equatable {
        let line: Int
        let reason: String
    }

    static func keyMap(_ settings: [ConfigFile.Setting]) throws(Problem) -> KeyMap {
        var map = try preset(settings.filter { $0.name == "preset" })
        var lines: [Command: Int] = [:]
        var takenBy: [Key: ConfigFile.Setting] = [:]
        for setting in settings where setting.name != "preset" {
            let command = try command(setting)
            if let line = lines.updateValue(setting.line, forKey: command) {
                throw Problem(line: setting.line, reason: "'\(setting.name)' has its keys in line \(line) already")
            }
            let keys = try keys(setting)
            for key in keys {
                if key == KeyMap.interruptKey, command != .interrupt {
                    throw Problem(line: setting.line, reason: "\(key) always stops the run")
                }
                if let other = takenBy.updateValue(setting, forKey: key) {
                    let reason =
                        other.line == setting.line
                        ? "'\(key)' is there twice"
                        : "'\(key)' is bound to '\(other.name)' in line \(other.line) already"
                    throw Problem(line: setting.line, reason: reason)
                }
            }
            if command == .interrupt, !keys.contains(KeyMap.interruptKey) {
                throw Problem(line: setting.line, reason: "\(KeyMap.interruptKey) always stops the run")
            }
            map.bind(keys, to: command)
        }
        return map
    }

    private static func preset(_ settings: [ConfigFile.Setting]) throws(Problem) -> KeyMap {
        guard let first = settings.first else { return .standard }
        if settings.count > 1 {
            throw Problem(line: settings[1].line, reason: "a preset is chosen in line \(first.line) already")
        }
        guard let map = KeyMap.preset(first.value ?? "") else {
            let names = KeyMap.presets.map(\.name).joined(separator: " or ")
            throw Problem(line: first.line, reason: "no such preset: '\(first.value ?? "")' (\(names))")
        }
        return map
    }

    private static func command(_ setting: ConfigFile.Setting) throws(Problem) -> Command {
        let command: Command
        do throws(CommandError) {
            command = try CommandCatalog.parse(setting.name)
        } catch {
            throw Problem(line: setting.line, reason: error.description)
        }
        // A key that presses another could press itself.
        if case .key = command { throw Problem(line: setting.line, reason: "a key cannot stand for another key") }
        return command
    }

    private static func keys(_ setting: ConfigFile.Setting) throws(Problem) -> [Key] {
        var keys: [Key] = []
        for word in (setting.value ?? "").split(separator: ",", omittingEmptySubsequences: false) {
            let name = String(word).trimmingSpaces()
            if name.isEmpty, (setting.value ?? "").trimmingSpaces().isEmpty { return [] }
            guard let key = Key(name) else {
                let hint = name.isEmpty ? " (a comma is 'Comma')" : ""
                throw Problem(line: setting.line, reason: "no such key: '\(name)'\(hint)")
            }
            keys.append(key)
        }
        return keys
    }
}
