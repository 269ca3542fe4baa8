/// A configuration file: long options, one a line, `name = value` or a bare `name`; `#` comments; and sections
/// `[host "api.example"]` with the options that a host can have of its own, and `[keys]` with what keys do.
///
/// Nothing is read from the current directory: whoever unpacks an archive and runs fetchtop in it must not run with the
/// archive's settings.
struct ConfigFile: Equatable {
    /// A setting and where it stands, for messages.
    struct Setting: Equatable {
        let line: Int
        let name: String
        /// Nil for a flag.
        let value: String?

        /// The same on a command line.
        var argument: String { value.map { "--\(name)=\($0)" } ?? "--\(name)" }
    }

    let path: String
    private(set) var settings: [Setting] = []
    /// By host, in the order of the file.
    private(set) var hostSettings: [(host: String, setting: Setting)] = []
    /// `command = key, key` (and `preset = NAME`), in the order of the file.
    private(set) var keySettings: [Setting] = []

    private enum Section {
        case options
        case host(String)
        case keys
    }

    /// These are about one call of the program and not a habit.
    private static let refused: Set<String> = [
        "config", "no-config", "help", "version", "generate-completion-script",
    ]

    /// - Throws: `UsageError` with the path and the line.
    init(path: String, text: [UInt8]) throws(UsageError) {
        self.path = path
        var section = Section.options
        // As editors on Windows begin a file.
        let text = text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3) : text[...]
        for (index, line) in text.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            guard !line.isInsignificant else { continue }
            do throws(ValueError) {
                guard let text = line.trimmingLineEnd.validated else { throw ValueError("not UTF-8") }
                if text.first == "[" {
                    section = try Self.section(text)
                } else {
                    switch section {
                    case .options: settings.append(try Self.setting(text, line: index + 1))
                    case .host(let host): hostSettings.append((host, try Self.setting(text, line: index + 1)))
                    case .keys: keySettings.append(try Self.keySetting(text, line: index + 1))
                    }
                }
            } catch {
                throw UsageError("\(path):\(index + 1): \(error)")
            }
        }
    }

    /// The file to read: the one named, else `$FETCHTOP_CONFIG`, else the user's own if it exists.
    static func path(named: String?, environment: Environment) -> (path: String, mustExist: Bool)? {
        if let named { return (named, true) }
        if let path = environment["FETCHTOP_CONFIG"], !path.isEmpty { return (path, true) }
        if let home = environment["XDG_CONFIG_HOME"], home.first == "/" { return (home + "/fetchtop/config", false) }
        if let home = environment["HOME"], home.first == "/" { return (home + "/.config/fetchtop/config", false) }
        return nil
    }

    /// Reads the file that is to be used, if there is one.
    static func read(named: String?, environment: Environment) throws(UsageError) -> ConfigFile? {
        guard let (path, mustExist) = path(named: named, environment: environment) else { return nil }
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileBytes.read(path)
        } catch {
            if error.isMissingFile && !mustExist { return nil }
            throw UsageError("configuration: \(error)")
        }
        return try ConfigFile(path: path, text: bytes)
    }

    static func == (left: ConfigFile, right: ConfigFile) -> Bool {
        left.path == right.path && left.settings == right.settings && left.keySettings == right.keySettings
            && left.hostSettings.elementsEqual(right.hostSettings) { $0 == $1 }
    }

    // MARK: Lines

    private static func section(_ text: String) throws(ValueError) -> Section {
        if text == "[keys]" { return .keys }
        let words = text.dropFirst().dropLast().split(separator: " ", maxSplits: 1)
        guard text.last == "]", words.count == 2, words[0] == "host", words[1].count > 2, words[1].first == "\"",
            words[1].last == "\""
        else { throw ValueError("not a section; write [host \"api.example\"] or [keys]") }
        return .host(words[1].dropFirst().dropLast().lowercased())
    }

    /// The first ` = ` divides, so that `=` can be a key and stand in a command: `zoom 1 = +, =`.
    private static func keySetting(_ text: String, line: Int) throws(ValueError) -> Setting {
        let bytes = Array(text.utf8)
        let equals = UInt8(ascii: "=")
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let places = bytes.indices.filter { bytes[$0] == equals }
        let divided = places.first { place in
            place > 0 && isBlank(bytes[place - 1]) && (place + 1 == bytes.count || isBlank(bytes[place + 1]))
        }
        guard let place = divided ?? places.first else { throw ValueError("write 'command = key, key'") }
        let name = String(decoding: bytes[..<place], as: UTF8.self).trimmingSpaces()
        guard !name.isEmpty else { throw ValueError("write 'command = key, key'") }
        let value = String(decoding: bytes[(place + 1)...], as: UTF8.self).trimmingSpaces()
        return Setting(line: line, name: name, value: value)
    }

    private static func setting(_ text: String, line: Int) throws(ValueError) -> Setting {
        let name = text.prefix { $0 != "=" && $0 != " " && $0 != "\t" }
        let rest = text.dropFirst(name.count).drop { $0 == " " || $0 == "\t" }
        guard name.first != "-" else { throw ValueError("write options without dashes: '\(name.drop { $0 == "-" })'") }
        guard !refused.contains(String(name)) else { throw ValueError("'\(name)' is for the command line only") }
        guard let first = rest.first else { return Setting(line: line, name: String(name), value: nil) }
        guard first == "=" else { throw ValueError("write 'name = value'") }
        let value = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
        return Setting(line: line, name: String(name), value: try unquoted(value))
    }

    /// A value stands as it is, or in double quotes if blanks at its ends count.
    private static func unquoted(_ value: Substring) throws(ValueError) -> String {
        guard value.first == "\"" else { return String(value) }
        guard value.count >= 2, value.last == "\"" else { throw ValueError("unclosed quote") }
        return String(value.dropFirst().dropLast())
    }
}

extension ArraySlice<UInt8> {
    /// Without blanks at both ends and without a carriage return at the end.
    fileprivate var trimmingLineEnd: ArraySlice<UInt8> {
        (last == 0x0d ? dropLast() : self).trimmingBlanks
    }
}
